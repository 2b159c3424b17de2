"""Labels of some geometries of a pool: read where they are known, computed where they are not."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rdkit import Chem

from confsym.energies import parts, tables
from confsym.energies.labels import Labels
from confsym.errors import StudyError
from confsym.molecules.bonds import require_bonds
from confsym.molecules.molecule import from_description
from confsym.storage.files import read_npz

Level = Mapping[str, Any]

CURE = "mend the level, or choose other geometries by another seed of acquire."


def labels(
    levels: Sequence[Level],
    energies: Iterable[str | Path],
    gradients: Iterable[str | Path],
    description: Mapping[str, Any],
    folder: str,
    positions: np.ndarray,
    conformers: np.ndarray,
) -> Labels:
    """Label the chosen geometries of a pool, and look at no label of any other.

    Parameters
    ----------
    levels
        The study's level, and the cheaper one that a model stands on if there is one. Each has a
        name, a function (`package.module:function`) with its settings, and whether its bonds are
        the molecule's. Without a function it is read.
    energies, gradients
        The tables of the levels that are read, in the order of levels.
    description
        The pool's `molecule.json`.
    folder
        The pool's, under results/.
    positions : (n, atoms, 3)
        Å, of the pool.
    conformers : (k,)
        Numbers of geometries.

    Raises
    ------
    StudyError
        If a level cannot describe the molecule, has no energy of a geometry, or no gradients.
    """
    files = zip(energies, gradients, strict=True)
    level_labels = []
    for level in levels:
        if level["function"]:
            if level["bonds"]:
                require_bonds(dict(description), folder, f"level {level['name']}")
            target = from_description(dict(description))
            place = folder.replace("/", ".")
            level_labels.append(compute(level, target, positions, conformers, place))
        else:
            energy, gradient = next(files)
            level_labels.append(
                (tables.read(energy)[conformers], read_npz(gradient)["gradients"][conformers])
            )
    (energy, gradient), *below = level_labels
    cheaper = below[0] if below else (np.zeros_like(energy), np.zeros_like(gradient))
    return Labels(energy, cheaper[0], -gradient, -cheaper[1])


def compute(
    level: Level, molecule: Chem.Mol, positions: np.ndarray, conformers: np.ndarray, name: str
) -> tuple[np.ndarray, np.ndarray]:
    """Compute energies (k,), kcal/mol, and gradients (k, atoms, 3), kcal/mol/Å.

    They are those of the level's table, had the whole pool been computed: a level starts each
    geometry afresh. Parameters and errors are those of `labels`; the molecule has hydrogens, and
    `name` is the study's for the pool, for error messages.
    """
    arguments = molecule, positions[conformers], name, 0, 1, level["settings"]
    try:
        arrays = parts.compute(level["function"], *arguments)
    except parts.NoEnergy as error:  # its number is that among the chosen ones
        number = int(conformers[error.index])
        raise parts.NoEnergy(error.name, error.level, error.cause, number, CURE) from error
    if not np.isfinite(arrays["gradients"]).all():
        raise StudyError(parts.no_forces(level["name"]))
    return arrays["energy_kcal_mol"], arrays["gradients"]
