"""Energies and gradients of conformers by extended tight binding, with tblite.

GFN2-xTB: Bannwarth, Ehlert and Grimme, J. Chem. Theory Comput. 15, 1652 (2019),
doi:10.1021/acs.jctc.8b01176. GFN1-xTB: Grimme, Bannwarth and Shushkov, J. Chem. Theory Comput. 13,
1989 (2017), doi:10.1021/acs.jctc.7b00118. Gas phase, electrons at 300 K, all of them paired.
"""

from functools import partial

import numpy as np
from rdkit import Chem
from tblite.interface import Calculator

from confsym.atomic_units import BOHR, HARTREE
from confsym.energies.electrons import open_shell_metal, unpaired
from confsym.energies.parts import NoEnergy
from confsym.energies.suitability import advice, closed_shell_advice, xtb_gap
from confsym.errors import StudyError
from confsym.provenance.progress import Progress

# A tenth of tblite's default thresholds. The default leaves energies 1e-6 kcal/mol and gradients
# 7e-3 kcal/mol/Å from where they converge to; this, for a tenth more time, 2e-8 and 7e-4.
ACCURACY = 0.1


def _energies_and_gradients(
    method: str, molecule: Chem.Mol, positions: np.ndarray, name: str
) -> tuple[np.ndarray, np.ndarray]:
    """Single-point energies and their derivatives by the positions: both for the price of one.

    Each starts from the same guess, never from the density of the conformer before it, so that a
    conformer's numbers do not depend on which others are computed, to the last bit.

    Parameters
    ----------
    method
        tblite's name.
    molecule
        Molecule with hydrogens.
    positions : (n, atoms, 3)
        Å.
    name
        The study's name for the molecule, for error messages.

    Returns
    -------
    energies : (n,)
        kcal/mol, against free electrons and atomic cores.
    gradients : (n, atoms, 3)
        kcal/mol/Å.

    Raises
    ------
    StudyError
        If an element has no parameters, or an electron has no partner.
    NoEnergy
        If a conformer has no self-consistent density.
    """
    _require(method, molecule, name)
    energies = np.empty(len(positions))
    gradients = np.empty_like(positions)
    calculator, progress = None, Progress(len(positions), "conformers")
    for i, conformer in enumerate(positions / BOHR):
        try:
            if calculator is None:
                calculator = _calculator(method, molecule, conformer)
            calculator.update(conformer)
            result = calculator.singlepoint()
        except RuntimeError as error:
            raise NoEnergy(name, method, str(error), i) from error
        energies[i] = HARTREE * result.get("energy")
        gradients[i] = HARTREE / BOHR * result.get("gradient")
        progress.add()
    return energies, gradients


gfn1_xtb = partial(_energies_and_gradients, "GFN1-xTB")
gfn2_xtb = partial(_energies_and_gradients, "GFN2-xTB")


def _calculator(method: str, molecule: Chem.Mol, positions: np.ndarray) -> Calculator:
    """Set up a molecule with its charge, positions (atoms, 3) in bohr."""
    numbers = np.array([atom.GetAtomicNum() for atom in molecule.GetAtoms()])
    charge = float(Chem.GetFormalCharge(molecule))
    calculator = Calculator(method, numbers, positions, charge=charge, uhf=0, color=False)
    calculator.set("accuracy", ACCURACY)
    calculator.set("verbosity", 0)
    return calculator


def _require(method: str, molecule: Chem.Mol, name: str) -> None:
    """Refuse what a method cannot compute: told of no unpaired electron, tblite goes on."""
    gap, unpaired_electrons = xtb_gap(molecule), unpaired(molecule)
    if gap:
        raise StudyError(
            f"molecules.{name}: {method} has no parameters for {gap}; {advice(molecule)}."
        )
    if unpaired_electrons:
        raise StudyError(
            f"molecules.{name}: {method} energies are those of paired electrons, but "
            f"{unpaired_electrons}; {closed_shell_advice(molecule)}."
        )


def _remarks(method: str, molecule: Chem.Mol) -> list[str]:
    """Say that a metal's electrons are paired here, whatever they are in truth."""
    metal = open_shell_metal(molecule)
    if not metal:
        return []
    return [
        f"{method} energies are those of paired electrons, which those of atom {metal.GetIdx()} "
        f"({metal.GetSymbol()}) need not be; make sure that its ground state is a singlet."
    ]


gfn1_xtb_remarks = partial(_remarks, "GFN1-xTB")
gfn2_xtb_remarks = partial(_remarks, "GFN2-xTB")
