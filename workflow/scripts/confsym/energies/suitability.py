"""Which molecules a level can describe, and which other level can where it cannot.

Neither MMFF94 nor UFF supports radicals (RDKit issue 4485).
"""

import re

from rdkit import Chem, rdBase
from rdkit.Chem import rdForceFieldHelpers

from confsym.energies.electrons import unpaired
from confsym.molecules.rdkit_messages import messages

# Atomic numbers of the elements that MMFF94 has atom types for: H Li C N O F Na Mg Si P S Cl K …
MMFF_ELEMENTS = frozenset({1, 3, 6, 7, 8, 9, 11, 12, 14, 15, 16, 17, 19, 20, 26, 29, 30, 35, 53})

XTB_HEAVIEST = 86  # radon, the last element with parameters


def mmff_gap(molecule: Chem.Mol) -> str | None:
    """Say what MMFF94 has no parameters for; None if it has them all."""
    with rdBase.BlockLogs():  # the caller's sentence says more than RDKit's own line
        if rdForceFieldHelpers.MMFFHasAllMoleculeParams(Chem.Mol(molecule)):
            return None
    for atom in molecule.GetAtoms():
        if atom.GetAtomicNum() not in MMFF_ELEMENTS:
            return f"atom {atom.GetIdx()}, element {atom.GetSymbol()}"
    elements = ", ".join(sorted({atom.GetSymbol() for atom in molecule.GetAtoms()}))
    return f"the way its atoms ({elements}) are bonded"


def uff_gap(molecule: Chem.Mol) -> str | None:
    """Say what UFF has no parameters for; None if it has them all."""
    with messages() as lines:
        if rdForceFieldHelpers.UFFHasAllMoleculeParams(Chem.Mol(molecule)):
            return None
    for line in lines:
        found = re.search(r"Unrecognized atom type: (\S+) \((\d+)\)", line)
        if found:
            kind, index = found.groups()
            symbol = molecule.GetAtomWithIdx(int(index)).GetSymbol()
            return f"atom {index}, element {symbol} as it is bonded (RDKit's type {kind})"
    return "some atom"


def xtb_gap(molecule: Chem.Mol) -> str | None:
    """Say what extended tight binding has no parameters for; None if it has them all."""
    for atom in molecule.GetAtoms():
        if atom.GetAtomicNum() > XTB_HEAVIEST:
            return f"atom {atom.GetIdx()}, element {atom.GetSymbol()}, nor for any beyond radon"
    return None


def advice(molecule: Chem.Mol) -> str:
    """Say what to do about a molecule that a level has no parameters for."""
    level = _other_level(molecule)
    if level:
        return f"set energies.level to {level}"
    return "no other level takes the molecule either, so leave it out"


def closed_shell_advice(molecule: Chem.Mol) -> str:
    """Say what to do about a molecule that has, for a level, an electron without a partner."""
    level = _other_level(molecule)
    return "give a closed-shell molecule" + (f", or set energies.level to {level}" if level else "")


def _other_level(molecule: Chem.Mol) -> str | None:
    """Name a level that takes a molecule which the level in use does not; None if none does."""
    if not unpaired(molecule, force_field=True) and not uff_gap(molecule):
        return "uff"
    if not unpaired(molecule) and not xtb_gap(molecule):
        return "gfn2_xtb"
    return None
