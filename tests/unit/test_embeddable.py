import pytest
from rdkit import Chem
from rdkit.Chem import rdDistGeom

from confsym.conformers import embeddable
from confsym.errors import StudyError
from confsym.molecules import molecule

EPOXIDE = "C1[C@H]2[C@@H]3O[C@@H]3[C@@H]1[C@@]13O[C@@]21[C@@H]1C[C@H]3[C@@H]2O[C@@H]21"


def given_by_rdkit(target, count: int, **changes) -> int:
    direct = rdDistGeom.ETKDGv3()
    direct.randomSeed, direct.enableSequentialRandomSeeds = 42, True
    for name, value in changes.items():
        setattr(direct, name, value)
    return len(rdDistGeom.EmbedMultipleConfs(Chem.Mol(target), count, direct))


@pytest.mark.parametrize(
    ("smiles", "key", "name", "cause"),
    [
        ("C1=CC2=CC=C1C2", "basic_knowledge", "useBasicKnowledge", "ETK_MINIMIZATION"),
        (
            "C1CC2=CC=C(CCC3=CC=C1C=C3)C=C2",
            *("basic_knowledge", "useBasicKnowledge", "ETK_MINIMIZATION"),
        ),
        (EPOXIDE, "enforce_chirality", "enforceChirality", "CHECK_TETRAHEDRAL_CENTERS"),
    ],
)
def test_cause_and_cure_are_named(smiles, key, name, cause, options, monkeypatch):
    monkeypatch.setattr(embeddable, "TRIES", 40)
    target = molecule.build("x", smiles)
    assert given_by_rdkit(target, 4, maxIterations=10) == 0
    helped = given_by_rdkit(target, 4, maxIterations=10, **{name: False})
    with pytest.raises(StudyError) as error:
        embeddable.require_embeddable(target, "x", 0, 1250, options | {"max_attempts": 10})
    said = str(error.value)
    assert f"set embedding.{key}: false, with which {helped} of 4 attempts" in said
    assert cause in said


def test_no_cure_is_said_and_none_tried_twice(options, monkeypatch):
    monkeypatch.setattr(embeddable, "TRIES", 8)
    monkeypatch.delitem(embeddable.CURES, "enforce_chirality")  # the one that would help
    given = options | {"max_attempts": 2, "random_coordinates": True}
    target = molecule.build("x", EPOXIDE)
    with pytest.raises(StudyError, match=r"none of embedding\.\{basic_knowledge: false\} helps 4"):
        embeddable.require_embeddable(target, "x", 0, 1250, given)


@pytest.mark.parametrize("smiles", ["C12C3C4C1C5C2C3C45", "C12C3C1C23", "C1CC/C=C/C1", "O"])
def test_strained_and_tiny_molecules_pass(smiles, options):
    embeddable.require_embeddable(molecule.build("x", smiles), "x", 0, 1, options)


def attempts_made(monkeypatch, successes: set[int]) -> list[int]:
    made = []

    def attempt(molecule, number, options):
        made.append(number)
        return number in successes, [0, 1]

    monkeypatch.setattr(embeddable, "_attempt", attempt)
    return made


def test_a_shard_of_failures_passes_where_the_study_began_with_a_success(options, monkeypatch):
    made = attempts_made(monkeypatch, {1})
    embeddable.require_embeddable(None, "x", 100, 50, options)
    assert made == [100, 101, 102, 103, 0, 1]


def test_the_verdict_does_not_depend_on_the_shards(options, monkeypatch):
    made = attempts_made(monkeypatch, {3})
    embeddable.require_embeddable(None, "x", 0, 2, options)
    assert made == [0, 1, 2, 3]
    attempts_made(monkeypatch, {4})
    for first, count in ((0, 2), (0, 1250), (2, 2)):
        with pytest.raises(StudyError, match="first 4 attempts"):
            embeddable.require_embeddable(None, "x", first, count, options)


def test_an_ordinary_molecule_costs_one_attempt(options, monkeypatch):
    made = attempts_made(monkeypatch, {1250})
    embeddable.require_embeddable(None, "x", 1250, 1250, options)
    assert made == [1250]


def test_bounds_that_contradict_each_other_are_a_sentence(options, capfd):
    """Ferrocene with ten bonds at the iron: RDKit itself stops with an invariant violation."""
    rings = "[cH-]%10[cH]1[cH]2[cH]3[cH]%104.[cH-]51[cH]6[cH]7[cH]8[cH]19"
    target = molecule.build("x", f"[Fe+2]123456789{rings}")
    with pytest.raises(RuntimeError, match="bad lower bound"):
        given_by_rdkit(target, 1)
    capfd.readouterr()
    with pytest.raises(StudyError, match="no consistent bounds of the distances"):
        embeddable.require_embeddable(target, "x", 0, 1, options)
    assert capfd.readouterr().err == ""
