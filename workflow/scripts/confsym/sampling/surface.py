"""A level of theory as the surface that atoms move on, for ASE."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
from ase.calculators.calculator import Calculator, all_changes
from rdkit import Chem

from confsym.ase_units import KCAL
from confsym.energies import ase_calculator
from confsym.registry import resolve

# From positions (1, atoms, 3), Å, to energies (1,), kcal/mol, and gradients, kcal/mol/Å.
Level = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


class Unphysical(ArithmeticError):
    """An energy or a force is no finite number."""


class Surface(Calculator):
    """A calculator that asks one of the study's levels."""

    implemented_properties = ("energy", "forces")

    def __init__(self, level: Level) -> None:
        super().__init__()
        self.level = level

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes) -> None:
        """Find energy, eV, and forces, eV/Å, of where the atoms are."""
        super().calculate(atoms, properties, system_changes)
        if not np.isfinite(self.atoms.positions).all():
            raise Unphysical("the atoms have flown apart")
        energies, gradients = self.level(self.atoms.positions[None])
        if not (np.isfinite(energies).all() and np.isfinite(gradients).all()):
            raise Unphysical("the forces are no finite numbers")
        self.results = {
            "energy": float(energies[0]) * KCAL,
            "forces": -gradients[0] * KCAL,
        }


@contextmanager
def surface(
    function: str, molecule: Chem.Mol, name: str, settings: Mapping[str, Any]
) -> Iterator[Surface]:
    """Open a level for many geometries of one molecule.

    Parameters
    ----------
    function
        The level's, `package.module:function`.
    molecule
        Molecule with hydrogens.
    name
        The study's name for the molecule, for error messages.
    settings
        Those of a level of the study's own, whose calculator is made once; empty for others.

    Raises
    ------
    StudyError
        If there is no such calculator, or it does not describe the molecule.
    """
    if settings:
        with ase_calculator.opened(molecule, name, **settings) as level:
            yield Surface(level)
    else:
        yield Surface(partial(resolve(function), molecule, name=name))
