import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem.rdForceFieldHelpers import MMFFHasAllMoleculeParams, UFFHasAllMoleculeParams
from rdkit.Chem.rdMolDescriptors import CalcMolFormula

from confsym.conformers import pruning
from confsym.energies import terms
from confsym.energies.registry import LEVELS
from confsym.errors import StudyError
from confsym.molecules import molecule
from confsym.molecules.automorphisms import random_automorphism
from confsym.molecules.topology import Topology
from confsym.rediscovery.mmff_constants import OwnConstants
from confsym.registry import resolve

DEFAULT = "CC(CCC)CC(C)(CCCC)O"


def test_description_of_the_default_molecule():
    description = molecule.describe("dimethyldecanol", DEFAULT)
    assert description["formula"] == "C12H26O"
    assert len(description["atoms"]) == 39
    assert len(description["bonds"]) == 38
    assert [element["atoms"] for element in description["stereo"]] == [[1], [6]]
    assert not any(element["specified"] for element in description["stereo"])


def test_equivalence_classes_join_what_bonds_cannot_tell_apart():
    classes = molecule.equivalence_classes(molecule.build("propane", "CCC"))
    assert classes[0] == classes[2] != classes[1]
    methyl, methylene = classes[3], classes[6]
    assert (classes[[3, 4, 5, 8, 9, 10]] == methyl).all()
    assert (classes[[6, 7]] == methylene).all()


def test_atom_maps_are_no_difference():
    mapped = molecule.build("x", "[CH3:1][CH:2]([CH3:3])[OH:4]")
    plain = molecule.build("x", "CC(C)O")
    here, there = (molecule.equivalence_classes(m).tolist() for m in (mapped, plain))
    assert here == there


@pytest.mark.parametrize(
    ("smiles", "says"),
    [
        ("CC(C", "cannot read"),
        ("", "cannot read"),
        ("C(C)(C)(C)(C)C", "cannot read"),
        ("CC(=O)[O-].[Na+]", "2 separate fragments"),
        ("[Na+]", "1 atom"),
        ("[H][H]", "2 atom"),
        ("Cl", "2 atom"),
    ],
)
def test_smiles_that_no_study_can_use(smiles, says):
    with pytest.raises(StudyError, match=says) as error:
        molecule.build("bad", smiles)
    assert "molecules.bad" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("smiles", [DEFAULT, "CC(C)(C)CC#N", "C1CCCCC1", "FC(F)(F)C(F)(F)F", "CCC"])
def test_random_automorphisms_keep_elements_and_bonds(smiles, rng):
    target = molecule.build("x", smiles)
    topology = Topology.from_description(molecule.describe("x", smiles))
    bonds = {frozenset(bond) for bond in topology.bonds.tolist()}
    seen = set()
    for _ in range(20):
        mapped = random_automorphism(target, rng)
        assert sorted(mapped) == list(range(len(mapped)))
        assert (topology.numbers[mapped] == topology.numbers).all()
        assert {frozenset(mapped[list(bond)].tolist()) for bond in bonds} == bonds
        seen.add(tuple(mapped.tolist()))
    assert len(seen) > 10


@pytest.mark.parametrize("smiles", ["F" + "C(F)(F)" * 30 + "F", "C" * 60])
def test_automorphisms_of_long_chains_come_in_time(smiles, rng):
    target = molecule.build("x", smiles)
    mapped = random_automorphism(target, rng)
    assert sorted(mapped) == list(range(target.GetNumAtoms()))


def test_automorphisms_reach_every_pair_of_equivalent_atoms(rng):
    target = molecule.build("x", "CC(C)(C)CC#N")
    mapped = np.array([random_automorphism(target, rng) for _ in range(300)])
    classes = molecule.equivalence_classes(target)
    for atom, own in enumerate(classes):
        assert set(mapped[:, atom]) == set(np.flatnonzero(classes == own))


# What RDKit would make of each was found by asking it: another molecule, or the one meant.
STRANGE = [
    ("CC(=O)Oc1ccccc1 C(=O)O", 16, "a space", "C8H8O2"),  # aspirin, folded over two lines of YAML
    ("CC OCC", 3, "a space", "C2H6"),
    ("CCO\nCCN\n", 4, "a line break", "C2H6O"),
    ("C/C=C\n1cccc1", 6, "a line break", "C3H6"),
    ("CC\tO", 3, "a tab", "C2H6"),
    ("CC(=O)O⁻", 8, "SUPERSCRIPT MINUS", "C2H4O2"),
    ("CCN⁺", 4, "SUPERSCRIPT PLUS SIGN", "C2H7N"),
    ("CCα", 3, "GREEK SMALL LETTER ALPHA", "C2H6"),
    ("CCO·", 4, "MIDDLE DOT", "C2H6O"),
    ("\ufeffCCO", 1, "ZERO WIDTH NO-BREAK SPACE", "C2H6O"),
    ("CC\u00a0O", 3, "NO-BREAK SPACE", "reads no molecule"),
    ("CC–O", 3, "EN DASH", "reads no molecule"),
    ("CCО", 3, "CYRILLIC CAPITAL LETTER O", "C2H6"),
    ("ＣCO", 1, "FULLWIDTH LATIN CAPITAL LETTER C", "CH4O"),
    ("CCO |$;;x$|", 4, "a space", "C2H6O"),
    ("CCO,", 4, "COMMA", "reads no molecule"),
    ("  CC C", 5, "a space", "C2H6"),
]


@pytest.mark.parametrize(("smiles", "place", "called", "read"), STRANGE)
def test_characters_that_rdkit_drops_are_refused(smiles, place, called, read):
    with pytest.raises(StudyError) as error:
        molecule.build("x", smiles)
    sentence = str(error.value)
    called = called if called.startswith("a ") else called.lower()
    assert f"molecules.x: character {place} of the SMILES" in sentence
    assert called in sentence
    assert read in sentence
    assert "\n" not in sentence
    found = Chem.MolFromSmiles(smiles.strip())
    assert ("reads no molecule" in read) == (found is None)
    if found is not None:
        assert CalcMolFormula(Chem.AddHs(found)) == read


@pytest.mark.parametrize("smiles", ["CCO\n", " CCO", "CCO  ", "\tCCO\r\n"])
def test_white_space_around_a_smiles_is_no_matter(smiles):
    assert molecule.describe("x", smiles)["canonical_smiles"] == "CCO"


@pytest.mark.parametrize(
    ("smiles", "says"),
    [
        ("CC*", "no element"),
        ("[*]CC", "no element"),
        ("CC~C", "between atoms 1 and 2 that is no single"),
        ("C:C", "aromatic bond"),
    ],
)
def test_a_smiles_names_one_definite_molecule(smiles, says):
    with pytest.raises(StudyError, match=says):
        molecule.build("x", smiles)


@pytest.mark.parametrize(
    ("smiles", "formula", "charge", "electrons"),
    [
        ("CC(=O)[O-]", "C2H3O2-", -1, 32),
        ("C[NH3+]", "CH6N+", 1, 18),
        ("[2H]C([2H])[2H]", "CH4", 0, 10),
        ("C[C@H](N)C(=O)O", "C3H7NO2", 0, 48),
    ],
)
def test_what_was_understood_is_stated(smiles, formula, charge, electrons):
    description = molecule.describe("x", smiles)
    assert description["formula"] == formula
    assert description["charge"] == charge
    assert description["electrons"] == electrons
    assert description["canonical_smiles"] == Chem.CanonSmiles(smiles)
    says = molecule.understood(description)
    assert f"is {formula}, charge {charge:+d}, {electrons} electrons" in says
    assert says.endswith(Chem.CanonSmiles(smiles))


# Aromatic systems that RDKit's force fields Kekulise, of every kind of ring.
AROMATIC = [
    "c1ccc2cccc-2cc1",
    "O=c1cc[nH]c(=O)[nH]1",
    "O=c1cccc[nH]1",
    "c1ccccc1",
    "c1ccc2[nH]ccc2c1",
    "Cn1cnc2c1c(=O)n(C)c(=O)n2C",
    "c1ccsc1",
    "C[n+]1ccccc1",
    "[O-]c1ccccc1",
    "CC(=O)Oc1ccccc1C(=O)O",
]


@pytest.mark.parametrize("smiles", AROMATIC)
def test_what_is_described_is_the_molecule_as_read(smiles):
    """Classes and orders of a molecule that nothing else has looked at."""
    fresh = Chem.AddHs(Chem.MolFromSmiles(smiles))
    description = molecule.describe("x", smiles)
    ranks = list(Chem.CanonicalRankAtoms(fresh, breakTies=False, includeChirality=False))
    classes = [atom["equivalence_class"] for atom in description["atoms"]]
    assert len(set(zip(ranks, classes, strict=True))) == len(set(ranks)) == len(set(classes))
    orders = [bond.GetBondTypeAsDouble() for bond in fresh.GetBonds()]
    assert [bond["order"] for bond in description["bonds"]] == orders
    if smiles == "c1ccc2cccc-2cc1":
        assert len(set(classes)) == 11
        assert orders[:10].count(1.5) == 10


def state(target: Chem.Mol) -> tuple:
    """All that a call could have changed."""
    atoms = [
        (a.GetIsAromatic(), a.GetHybridization(), a.GetChiralTag(), a.GetFormalCharge())
        for a in target.GetAtoms()
    ]
    bonds = [(b.GetBondType(), b.GetIsAromatic(), b.GetStereo()) for b in target.GetBonds()]
    properties = [a.GetPropsAsDict(includePrivate=False) for a in target.GetAtoms()]
    return target.ToBinary(), atoms, bonds, properties, target.GetNumConformers()


@pytest.mark.parametrize("smiles", [*AROMATIC, "C/C=C/[C@H](F)Cl", "CP(C)(Cl)(Cl)Cl", DEFAULT])
def test_no_call_changes_the_molecule(smiles, conformers):
    target, positions = conformers(smiles, 3)
    description = molecule.describe("x", smiles)
    calls = {
        "mmff_atoms": lambda: molecule.mmff_atoms(target),
        "equivalence_classes": lambda: molecule.equivalence_classes(target),
        "kekulized": lambda: molecule.kekulized(target),
        "stereo_elements": lambda: molecule.stereo_elements(target),
        "heavy_atom_matches": lambda: pruning.heavy_atom_matches(target),
        "automorphism": lambda: random_automorphism(target, np.random.default_rng(0)),
    }
    if MMFFHasAllMoleculeParams(Chem.Mol(target)):
        calls["mmff_terms"] = lambda: terms.mmff_terms(target, positions, "x")
        calls["constants"] = lambda: OwnConstants(target).mean("bond", np.array([[0, 1]]))
    levels = ["mmff94", "mmff94s"] if "mmff_terms" in calls else []
    levels += ["uff"] if UFFHasAllMoleculeParams(Chem.Mol(target)) else []
    for level in levels:
        row = LEVELS[level]
        calls[level] = lambda row=row: resolve(row.function)(target, positions, "x")
        calls[f"{level} gradients"] = lambda row=row: resolve(row.function)(target, positions, "x")
        calls[f"{level} minimizer"] = lambda row=row: resolve(row.minimizer)(
            target, positions, "x", 2
        )
    before = state(target)
    for name, call in calls.items():
        call()
        assert state(target) == before, name
    assert molecule.describe("x", smiles) == description


@pytest.mark.parametrize("smiles", ["F/C=C(/F)/Cl", "C/C(\\Cl)=C/C", "CC/C=C(\\C)\\Cl"])
def test_marks_that_contradict_each_other_are_refused(smiles):
    with pytest.raises(StudyError, match="contradict each other around a double bond; "):
        molecule.build("x", smiles)


@pytest.mark.parametrize(
    ("smiles", "marks"),
    [
        ("C[C@H](C)C", "@ on atom 1 (C)"),
        ("C[N@](F)Cl", "@ on atom 1 (N)"),
        ("F/C=CF", "/ or \\ between atoms 0 and 1"),
        ("F/C=C(/F)F", "/ or \\ between atoms 0 and 1, / or \\ between atoms 2 and 3"),
        ("C/C=C1/CCC1", "/ or \\ between atoms 0 and 1, / or \\ between atoms 2 and 3"),
    ],
)
def test_marks_that_fix_nothing_are_named(smiles, marks):
    assert f"no configuration is fixed by {marks}" in molecule.warning(
        {"name": "x", "smiles": smiles}
    )


@pytest.mark.parametrize(
    "smiles",
    [
        "C/C=C/C",
        "F/C=C(/F)\\Cl",
        "[H][C@](F)(Cl)Br",
        "C[C@:1]([CH3:2])(F)Cl",
        "C[C@@H]1CC[C@H](C)CC1",
        "C[S@](=O)CC",
        "C[P@](F)CC",
        "OC[C@@H](O)C(O)[C@H](O)CO",
        "F[Pt@SP1](Cl)(Br)N",
        "C/C=C/C=C\\[C@H](F)O",
        DEFAULT,
    ],
)
def test_marks_that_fix_something_are_no_matter(smiles):
    assert molecule.warning({"name": "x", "smiles": smiles}) is None
