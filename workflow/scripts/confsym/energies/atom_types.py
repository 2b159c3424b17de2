"""Atoms for which a force field has no type, but computes an energy.

RDKit gives every carbon with three neighbours MMFF94's type of a vinylic carbon, a carbanion too
(RDKit issue 1102), and an ion without a type of its own the type of another molecule's atom. UFF
takes the parameters of another charge state or shape. Both go on without a word.
"""

import re

import numpy as np
from rdkit import Chem, rdBase
from rdkit.Chem import rdForceFieldHelpers

from confsym.molecules.rdkit_messages import messages
from confsym.molecules.separated_charges import doubled

# Halgren's words for the types that ions are mistaken for: J. Comput. Chem. 17, 490 (1996).
TYPE_NAMES = {
    2: "vinylic carbon",
    4: "acetylenic or allenic carbon",
    8: "amine nitrogen",
    15: "sulfide sulfur",
    17: "sulfoxide sulfur",
    18: "sulfone sulfur",
    19: "tetravalent silicon",
    25: "tetracoordinate phosphorus",
    32: "terminal oxygen that shares a charge",
    37: "aromatic carbon",
    53: "nitrogen between two double bonds",
    60: "isonitrile carbon",
    61: "isonitrile or diazonium nitrogen",
    72: "terminal sulfur",
    75: "phosphorus doubly bonded to carbon",
}
ISONITRILE_CARBON = 60  # the one type of a carbon that bears a negative charge
SULFOXIDE, SULFONE = 17, 18
REACH = 2  # bonds over which a type may spread a charge: N to N in an amidinium, O to O
ROUND_OFF = 1e-3  # elementary charges


def mmff_mistyped(molecule: Chem.Mol) -> str | None:
    """Say which atoms have an MMFF94 type that is not theirs; None if none is seen.

    MMFF94's types carry formal charges of their own. Where those near an atom do not add up to the
    charges that the SMILES has there, the types are another molecule's. A carbanion can hide beside
    a cation that has no type either, and so can a sulfur of four single bonds, typed as a sulfone:
    these are looked for by themselves. So is [S+][O-], which has other types than S=O though it is
    the same: RDKit knows a sulfoxide by its double bond alone.

    Parameters
    ----------
    molecule
        Molecule with hydrogens, for which MMFF94 has all parameters.
    """
    copy = Chem.Mol(molecule)  # RDKit Kekulises what it types
    with rdBase.BlockLogs():
        properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(copy)
    atoms = range(molecule.GetNumAtoms())
    types = [properties.GetMMFFAtomType(i) for i in atoms]
    formal_charges = np.array([atom.GetFormalCharge() for atom in molecule.GetAtoms()], dtype=float)
    type_charges = np.array([properties.GetMMFFFormalCharge(i) for i in atoms])
    mistyped = {
        atom.GetIdx()
        for atom in molecule.GetAtoms()
        if _hidden_carbanion(atom, types[atom.GetIdx()]) or _no_sulfone(atom, types[atom.GetIdx()])
    } | _otherwise_typed(molecule, types)
    for group in _charged_groups(molecule, formal_charges, type_charges):
        if abs((type_charges - formal_charges)[group].sum()) > ROUND_OFF and not mistyped & set(
            group
        ):
            mistyped |= set([i for i in group if formal_charges[i]] or group)
    total = sum(properties.GetMMFFPartialCharge(i) for i in atoms)
    charge = Chem.GetFormalCharge(molecule)
    if mistyped:
        return ", ".join(_typed_as(molecule.GetAtomWithIdx(i), types[i]) for i in sorted(mistyped))
    if abs(total - charge) > ROUND_OFF:
        return f"partial charges that sum to {total:.2f} where the molecule's charge is {charge}"
    return None


def uff_stand_ins(molecule: Chem.Mol) -> str | None:
    """Say which atoms have UFF parameters of another charge state or shape; None if none has.

    Parameters
    ----------
    molecule
        Molecule with hydrogens, for which UFF has all parameters.
    """
    with messages() as lines:
        rdForceFieldHelpers.UFFHasAllMoleculeParams(Chem.Mol(molecule))
    stand_ins_of_atom: dict[int, list[str]] = {}
    for line in lines:
        charge = re.search(r"Unrecognized charge state for atom: (\d+)", line)
        shape = re.search(r"hybridization set to (\w+) for atom (\d+)", line)
        if charge:
            stand_ins_of_atom.setdefault(int(charge[1]), []).append("another charge state")
        if shape:
            stand_ins_of_atom.setdefault(int(shape[2]), []).append(f"the hybridisation {shape[1]}")
    sentences = [
        f"{_name(molecule.GetAtomWithIdx(i))} the parameters of {' and '.join(stand_ins)}"
        for i, stand_ins in sorted(stand_ins_of_atom.items())
    ]
    return ", ".join(sentences) or None


def _charged_groups(
    molecule: Chem.Mol, formal_charges: np.ndarray, type_charges: np.ndarray
) -> list[list[int]]:
    """Atoms with a charge in the SMILES or in their type, those within reach of one another."""
    distances = Chem.GetDistanceMatrix(molecule)
    waiting = set(np.flatnonzero((formal_charges != 0) | (abs(type_charges) > ROUND_OFF)).tolist())
    groups = []
    while waiting:
        group = [waiting.pop()]
        for i in group:  # grows on the way
            neighbours = sorted(j for j in waiting if distances[i, j] <= REACH)
            waiting -= set(neighbours)
            group += neighbours
        groups.append(sorted(group))
    return groups


def _hidden_carbanion(atom: Chem.Atom, kind: int) -> bool:
    negative = atom.GetAtomicNum() == 6 and atom.GetFormalCharge() < 0
    return negative and kind != ISONITRILE_CARBON


def _no_sulfone(atom: Chem.Atom, kind: int) -> bool:
    return kind in (SULFOXIDE, SULFONE) and all(
        bond.GetBondTypeAsDouble() == 1 and bond.GetOtherAtom(atom).GetFormalCharge() >= 0
        for bond in atom.GetBonds()
    )


def _otherwise_typed(molecule: Chem.Mol, types: list[int]) -> set[int]:
    """Atoms that have another type where [S+][O-] is written as S=O."""
    other = doubled(molecule)
    if other is molecule:
        return set()
    with rdBase.BlockLogs():
        properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(Chem.Mol(other))
    if properties is None:
        return set()
    return {i for i, kind in enumerate(types) if properties.GetMMFFAtomType(i) != kind}


def _typed_as(atom: Chem.Atom, kind: int) -> str:
    meaning = f" ({TYPE_NAMES[kind]})" if kind in TYPE_NAMES else ""
    return f"{_name(atom)} the type {kind}{meaning}"


def _name(atom: Chem.Atom) -> str:
    charge = atom.GetFormalCharge()
    return f"atom {atom.GetIdx()} ({atom.GetSymbol()}{f', charge {charge:+d}' if charge else ''})"
