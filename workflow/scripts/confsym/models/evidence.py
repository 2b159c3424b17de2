"""How strongly each group of columns acts, and how large errors are, found from the data at hand.

Coefficients of a group have a normal prior of one variance, energies and forces normal errors. The
evidence is raised by fixed-point updates (MacKay, Neural Computation 4, 415 (1992),
doi:10.1162/neco.1992.4.3.415). Where columns can represent the data exactly, errors shrink to
round-off by themselves, and priors no longer matter.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import lapack

from confsym.models.reductions import Reduction

MOST_ROUNDS = 60
DEVIATIONS = (1e-3, 1e3)  # least and largest of a prior, in multiples of forces' root mean square
FREE = 0.1  # of the force components: if coefficients leave less, they say nothing of errors
RATIOS = (0.01, 10.0)  # Å: least and largest error of an energy, in multiples of a force's


@dataclass(frozen=True, eq=False)
class Data:
    """What training geometries say about the coefficients, columns scaled.

    Parameters
    ----------
    reduction
        How the rows of the forces are reduced.
    forces
        (columns + 1, columns + 1) all rows of the forces, reduced.
    components
        How many independent rows those are.
    force
        Root mean square of a force component, kcal/mol/Å.
    energies
        (n, columns + 1) rows of the energies, centred.
    """

    reduction: Reduction
    forces: np.ndarray
    components: int
    force: float
    energies: np.ndarray

    def posterior(self, prior: "Prior", groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The most likely coefficients, and the triangle R of their covariance R⁻¹R⁻ᵀ.

        `groups` (columns,) says which group each column is of.
        """
        size = np.full(len(self.forces), 1 / prior.force)
        forces = self.reduction.scaled(self.forces, size)
        rows = self.energies / prior.energy
        return self.reduction.posterior(forces, rows, prior.coefficients[groups])


@dataclass(frozen=True, eq=False)
class Prior:
    """Standard deviations.

    Parameters
    ----------
    coefficients
        (groups,) of the coefficients of each group.
    energy
        Of an energy's error, kcal/mol.
    force
        Of a force component's error, kcal/mol/Å.
    """

    coefficients: np.ndarray
    energy: float
    force: float


def best_prior(data: Data, start: Prior, groups: np.ndarray, rounds: int) -> Prior:
    """Raise the evidence of some data.

    Parameters
    ----------
    data
        The data.
    start
        Where to start.
    groups
        (columns,) which group each column is of.
    rounds
        Updates; more as long as errors of forces halve with each, none once they are smaller than
        the reduced rows resolve.
    """
    prior = start
    for number in range(1, MOST_ROUNDS + 1):
        previous, prior = prior, _updated(data, prior, groups)
        settled = number >= rounds and prior.force > 0.5 * previous.force
        if settled or prior.force < data.reduction.finest * data.force:
            break
    return prior


def _updated(data: Data, prior: Prior, groups: np.ndarray) -> Prior:
    """One of MacKay's updates: as many coefficients as the data determine share the squares."""
    coefficients, factor = data.posterior(prior, groups)
    root, _ = lapack.dtrtri(np.asfortranarray(factor))
    determined = 1 - (root**2).sum(axis=1) / prior.coefficients[groups] ** 2
    count = len(prior.coefficients)
    square = np.bincount(groups, coefficients**2, count)
    number = np.maximum(np.bincount(groups, determined, count), 1e-3)
    lowest, highest = (limit * data.force for limit in DEVIATIONS)
    deviation = np.clip(np.sqrt(square / number), lowest, highest)

    energies = data.energies
    by_energies = np.square(energies[:, :-1] @ root).sum() / prior.energy**2
    by_forces = max(determined.sum() - by_energies, 0)
    residual = energies[:, :-1] @ coefficients - energies[:, -1]
    freedom = max(len(energies) - 1 - by_energies, 0.05 * len(energies))
    energy = np.sqrt(residual @ residual / freedom)
    square = data.reduction.square(data.forces, coefficients)
    freedom = max(data.components - by_forces, FREE * data.components)
    force = max(float(np.sqrt(square / freedom)), np.finfo(float).eps * data.force)
    if freedom <= FREE * data.components:
        force = max(force, prior.force)
    low, high = (limit * force for limit in RATIOS)
    return Prior(deviation, float(np.clip(energy, low, high)), force)
