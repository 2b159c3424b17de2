"""Energies and gradients of conformers by extended tight binding, with tblite.

GFN2-xTB: Bannwarth, Ehlert and Grimme, J. Chem. Theory Comput. 15, 1652 (2019),
doi:10.1021/acs.jctc.8b01176. GFN1-xTB: Grimme, Bannwarth and Shushkov, J. Chem. Theory Comput. 13,
1989 (2017), doi:10.1021/acs.jctc.7b00118. Gas phase, electrons at 300 K, all of them paired.
"""

from functools import partial

import numpy as np
from rdkit import Chem
from scipy import constants
from tblite.interface import Calculator

from confsym.errors import StudyError

# CODATA, in the edition of the installed SciPy.
BOHR = constants.value("Bohr radius") / constants.angstrom  # Å
HARTREE = constants.value("Hartree energy") * constants.N_A / (constants.kilo * constants.calorie)

HEAVIEST = 86  # radon, the last element with parameters

# A tenth of tblite's default thresholds. The default leaves energies 1e-6 kcal/mol and gradients
# 7e-3 kcal/mol/Å from where they converge to; this, for a tenth more time, 2e-8 and 7e-4.
ACCURACY = 0.1


def _with_gradients(
    method: str,
    molecule: Chem.Mol,
    positions: np.ndarray,
    name: str,
    conformers: np.ndarray | None = None,
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
    conformers : (k,)
        Which of them to compute; all if None.

    Returns
    -------
    energies : (k,)
        kcal/mol, against free electrons and atomic cores.
    gradients : (k, atoms, 3)
        kcal/mol/Å.

    Raises
    ------
    StudyError
        If an element has no parameters, an electron has no partner, or a conformer has no
        self-consistent density.
    """
    _require_parameters(method, molecule, name)
    _require_closed_shell(method, molecule, name)
    conformers = np.arange(len(positions)) if conformers is None else conformers
    energies = np.empty(len(conformers))
    gradients = np.empty((len(conformers), *positions.shape[1:]))
    calculator = None
    for i, conformer in enumerate(conformers.tolist()):
        place = positions[conformer] / BOHR
        try:
            if calculator is None:
                calculator = _calculator(method, molecule, place)
            calculator.update(place)
            result = calculator.singlepoint()
        except RuntimeError as error:
            raise StudyError(
                f"molecules.{name}: {method} finds no energy of conformer {conformer} "
                f"({str(error).rstrip('.')}); its atoms may lie too close together or too far "
                "apart: try another embedding.seed or another energies.level."
            ) from error
        energies[i] = HARTREE * result.get("energy")
        gradients[i] = HARTREE / BOHR * result.get("gradient")
    return energies, gradients


def _energies(method: str, molecule: Chem.Mol, positions: np.ndarray, name: str) -> np.ndarray:
    """Energies alone, (n,) kcal/mol."""
    return _with_gradients(method, molecule, positions, name)[0]


gfn1_xtb = partial(_energies, "GFN1-xTB")
gfn2_xtb = partial(_energies, "GFN2-xTB")
gfn1_xtb_gradients = partial(_with_gradients, "GFN1-xTB")
gfn2_xtb_gradients = partial(_with_gradients, "GFN2-xTB")


def _calculator(method: str, molecule: Chem.Mol, positions: np.ndarray) -> Calculator:
    """Set up a molecule with its charge, positions (atoms, 3) in bohr."""
    numbers = np.array([atom.GetAtomicNum() for atom in molecule.GetAtoms()])
    charge = float(Chem.GetFormalCharge(molecule))
    calculator = Calculator(method, numbers, positions, charge=charge, uhf=0, color=False)
    calculator.set("accuracy", ACCURACY)
    calculator.set("verbosity", 0)
    return calculator


def _require_parameters(method: str, molecule: Chem.Mol, name: str) -> None:
    for atom in molecule.GetAtoms():
        if atom.GetAtomicNum() > HEAVIEST:
            raise StudyError(
                f"molecules.{name}: {method} has no parameters for atom {atom.GetIdx()}, element "
                f"{atom.GetSymbol()}, nor for any beyond radon; try energies.level uff."
            )


def _require_closed_shell(method: str, molecule: Chem.Mol, name: str) -> None:
    """Refuse radicals: told of no unpaired electron, tblite goes on without a word."""
    electrons = sum(atom.GetAtomicNum() for atom in molecule.GetAtoms())
    electrons -= Chem.GetFormalCharge(molecule)
    lone = [atom for atom in molecule.GetAtoms() if atom.GetNumRadicalElectrons()]
    if lone:
        what = f"atom {lone[0].GetIdx()} ({lone[0].GetSymbol()}) has an unpaired electron"
    elif electrons % 2:
        what = f"the molecule has an odd number of electrons ({electrons})"
    else:
        return
    raise StudyError(
        f"molecules.{name}: {method} energies are those of paired electrons, but {what}; give a "
        "closed-shell molecule, or set energies.level to uff."
    )
