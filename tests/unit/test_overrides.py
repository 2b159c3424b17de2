"""What a molecule does otherwise than the study."""

import pytest
import yaml

from confsym.study import check, experiments, overrides
from confsym.study.schema import fill_in
from studies import ROOT, section, tiny

SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"
EMBEDDING = {key: entry["default"] for key, entry in section("embedding").items()}


def study(**entries) -> dict:
    """The tiny study with a molecule b that has entries of its own, defaults filled in."""
    config = tiny()
    config["molecules"]["b"] = {"smiles": "CCCO"} | entries
    config["embedding"] = EMBEDDING | config["embedding"]
    config["split"] = {"seed": 0} | config["split"]
    return config


def test_only_what_differs_is_said():
    config = study(embedding={"attempts": 500}, split={"train": 20})
    own = overrides.embedding_of(config, "b")
    assert own == overrides.embedding_of(config, "butanol") | {"attempts": 500}
    assert overrides.embedding_of(config, "butanol") == config["embedding"]
    assert overrides.split_of(config, "b") == {"train": 20, "seed": 0}
    assert overrides.split_of(config, "butanol") == {"train": 60, "seed": 0}


def test_another_key_of_the_split_is_the_studys():
    config = study(split={"train": 20})
    config["split"]["by"] = "order"
    assert overrides.split_of(config, "b") == {"train": 20, "seed": 0, "by": "order"}


def test_shards_are_those_of_the_molecule_with_most():
    assert overrides.most_shards(study()) == range(4)
    assert overrides.most_shards(study(embedding={"attempts": 501})) == range(11)
    assert overrides.most_shards(study(embedding={"shard": 200})) == range(4)


def test_the_schema_knows_the_keys_of_the_sections():
    properties = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))["properties"]
    found = overrides.definitions(properties)
    own = found["embedding_of_molecule"]["properties"]
    assert set(own) == set(section("embedding"))
    assert set(found["split_of_molecule"]["properties"]) == {"train", "seed"}
    for entry in found.values():
        assert all("default" not in key for key in entry["properties"].values())
    assert own["attempts"]["minimum"] == section("embedding")["attempts"]["minimum"]


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"embedding": {"attempt": 5}}, "unknown key 'attempt' in molecules.b.embedding"),
        ({"embedding": {"attempts": 0}}, "molecules.b.embedding.attempts is 0, but must be at"),
        ({"split": {"train": 60.0}}, "molecules.b.split.train is 60.0, but must be an integer"),
        ({"split": {"trains": 60}}, "unknown key 'trains' in molecules.b.split"),
        ({"energy": {}}, "unknown key 'energy' in molecules.b"),
    ],
)
def test_mistakes_of_the_schema(entry, says):
    said = check.problem(study(**entry), SCHEMA)
    assert says in said
    assert "\n" not in said


def test_a_level_of_its_own():
    config = study(level="gfn2_xtb")
    config["energies"] = {"level": "mmff94", "minimize_iterations": 0}
    config["experiments"]["notes"]["baseline"] = "uff"
    own = overrides.study_of(config, "b/tests/further")
    assert own["energies"] == {"level": "gfn2_xtb", "minimize_iterations": 0}
    assert {**own, "energies": config["energies"]} == config
    assert overrides.study_of(config, "butanol") == config
    levels = overrides.of_molecules(config, experiments.levels)
    assert levels == ["mmff94", "uff", "gfn2_xtb"]
    assert overrides.most_parts(config) == 8
    places = [experiments.place_of_level(config, name) for name in config["molecules"]]
    assert places == ["energies.level", "molecules.b.level"]
    butanol = overrides.study_of(config, "butanol")
    assert experiments.probes(butanol, "sorted_kernel") == ["element_swapped"]
    # No level of electrons tells these atoms apart; the force field below it does.
    assert experiments.probes(own, "sorted_kernel") == []
    assert experiments.probes(own, "notes") == ["element_swapped"]


def test_a_level_that_all_molecules_replace_is_not_computed():
    config = study(level="uff")
    config["energies"] = {"level": "mmff94"}
    config["molecules"]["butanol"]["level"] = "gfn1_xtb"
    assert overrides.of_molecules(config, experiments.levels) == ["gfn1_xtb", "uff"]


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"level": "mmff49"}, "molecules.b.level is 'mmff49'; did you mean 'mmff94'?"),
        (
            {"level": "uff"},
            "experiments.notes.baseline is 'uff', the level that molecules.b.level has learned",
        ),
        ({"level": "given"}, "molecules.b has no geometries from a file, so it has no energies"),
        (
            {"level": "gfn2_xtb"},
            "minimize_iterations is 20, but gfn2_xtb has no minimiser; set it to 0, or "
            "molecules.b.level to one that has: mmff94, mmff94s, uff.",
        ),
        ({"charge": 1}, "molecules.b: charge is +1, but the SMILES 'CCCO' has charge +0"),
        ({"smiles": "CC[NH3+]", "charge": -1}, "charge is -1, but the SMILES 'CC[NH3+]' has ch"),
    ],
)
def test_contradictions_of_level_and_charge(entry, says):
    config = study(**entry)
    config["experiments"]["notes"]["baseline"] = "uff"
    config["energies"] = {"minimize_iterations": 20}
    assert check.problem(config, SCHEMA) is None
    fill_in(config, SCHEMA)
    said = list(check.contradictions(config))
    assert any(says in sentence for sentence in said), said
    assert all(sentence.startswith("config: ") and "\n" not in sentence for sentence in said)


def test_what_a_molecules_own_level_and_charge_allow():
    config = study(smiles="CC[NH3+]", charge=1, level="mmff94s")
    fill_in(config, SCHEMA)
    assert not list(check.contradictions(config))


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (
            {"embedding": {"attempts": 100}},
            "molecules.b.embedding.attempts is 100, which cannot give split.train + 50 = 110",
        ),
        (
            {"split": {"train": 300}},
            "embedding.attempts is 200, which cannot give molecules.b.split.train + 50 = 350",
        ),
    ],
)
def test_a_molecule_that_cannot_have_enough_conformers(entry, says):
    (said,) = overrides.contradictions(study(**entry))
    assert said.startswith("config: ")
    assert says in said


def test_what_is_wrong_with_all_molecules_is_said_once():
    config = study()
    config["embedding"]["attempts"] = 100
    (said,) = overrides.contradictions(config)
    assert said.startswith("config: embedding.attempts is 100, which cannot give split.train + 50")


def test_geometries_from_a_file_are_not_embedded():
    config = study(geometries={"file": "b.xyz"}, embedding={"attempts": 300})
    (said,) = overrides.contradictions(config)
    assert said.startswith("config: molecules.b.embedding is for molecules whose conformers are")
