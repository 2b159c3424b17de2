"""Acquired geometries as extended XYZ, which a study or any other program can read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ase import Atoms, io
from ase.calculators.singlepoint import SinglePointCalculator

from confsym.acquisition.acquired import Acquired
from confsym.atomic_units import EV
from confsym.storage.files import atomic_write


def frames(description: Mapping[str, Any], acquired: Acquired) -> list[Atoms]:
    """Geometries with energies, eV, and forces, eV/Å, of the study's level.

    Each has the number of its round, and of the geometry in the pool.

    Parameters
    ----------
    description
        The content of `molecule.json`.
    acquired
        What is acquired.
    """
    numbers = [atom["number"] for atom in description["atoms"]]
    images = []
    rows = zip(
        acquired.round,
        acquired.conformer,
        acquired.positions,
        acquired.energy,
        acquired.forces,
        strict=True,
    )
    for number, conformer, positions, energy, forces in rows:
        atoms = Atoms(numbers, positions)
        atoms.info = {"round": int(number), "conformer": int(conformer)}
        atoms.calc = SinglePointCalculator(atoms, energy=energy / EV, forces=forces / EV)
        images.append(atoms)
    return images


def write(path: str | Path, description: Mapping[str, Any], acquired: Acquired) -> None:
    """Write them, energies under `energy` and forces under `forces`."""
    with atomic_write(path) as part:
        io.write(part, frames(description, acquired), format="extxyz")
