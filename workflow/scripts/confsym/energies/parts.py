"""The conformers shared among jobs, and what each of them computes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from rdkit import Chem

from confsym.errors import StudyError
from confsym.registry import resolve
from confsym.storage.files import Table

TRY_ANOTHER = (
    "its atoms may lie too close together or too far apart: try another embedding.seed or another "
    "energies.level."
)


class NoEnergy(StudyError):
    """A level has no energy of a conformer, whose place among the positions is `index`."""

    def __init__(
        self, name: str, level: str, cause: str, index: int, cure: str | None = None
    ) -> None:
        cause = cause.rstrip(".")
        super().__init__(
            f"molecules.{name}: {level} finds no energy of conformer {index} ({cause}); "
            + (cure or TRY_ANOTHER)
        )
        self.name, self.level, self.cause, self.index, self.cure = name, level, cause, index, cure


def compute(
    function: str,
    molecule: Chem.Mol,
    positions: np.ndarray,
    name: str,
    part: int,
    parts: int,
    settings: Mapping[str, Any] = MappingProxyType({}),
) -> Table:
    """Compute energies and gradients of one of so many parts of the conformers.

    Parameters
    ----------
    function
        The level's, `package.module:function`.
    molecule
        Molecule with hydrogens.
    positions : (n, atoms, 3)
        Å, of all conformers.
    name
        The study's name for the molecule, for error messages.
    part, parts
        Which part, from 0, and how many there are: slices of the conformers in their order.
    settings
        Further arguments of the level's function: those of a level of the study's own.

    Returns
    -------
    table
        conformer (k,); energy_kcal_mol (k,); gradients (k, atoms, 3), kcal/mol/Å. Empty arrays
        where there are more parts than conformers.

    Raises
    ------
    StudyError
        If the level cannot describe the molecule, or a conformer has no energy; it is named by its
        number in the ensemble.
    """
    conformer = np.array_split(np.arange(len(positions)), parts)[part]
    energy, gradients = np.empty(0), np.empty((0, *positions.shape[1:]))
    if len(conformer):
        try:
            level = resolve(function)
            energy, gradients = level(molecule, positions[conformer], name, **settings)
        except NoEnergy as error:
            number = int(conformer[error.index])
            raise NoEnergy(error.name, error.level, error.cause, number, error.cure) from error
    for number in conformer[~np.isfinite(energy)].tolist():
        label = settings.get("level", function.rpartition(":")[2])
        raise NoEnergy(name, label, "it is not a finite number", number)
    return {"conformer": conformer, "energy_kcal_mol": energy, "gradients": gradients}


def join(parts: list[Table], column: str) -> np.ndarray:
    """Put a column of all parts together, in the order of the conformers."""
    return np.concatenate([part[column] for part in parts])


def no_forces(level: str) -> str:
    """Say that gradients are asked for at a level that has none."""
    return (
        "the study asks for forces (energies.gradients, or an experiment's learn: "
        f"energies_and_forces), but the calculator of levels.{level} has none; do not ask for "
        "them, or name a calculator that has them."
    )
