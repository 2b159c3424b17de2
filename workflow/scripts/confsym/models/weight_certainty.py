"""How sure a linear model of energies and forces is of them.

Its weights have the covariance of their posterior. What no weights can represent is noise: of one
size for energies, and correlated along bonds, angles and dihedrals for forces (`force_noise.py`).
Both come from the training conformers (Bishop, Pattern Recognition and Machine Learning, 2006,
equation 3.59). A factor for energies and one for forces correct for noise that is not Gaussian:
with them, deviations have the size of the errors of left-out training conformers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from confsym.features.jointly import Jointly
from confsym.models.force_noise import ForceNoise

BLOCK = 64e6  # bytes of the derivatives of some geometries


@dataclass(frozen=True, eq=False)
class Certainty:
    """What the standard deviations of a linear model come from.

    Parameters
    ----------
    root
        (columns, columns) upper triangle A: the covariance of the weights is A Aᵀ. In single
        precision, which is half as large and exact to more digits than deviations mean.
    middle
        (columns,) mean values of the training conformers, whose mean energy is known.
    energy
        Of an energy's noise, kcal/mol.
    force
        Of a force component's noise, kcal/mol/Å, where `noise` has a variance of 1.
    noise
        How errors of forces hang together.
    scale
        (2,) factors of the standard deviations of energies and of forces.
    """

    root: np.ndarray
    middle: np.ndarray
    energy: float
    force: float
    noise: ForceNoise
    scale: np.ndarray

    def deviations(self, columns: Jointly, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Standard deviations at positions (n, atoms, 3), Å, of the values of the columns.

        Returns
        -------
        energies : (n,)
            kcal/mol.
        forces : (n, atoms, 3)
            kcal/mol/Å.
        """
        energies, forces = np.empty(len(positions)), np.empty(positions.shape)
        step = max(1, int(BLOCK / (8 * positions[:1].size * len(self.middle) + 1)))
        for start in range(0, len(positions), step):
            batch = slice(start, start + step)
            values, slopes = columns.jacobian(positions[batch])
            energies[batch] = self.of_energies(values)
            forces[batch] = self.of_forces(positions[batch], slopes)
        return energies, forces

    def of_energies(self, values: np.ndarray) -> np.ndarray:
        """(n,) kcal/mol, from the values (n, columns) of the columns."""
        along = (values - self.middle) @ self.root
        return self.scale[0] * np.sqrt(np.square(along).sum(axis=1) + self.energy**2)

    def of_forces(self, positions: np.ndarray, slopes: np.ndarray) -> np.ndarray:
        """(n, atoms, 3) kcal/mol/Å, from derivatives (n, 3 atoms, columns) at positions, Å."""
        variance = np.square(slopes @ self.root).sum(axis=2).reshape(positions.shape)
        variance += self.force**2 * self.noise.components(positions)
        return self.scale[1] * np.sqrt(variance)

    def scaled(self, ratios: Iterable[tuple[np.ndarray, np.ndarray]]) -> "Certainty":
        """The same with the factors that left-out conformers ask for.

        Parameters
        ----------
        ratios
            Errors of energies and of forces of some of them, over the standard deviations that
            fits without them have without factors.
        """
        both = (np.concatenate([one.ravel() for one in kind]) for kind in zip(*ratios, strict=True))
        return replace(self, scale=np.array([np.sqrt(np.mean(one**2)) for one in both]))
