"""Geometries that have been chosen so far, with their labels, and their file."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from confsym.energies.labels import Labels
from confsym.storage.files import read_npz, write_npz


@dataclass(frozen=True, eq=False)
class Acquired:
    """Geometries of a pool in the order in which they were chosen.

    Parameters
    ----------
    conformer
        (n,) their numbers in the pool's ensemble.
    round
        (n,) in which round each was chosen.
    positions
        (n, atoms, 3) Å.
    energy, baseline
        (n,) kcal/mol; zero where there is no cheaper level.
    forces, baseline_forces
        (n, atoms, 3) kcal/mol/Å.
    """

    conformer: np.ndarray
    round: np.ndarray
    positions: np.ndarray
    energy: np.ndarray
    baseline: np.ndarray
    forces: np.ndarray
    baseline_forces: np.ndarray

    def __len__(self) -> int:
        return len(self.conformer)

    @property
    def labels(self) -> Labels:
        """What is known of them."""
        return Labels(self.energy, self.baseline, self.forces, self.baseline_forces)

    def write(self, path: str | Path) -> None:
        """Write as NPZ, an array a field."""
        write_npz(path, **{one.name: getattr(self, one.name) for one in fields(self)})


def read(path: str | Path) -> Acquired:
    """Read an NPZ that `Acquired.write` wrote."""
    return Acquired(**read_npz(path))


def joined(parts: Sequence[Acquired]) -> Acquired:
    """Rounds one after the other."""
    names = [one.name for one in fields(Acquired)]
    return Acquired(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    )


def of_round(
    number: int, conformers: np.ndarray, positions: np.ndarray, labels: Labels
) -> Acquired:
    """The geometries of one round: numbers (n,) in the pool, positions (n, atoms, 3) Å, labels."""
    energy, baseline, forces, below = labels
    rounds = np.full(len(conformers), number)
    return Acquired(conformers, rounds, positions, energy, baseline, forces, below)
