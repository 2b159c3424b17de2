"""What a molecule does otherwise than the study."""

import pytest
import yaml

from confsym.study import check, overrides
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
