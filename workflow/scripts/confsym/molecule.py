"""From a SMILES to a molecule with hydrogens, and what is worth recording about it."""

import numpy as np
from rdkit import Chem, RDLogger
from rdkit.Chem.rdMolDescriptors import CalcMolFormula

from confsym.errors import StudyError


def build(name: str, smiles: str) -> Chem.Mol:
    """Read a SMILES and add hydrogens.

    Parameters
    ----------
    name
        The study's name for the molecule, for error messages.
    smiles
        One connected molecule.

    Raises
    ------
    StudyError
        If the SMILES cannot be read, holds several fragments, or names fewer than three atoms.
    """
    RDLogger.DisableLog("rdApp.error")  # RDKit's own five lines; the sentence below replaces them
    molecule = Chem.MolFromSmiles(smiles)
    RDLogger.EnableLog("rdApp.error")
    if molecule is None or molecule.GetNumAtoms() == 0:
        raise StudyError(
            f"molecules.{name}: RDKit cannot read the SMILES {smiles!r}; check it for typing "
            "errors, unclosed rings and impossible valences."
        )
    for atom in molecule.GetAtoms():
        atom.SetAtomMapNum(0)  # a mark for reactions, which would tell equivalent atoms apart
    fragments = len(Chem.GetMolFrags(molecule))
    if fragments > 1:
        raise StudyError(
            f"molecules.{name}: the SMILES {smiles!r} holds {fragments} separate fragments; give "
            "one connected molecule, without counter-ions or solvent."
        )
    molecule = Chem.AddHs(molecule)
    if molecule.GetNumAtoms() < 3:
        raise StudyError(
            f"molecules.{name}: {smiles!r} has {molecule.GetNumAtoms()} atom(s) with its "
            "hydrogens and so no conformers to learn from; give a molecule of at least three atoms."
        )
    return molecule


def from_description(description: dict) -> Chem.Mol:
    """Build the molecule that a `molecule.json` describes, atoms in the same order."""
    return build(description["name"], description["smiles"])


def describe(name: str, smiles: str) -> dict:
    """Collect what the study needs to know about a molecule: the content of `molecule.json`.

    Returns
    -------
    dict
        name, smiles, formula, atoms (element, number, formal charge, linear centre, class of
        topologically equivalent atoms), bonds (atoms, order), and stereo: every tetrahedral centre
        and double bond that can have a configuration, and whether the SMILES specifies it.
    """
    molecule = build(name, smiles)
    return {
        "name": name,
        "smiles": smiles,
        "formula": CalcMolFormula(molecule),
        "atoms": [
            {
                "element": atom.GetSymbol(),
                "number": atom.GetAtomicNum(),
                "formal_charge": atom.GetFormalCharge(),
                "linear": _is_linear(atom),
                "equivalence_class": equivalence_class,
            }
            for atom, equivalence_class in zip(
                molecule.GetAtoms(), equivalence_classes(molecule).tolist(), strict=True
            )
        ],
        "bonds": [
            {
                "atoms": [bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()],
                "order": bond.GetBondTypeAsDouble(),
            }
            for bond in molecule.GetBonds()
        ],
        "stereo": stereo_elements(molecule),
    }


def equivalence_classes(molecule: Chem.Mol) -> np.ndarray:
    """(atoms,) class of each atom: equal for atoms that the bonds cannot tell apart.

    Configuration is left out: the two hydrogens of a CH2 are of one class.
    """
    ranks = Chem.CanonicalRankAtoms(molecule, breakTies=False, includeChirality=False)
    return np.unique(np.array(ranks), return_inverse=True)[1]


def stereo_elements(molecule: Chem.Mol) -> list[dict]:
    """Tetrahedral centres and double bonds that can have a configuration, in RDKit's order.

    `neighbours` are the bonded atoms of a centre, or one atom on each side of a double bond.
    """
    elements = []
    for info in Chem.FindPotentialStereo(molecule):
        if info.type == Chem.StereoType.Atom_Tetrahedral:
            kind, atoms, neighbours = "tetrahedral", [info.centeredOn], list(info.controllingAtoms)
        elif info.type == Chem.StereoType.Bond_Double:
            bond = molecule.GetBondWithIdx(info.centeredOn)
            if _is_linear(bond.GetBeginAtom()) or _is_linear(bond.GetEndAtom()):
                continue  # a cumulene has no plane of its own
            kind, atoms = "double_bond", [bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()]
            sides = np.reshape(list(info.controllingAtoms), (2, 2))  # a gap is a huge number
            neighbours = sides.min(axis=1).tolist()
        else:
            continue
        specified = info.specified == Chem.StereoSpecified.Specified
        elements.append(
            {"kind": kind, "atoms": atoms, "neighbours": neighbours, "specified": specified}
        )
    return elements


def _is_linear(atom: Chem.Atom) -> bool:
    return atom.GetDegree() == 2 and atom.GetHybridization() == Chem.HybridizationType.SP
