"""From a SMILES to a molecule with hydrogens, and what is worth recording about it."""

from itertools import combinations_with_replacement

import numpy as np
from rdkit import Chem, RDLogger, rdBase
from rdkit.Chem.rdForceFieldHelpers import MMFFGetMoleculeProperties
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
        topologically equivalent atoms, MMFF94 type and charge), bonds (atoms, order), stereo: every
        tetrahedral centre and double bond that can have a configuration, and whether the SMILES
        specifies it; and MMFF94's van der Waals radii R* in Å by pair of types. What MMFF94 says is
        null where it has no parameters.
    """
    molecule = build(name, smiles)
    types, charges, radii = mmff_atoms(molecule)
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
                "mmff_type": types[atom.GetIdx()],
                "mmff_charge": charges[atom.GetIdx()],
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
        "mmff_radii": radii,
    }


def mmff_atoms(molecule: Chem.Mol) -> tuple[list, list, list[dict] | None]:
    """MMFF94's atom types, charges (elementary charges) and van der Waals radii R* (Å).

    Halgren, J. Comput. Chem. 17, 490 (1996). Lists of None, and None, without parameters.
    """
    with rdBase.BlockLogs():
        properties = MMFFGetMoleculeProperties(molecule)
    atoms = range(molecule.GetNumAtoms())
    if properties is None:
        return [None] * len(atoms), [None] * len(atoms), None
    types = [properties.GetMMFFAtomType(atom) for atom in atoms]
    first = {kind: types.index(kind) for kind in sorted(set(types))}
    radii = [
        {
            "types": [one, other],
            "radius": properties.GetMMFFVdWParams(first[one], first[other])[2],
        }
        for one, other in combinations_with_replacement(first, 2)
    ]
    return types, [properties.GetMMFFPartialCharge(atom) for atom in atoms], radii


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
