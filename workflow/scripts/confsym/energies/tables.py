"""Tables of energies, and of the cheaper level that a model learns the difference from."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from confsym.storage.files import read_csv, write_csv


def write(path: str | Path, energy: np.ndarray, converged: np.ndarray) -> None:
    """Write the energies of all conformers, (conformers,) kcal/mol, and whether each converged."""
    conformer = np.arange(len(energy))
    write_csv(path, {"conformer": conformer, "energy_kcal_mol": energy, "converged": converged})


def read(path: str | Path) -> np.ndarray:
    """(conformers,) energies, kcal/mol."""
    return read_csv(path)["energy_kcal_mol"]


def read_baseline(paths: Sequence[str | Path], energies: np.ndarray) -> np.ndarray:
    """(conformers,) energies of the cheaper level, kcal/mol; zero where there is none.

    They are those of moved conformers too, where the cheaper level keeps the motion.
    """
    return read(paths[0]) if paths else np.zeros_like(energies)


def read_broken(path: str | Path) -> list[str]:
    """The transforms that a level itself does not keep, from the file of its `trial`."""
    table = read_csv(path)
    return table["transform"][~table["kept"]].tolist()


def broken_by_any(paths: Iterable[str | Path]) -> list[str]:
    """The transforms that any of several levels does not keep: no energy follows from another."""
    return list(dict.fromkeys(transform for path in paths for transform in read_broken(path)))
