"""Stereoisomers that a SMILES leaves open: counts known from textbooks, and RDKit's own list."""

import pytest
from rdkit import Chem
from rdkit.Chem import rdCIPLabeler
from rdkit.Chem.EnumerateStereoisomers import EnumerateStereoisomers, StereoEnumerationOptions

from confsym.errors import StudyError
from confsym.molecules import isomers, molecule
from confsym.study import check, stereoisomers
from studies import ROOT, tiny

SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"

COUNTS = {
    "CCO": 1,
    "CCC(C)O": 2,  # one centre
    "CC(O)C(C)O": 3,  # a pair of enantiomers and the meso form
    "OC(=O)C(O)C(O)C(=O)O": 3,
    "CC(O)CC(C)N": 4,
    "CC=CC": 2,  # E and Z
    "CC=CC=CC": 3,  # EE, EZ, ZZ
    "CC=CC(C)O": 4,
    "CC=NO": 2,
    "C/C=C/C(C)O": 2,
    r"C/C=C\CC(O)C=CC": 4,
    "CC1CCC(C)CC1": 2,  # cis and trans, both achiral
    "OC1C(O)C(O)C(O)C(O)C1O": 9,  # the inositols
    "CC(CCC)CC(C)(CCCC)O": 4,
    "C[C@H](CCC)CC(C)(CCCC)O": 2,  # one is fixed
    "C[C@H](O)C(O)[C@H](O)C": 2,  # pseudo-asymmetric, r and s
    "C[C@H](O)C(O)[C@@H](O)C": 1,  # the centre in the middle is none then
    "C1CCC2CCCCC2C1": 2,  # cis- and trans-decalin
}


@pytest.mark.parametrize(("smiles", "count"), COUNTS.items())
def test_each_compound_is_there_once(smiles, count):
    found = isomers.isomers("x", smiles)
    assert len(found) == len(set(found)) == count
    if count == 1:
        assert found == [smiles]
        return
    plain = Chem.MolToSmiles(Chem.MolFromSmiles(smiles), isomericSmiles=False)
    for one in found:
        read = Chem.MolFromSmiles(one)
        assert Chem.MolToSmiles(read) == one
        assert Chem.MolToSmiles(read, isomericSmiles=False) == plain
        isomers.require_one("x", one)


@pytest.mark.parametrize("smiles", [one for one, count in COUNTS.items() if count > 1])
def test_they_are_those_that_rdkit_enumerates(smiles):
    options = StereoEnumerationOptions(unique=True)
    expected = EnumerateStereoisomers(Chem.MolFromSmiles(smiles), options=options)
    assert isomers.isomers("x", smiles) == sorted(map(Chem.MolToSmiles, expected))


def test_what_is_fixed_stays_as_it_is():
    """R at the fixed centre in both; the other one is R and S."""
    labels = set()
    for smiles in isomers.isomers("x", "C[C@H](CCC)CC(C)(CCCC)O"):
        read = Chem.MolFromSmiles(smiles)
        rdCIPLabeler.AssignCIPLabels(read)
        methine, carbinol = (read.GetSubstructMatch(Chem.MolFromSmarts(s)) for s in ("[CH1]", "CO"))
        (fixed,), (open_, _) = methine, carbinol
        labels.add(tuple(read.GetAtomWithIdx(i).GetProp("_CIPCode") for i in (fixed, open_)))
    given = Chem.MolFromSmiles("C[C@H](CCC)CC(C)(CCCC)O")
    rdCIPLabeler.AssignCIPLabels(given)
    here = given.GetAtomWithIdx(1).GetProp("_CIPCode")
    assert labels == {(here, "R"), (here, "S")}


def test_a_symmetric_cage_is_one_compound_less_than_it_has_names():
    """Of 7-methylnorbornane RDKit lists four names; with its conformers it is one compound."""
    options = StereoEnumerationOptions(unique=True)
    names = list(EnumerateStereoisomers(Chem.MolFromSmiles("C1CC2CCC1C2C"), options=options))
    assert len(names) == 4
    with pytest.raises(StudyError, match=r"of the 2 stereoisomers .* a conformer of 1 in"):
        isomers.isomers("x", "C1CC2CCC1C2C")


def refusal(function, smiles: str) -> str:
    with pytest.raises(StudyError) as error:
        function("x", smiles)
    said = str(error.value)
    assert said.startswith("molecules.x: ")
    assert "\n" not in said
    return said


def test_bridges_that_forbid_stereoisomers_are_told_with_those_that_exist():
    said = refusal(isomers.isomers, "CC1(C)C2CCC1(C)C(=O)C2")  # camphor
    assert "of the 4 stereoisomers" in said
    assert "finds a conformer of 2 in" in said
    named = said.partition("of their own (")[2].rstrip(").").split(", ")
    expected = {"CC1(C)[C@@H]2CC[C@@]1(C)C(=O)C2", "CC1(C)[C@H]2CC[C@]1(C)C(=O)C2"}
    assert set(named) == {Chem.MolToSmiles(Chem.MolFromSmiles(one)) for one in expected}


def test_there_is_a_cap():
    assert len(isomers.isomers("x", "CC(F)C(F)C(F)C(F)CF")) == 16
    said = refusal(isomers.isomers, "CC(F)C(F)C(F)C(F)C(F)C(F)CF")
    assert "names 64 stereoisomers, more than the 32" in said
    assert "up to 2^11 stereoisomers" in refusal(isomers.isomers, "C" + "C(F)" * 11 + "CF")


@pytest.mark.parametrize(
    ("smiles", "says"),
    [
        ("CCC(C)O", "leaves open the centre C2; write @"),
        ("CC=CC", "leaves open the double bond C1=C2;"),
        ("C[C@H](O)C(C)C=CC", "leaves open the centre C3, the double bond C5=C6;"),
        ("CC=C=CC", "the axis from C1 to C3; no SMILES fixes an axis or a cumulene"),
        ("C" + "C(F)" * 11 + "CF", "the centre C1, the centre C3,"),
    ],
)
def test_what_is_required_and_open_is_named(smiles, says):
    assert says in refusal(isomers.require_one, smiles)


@pytest.mark.parametrize("smiles", ["CCO", "CC[C@H](C)O", "C/C=C/C", "C[C@H](O)C(O)[C@@H](O)C"])
def test_one_compound_is_all_that_is_required(smiles):
    isomers.require_one("x", smiles)


# In a study.


def expanded(**molecules) -> dict:
    study = {"molecules": molecules}
    assert stereoisomers.expand(study) is None
    return study["molecules"]


def test_stereoisomers_become_molecules_in_the_place_of_the_entry():
    own = {"attempts": 300}
    found = expanded(
        a={"smiles": "CCO"},
        b={"smiles": "CCC(C)O", "stereo": "enumerate", "embedding": own},
        c={"smiles": "CCN", "stereo": "enumerate"},
        d={"smiles": "CCC(C)O", "stereo": "as_written"},
        e={"smiles": "CC[C@H](C)O", "stereo": "require"},
        f={"file": "f.sdf", "stereo": "require"},
    )
    assert found == {
        "a": {"smiles": "CCO"},
        "b_1": {"smiles": "CC[C@@H](C)O", "embedding": own},
        "b_2": {"smiles": "CC[C@H](C)O", "embedding": own},
        "c": {"smiles": "CCN"},
        "d": {"smiles": "CCC(C)O", "stereo": "as_written"},
        "e": {"smiles": "CC[C@H](C)O"},
        "f": {"file": "f.sdf", "stereo": "require"},
    }
    assert list(found) == ["a", "b_1", "b_2", "c", "d", "e", "f"]
    again = {"molecules": dict(found)}
    assert stereoisomers.expand(again) is None
    assert again["molecules"] == found


def test_a_study_that_asks_for_nothing_loads_no_rdkit_for_it(monkeypatch):
    monkeypatch.setattr(isomers, "isomers", None)
    monkeypatch.setattr(isomers, "require_one", None)
    molecules = {"a": {"smiles": "CCC(C)O"}}
    assert expanded(**molecules) == molecules


OPEN = {"smiles": "CCC(C)O", "stereo": "enumerate"}


@pytest.mark.parametrize(
    ("molecules", "says"),
    [
        ({"a": OPEN, "a_1": {"smiles": "CCO"}}, "molecules.a has stereoisomers, one of which is"),
        ({"a_1": {"smiles": "CCO"}, "a": OPEN}, "called a_1, as another molecule is"),
        ({"n" * 63: OPEN}, "would be longer than 64 characters"),
        ({"a": {"file": "a.sdf", "stereo": "enumerate"}}, "molecules.a.stereo is enumerate, which"),
        ({"a": {"geometries": {}, "stereo": "require"}}, "molecules.a.stereo is for molecules"),
        ({"a": OPEN | {"smiles": "CC("}}, "molecules.a: RDKit cannot read the SMILES 'CC('"),
        ({"a": OPEN | {"stereo": "require"}}, "stereo is require, and 'CCC(C)O' leaves open"),
    ],
)
def test_mistakes(molecules, says):
    said = stereoisomers.expand({"molecules": molecules})
    assert says in said
    assert "\n" not in said


def test_another_word_is_refused_by_the_schema():
    study = tiny(molecules={"a": {"smiles": "CCO", "stereo": "enumerated"}})
    said = check.problem(study, SCHEMA)
    assert "molecules.a.stereo is 'enumerated'; did you mean 'enumerate'?" in said


def test_isomers_can_be_built():
    for smiles in isomers.isomers("x", "CC=CC(C)O"):
        assert molecule.describe("x", smiles)["formula"] == "C5H10O"
