"""Energies and forces that a model learns, above those of a cheaper level if there is one."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from confsym.energies import tables
from confsym.storage.files import read_npz


class Labels(NamedTuple):
    """What is known of the geometries of an ensemble.

    Parameters
    ----------
    energy, baseline
        (n,) kcal/mol; zero where there is no cheaper level.
    forces, baseline_forces
        (n, atoms, 3) kcal/mol/Å.
    """

    energy: np.ndarray
    baseline: np.ndarray
    forces: np.ndarray
    baseline_forces: np.ndarray


def read(
    energies: str | Path,
    gradients: str | Path,
    baseline: Sequence[str | Path],
    baseline_gradients: Sequence[str | Path],
) -> Labels:
    """Read the energies and gradients of a level and of a cheaper one, if there is one."""
    energy, forces = tables.read(energies), -read_npz(gradients)["gradients"]
    below = [-read_npz(path)["gradients"] for path in baseline_gradients]
    return Labels(
        energy, tables.read_baseline(baseline, energy), forces, sum(below, np.zeros_like(forces))
    )
