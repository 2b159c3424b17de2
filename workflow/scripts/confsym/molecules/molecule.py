"""From a SMILES to a molecule with hydrogens, and what is worth recording about it."""

from itertools import combinations_with_replacement

import numpy as np
from rdkit import Chem, rdBase
from rdkit.Chem.rdForceFieldHelpers import MMFFGetMoleculeProperties
from rdkit.Chem.rdMolDescriptors import CalcMolFormula

from confsym.errors import StudyError, quoted
from confsym.molecules import stereo_marks
from confsym.molecules.rdkit_messages import messages
from confsym.molecules.smiles import complaint
from confsym.molecules.stereo_elements import is_linear, stereo_elements

BOND_TYPES = frozenset(
    {
        Chem.BondType.SINGLE,
        Chem.BondType.DOUBLE,
        Chem.BondType.TRIPLE,
        Chem.BondType.QUADRUPLE,
        Chem.BondType.AROMATIC,
        Chem.BondType.DATIVE,
    }
)


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
        If the SMILES has characters that RDKit would drop, cannot be read, contradicts itself,
        holds several fragments, atoms without an element or bonds without an order, or names fewer
        than three atoms.
    """
    if problem := complaint(name, smiles):
        raise StudyError(problem)
    with messages() as lines:  # RDKit's own five lines, which the sentences below replace
        molecule = Chem.MolFromSmiles(smiles.strip())
    if molecule is None or molecule.GetNumAtoms() == 0:
        raise StudyError(
            f"molecules.{name}: RDKit cannot read the SMILES {quoted(smiles)}; check it for typing "
            "errors, unclosed rings and impossible valences."
        )
    if stereo_marks.contradict(lines):
        raise StudyError(
            f"molecules.{name}: the SMILES {quoted(smiles)} has marks / and \\ that contradict "
            "each other around a double bond; correct them, or leave them out for a mixture of "
            "both isomers."
        )
    if unclear := _unclear(molecule):
        raise StudyError(
            f"molecules.{name}: the SMILES {quoted(smiles)} has {unclear}; write one definite "
            "molecule."
        )
    for atom in molecule.GetAtoms():
        atom.SetAtomMapNum(0)  # a mark for reactions, which would tell equivalent atoms apart
    fragments = len(Chem.GetMolFrags(molecule))
    if fragments > 1:
        raise StudyError(
            f"molecules.{name}: the SMILES {quoted(smiles)} holds {fragments} separate fragments; "
            "give one connected molecule, without counter-ions or solvent."
        )
    molecule = Chem.AddHs(molecule)
    if molecule.GetNumAtoms() < 3:
        raise StudyError(
            f"molecules.{name}: {smiles!r} has {molecule.GetNumAtoms()} atom(s) with its "
            "hydrogens and so no conformers to learn from; give a molecule of at least three atoms."
        )
    return molecule


def _unclear(molecule: Chem.Mol) -> str | None:
    """What leaves open which molecule is meant: an atom of no element, a bond of no order."""
    for atom in molecule.GetAtoms():
        if atom.GetAtomicNum() == 0:
            return f"atom {atom.GetIdx()} of no element ({atom.GetSmarts()})"
    for bond in molecule.GetBonds():
        ends = f"between atoms {bond.GetBeginAtomIdx()} and {bond.GetEndAtomIdx()}"
        if bond.GetBondType() not in BOND_TYPES:
            return f"a bond {ends} that is no single, double, triple, aromatic or dative one"
        if bond.GetBondType() == Chem.BondType.AROMATIC and not bond.GetBeginAtom().GetIsAromatic():
            return f"an aromatic bond {ends}, which are no aromatic atoms"
    return None


def from_description(description: dict) -> Chem.Mol:
    """Build the molecule that a `molecule.json` describes, atoms in the same order."""
    molecule = build(description["name"], description["smiles"])
    order = description.get("atom_order")  # of geometries that came from a file
    return Chem.RenumberAtoms(molecule, order) if order else molecule


def describe(name: str, smiles: str, order: list[int] | None = None) -> dict:
    """Collect what the study needs to know about a molecule: the content of `molecule.json`.

    Parameters
    ----------
    name, smiles
        As `build` takes them.
    order
        Which atom of the SMILES, hydrogens behind the others, each atom is; as they are if None.

    Returns
    -------
    dict
        name, smiles, formula, charge (elementary charges), electrons, canonical_smiles (RDKit's, of
        what was understood), atoms (element, number, isotope or 0 for the natural mixture, formal
        charge, linear centre, class of topologically equivalent atoms, MMFF94 type and charge),
        bonds (atoms, order, whether dative, and order in the one Kekulé form that MMFF94 is given,
        which may depend on it), stereo: every
        tetrahedral centre and double bond that can have a configuration, and whether the SMILES
        specifies it; and MMFF94's van der Waals radii R* in Å by pair of types. What MMFF94 says is
        null where it has no parameters. And atom_order where an order is given.
    """
    numbering = {"atom_order": order} if order else {}
    molecule = from_description({"name": name, "smiles": smiles} | numbering)
    types, charges, radii = mmff_atoms(molecule)
    kekule = kekulized(molecule)
    return {
        "name": name,
        "smiles": smiles,
        "formula": CalcMolFormula(molecule),
        "charge": Chem.GetFormalCharge(molecule),
        "electrons": sum(atom.GetAtomicNum() for atom in molecule.GetAtoms())
        - Chem.GetFormalCharge(molecule),
        "canonical_smiles": Chem.MolToSmiles(Chem.RemoveHs(molecule)),
        "atoms": [
            {
                "element": atom.GetSymbol(),
                "number": atom.GetAtomicNum(),
                "isotope": atom.GetIsotope(),
                "formal_charge": atom.GetFormalCharge(),
                "linear": is_linear(atom),
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
                "dative": bond.GetBondType() == Chem.BondType.DATIVE,
                "kekule_order": kekule.GetBondWithIdx(bond.GetIdx()).GetBondTypeAsDouble(),
            }
            for bond in molecule.GetBonds()
        ],
        "stereo": stereo_elements(molecule),
        "mmff_radii": radii,
    } | numbering


def understood(description: dict) -> str:
    """Say what a SMILES was understood to be, from the content of `molecule.json`."""
    return (
        f"molecules.{description['name']}: {description['smiles']!r} is {description['formula']}, "
        f"charge {description['charge']:+d}, {description['electrons']} electrons, "
        f"{len(description['atoms'])} atoms; canonical SMILES {description['canonical_smiles']}"
    )


def warning(description: dict) -> str | None:
    """Say which marks of configuration in the SMILES fix nothing; None if all fix something."""
    if not (marks := stereo_marks.idle(description["smiles"].strip())):
        return None
    return (
        f"molecules.{description['name']}: no configuration is fixed by {', '.join(marks)} in "
        f"{description['smiles']!r}, so RDKit drops them; check what was meant."
    )


def kekulized(molecule: Chem.Mol) -> Chem.Mol:
    """Copy a molecule, its aromatic bonds single and double in turn: the form MMFF94 is given."""
    copy = Chem.Mol(molecule)
    Chem.Kekulize(copy, clearAromaticFlags=True)
    return copy


def mmff_atoms(molecule: Chem.Mol) -> tuple[list, list, list[dict] | None]:
    """MMFF94's atom types, charges (elementary charges) and van der Waals radii R* (Å).

    Halgren, J. Comput. Chem. 17, 490 (1996). Lists of None, and None, without parameters.
    """
    with rdBase.BlockLogs():
        properties = MMFFGetMoleculeProperties(Chem.Mol(molecule))  # it Kekulises what it is given
    atoms = range(molecule.GetNumAtoms())
    if properties is None:
        return [None] * len(atoms), [None] * len(atoms), None
    types = [properties.GetMMFFAtomType(atom) for atom in atoms]
    first_atom_of = {kind: types.index(kind) for kind in sorted(set(types))}
    radii = [
        {
            "types": [first_type, second_type],
            "radius": properties.GetMMFFVdWParams(
                first_atom_of[first_type], first_atom_of[second_type]
            )[2],
        }
        for first_type, second_type in combinations_with_replacement(first_atom_of, 2)
    ]
    return types, [properties.GetMMFFPartialCharge(atom) for atom in atoms], radii


def equivalence_classes(molecule: Chem.Mol) -> np.ndarray:
    """(atoms,) class of each atom: equal for atoms that the bonds cannot tell apart.

    Configuration is left out: the two hydrogens of a CH2 are of one class.
    """
    ranks = Chem.CanonicalRankAtoms(molecule, breakTies=False, includeChirality=False)
    return np.unique(np.array(ranks), return_inverse=True)[1]
