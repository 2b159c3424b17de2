"""Geometries with energies and forces, and what a model does that learns both."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np

from confsym.molecules.topology import Topology


@dataclass(frozen=True, eq=False)
class Labelled:
    """Geometries of one molecule.

    Parameters
    ----------
    topology
        Elements and bonds.
    positions
        (n, atoms, 3) Å.
    energy
        (n,) kcal/mol.
    forces
        (n, atoms, 3) kcal/mol/Å: minus the gradient of the energy.
    """

    topology: Topology
    positions: np.ndarray
    energy: np.ndarray
    forces: np.ndarray

    def of(self, rows: np.ndarray) -> "Labelled":
        """Some of them, in the order of `rows`."""
        return Labelled(self.topology, self.positions[rows], self.energy[rows], self.forces[rows])


class ForceModel(Protocol):
    """A fitted model of energies and forces, on one thread and in double precision.

    A model may also have, of geometries (n, atoms, 3), Å:

    `distance(positions)`
        (n,) how far each is from the nearest training geometry, in the model's own coordinates;
    `gaps()`
        (n,) the same of the training geometries that it keeps, and the nearest other one;
    `deviations(positions)`
        standard deviations of energies (n,), kcal/mol, and forces (n, atoms, 3), kcal/mol/Å.
    """

    def energies_and_forces(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """From (n, atoms, 3) Å, atoms in the study's order, to kcal/mol and kcal/mol/Å.

        The forces (n, atoms, 3) are exactly minus the gradient of the energies (n,).
        """

    def state(self) -> tuple[Mapping[str, Any], Mapping[str, np.ndarray]]:
        """All that the model is: plain data for JSON, and arrays."""

    @classmethod
    def from_state(cls, data: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Self:
        """The model that has this state."""
