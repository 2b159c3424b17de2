"""Energies that a model learns: of a level, or their difference from a cheaper one."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from confsym.files import read_csv


def read(path: str | Path) -> np.ndarray:
    """(conformers,) energies, kcal/mol."""
    return read_csv(path)["energy_kcal_mol"]


def read_baseline(paths: Sequence[str | Path], like: np.ndarray) -> np.ndarray:
    """(conformers,) energies of the cheaper level, kcal/mol; zero where there is none.

    A motion that changes no energy changes the cheaper level's neither, so these are known for
    moved conformers too.
    """
    return read(paths[0]) if paths else np.zeros_like(like)
