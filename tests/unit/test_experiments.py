"""What a config says of its experiments, asked as the rules ask it."""

import pytest
import yaml
from snakemake.utils import validate

from confsym.study import attempts, experiments
from studies import ROOT

SCHEMA = str(ROOT / "workflow/schemas/config.schema.yaml")


def study(path: str = "tests/tiny.yaml", **sections) -> dict:
    """A checked config with its defaults; entries of sections added or replaced."""
    config = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
    for name, entries in sections.items():
        config[name] = config.get(name, {}) | entries
    validate(config, SCHEMA)
    return config


def test_levels_are_the_studys_own_and_its_baselines():
    config = study(experiments={"less": {"features": "raw", "model": "hgb", "baseline": "uff"}})
    assert experiments.levels(config) == ["mmff94", "uff"]
    assert experiments.levels_behind(config, "less") == ["mmff94", "uff"]
    assert experiments.levels_behind(config, "notes") == ["mmff94"]
    assert experiments.levels_on_trial(config) == ["mmff94", "uff"]


def test_features_made_of_a_level_stand_on_it():
    terms = {"kind": "energy_terms", "variant": "mmff94s"}
    config = study(
        energies={"level": "gfn2_xtb"},
        features={"terms": terms},
        experiments={"terms": {"features": ["raw", "terms"], "model": "hgb"}},
    )
    assert experiments.levels_behind(config, "terms") == ["gfn2_xtb", "mmff94s"]
    assert experiments.levels(config) == ["gfn2_xtb"]


def test_a_probe_is_one_at_a_level_with_fixed_bonds_alone():
    assert experiments.probes(study()) == ["element_swapped"]
    assert experiments.probes(study(energies={"level": "gfn2_xtb"})) == []


def test_the_pose_to_test_in_is_the_first_random_one():
    poses = {"a": {"kind": "random_pose", "seed": 3}, "b": {"kind": "random_pose", "seed": 4}}
    config = study()
    config["transforms"] = {"moved": {"kind": "translation", "vector": [1, 0, 0]}} | poses
    assert experiments.posed(config) == ["a"]
    config["transforms"] = {"moved": {"kind": "translation", "vector": [1, 0, 0]}}
    assert experiments.posed(config) == []
    assert experiments.compared(config) == []


def test_what_is_compared_is_told_with_its_features_alone():
    config = study("config/config.yaml")
    names = experiments.compared(config)
    assert {"notes", "notes_augmented_4"} <= set(names)
    told = experiments.compared_alone(config)
    assert list(told["experiments"]) == names
    assert set(told["features"]) == {
        one for name in names for one in experiments.feature_sets(config["experiments"][name])
    }


def test_constants_are_found_by_least_squares_on_mmff94s_own_terms():
    config = study("config/config.yaml")
    assert experiments.recoverable(config) == ["force_field"]
    for change in (
        {"energies": {"level": "uff"}},
        {"experiments": {"force_field": {"features": "raw", "model": "hgb"}}},
        {"features": {"force_field": {"kind": "force_field_terms", "pairs": "inverse_powers"}}},
    ):
        changed = study("config/config.yaml", **change)
        name = config["experiments"]["force_field"]["features"]
        if "features" in change:
            changed["features"][name] = changed["features"]["force_field"]
        assert experiments.recoverable(changed) == []
    config["experiments"]["force_field"]["baseline"] = "uff"
    assert experiments.recoverable(config) == []


@pytest.mark.parametrize(
    ("features", "order"),
    [("pairs", 2), (["pairs", "angles"], 3), ("unlimited", None), (["pairs", "unlimited"], None)],
)
def test_body_order_is_the_largest_of_the_features(features, order):
    config = study(
        features={
            "pairs": {"kind": "pair_correlations"},
            "angles": {"kind": "soap"},
            "unlimited": {"kind": "raw_coordinates"},
        },
        experiments={"x": {"features": features, "model": "hgb"}},
    )
    assert experiments.body_order(config, "x") == order
    assert ("x" in experiments.with_body_order(config)) == (order is not None)


def test_models_that_predict_a_deviation():
    config = study(
        models={"gp": {"kind": "additive_gp"}},
        experiments={"x": {"features": "raw", "model": "gp"}},
    )
    assert experiments.with_deviation(config) == ["x"]


def test_an_experiments_own_learning_curve_goes_before_the_studys():
    curve = {"sizes": [20]}
    config = study(experiments={"x": {"features": "raw", "model": "hgb", "learning_curve": curve}})
    assert experiments.learning_curve(config, "x") == config["learning_curves"] | curve
    assert experiments.learning_curve(config, "notes") == config["learning_curves"]


def test_titles_are_in_the_words_of_the_registries():
    config = study("config/config.yaml")
    assert experiments.title(config, "notes") == ("notes: raw coordinates; gradient boosting")
    title = experiments.title(config, "sorted_distances_kernel")
    assert title.startswith("sorted_distances_kernel: inverse distances, sorted; ")
    assert experiments.moved_panels(config) == {"translated": "moved by (1, 1, 1) Å"}


def test_shards_hold_every_attempt_once():
    for count, size in ((10, 3), (9, 3), (1, 5)):
        embedding = {"attempts": count, "shard": size}
        parts = [attempts.shard(embedding, number) for number in attempts.shards(embedding)]
        found = [part["first"] + i for part in parts for i in range(part["count"])]
        assert found == list(range(count))


def test_an_attempt_depends_on_neither_their_number_nor_pruning():
    embedding = study()["embedding"]
    settings = attempts.attempt_settings(embedding)
    assert not {"attempts", "shard", "prune_rms", "prune_atoms"} & set(settings)
    assert {"seed", "max_attempts"} <= set(settings)
    assert set(attempts.pruning_settings(embedding)) == {"prune_rms", "prune_atoms"}


def test_experiments_alike_but_for_the_cheaper_level_are_paired():
    config = study(
        experiments={
            "from_uff": {"features": "raw", "model": "hgb", "baseline": "uff"},
            "alone": {"features": "internal", "model": "hgb", "baseline": "uff"},
        }
    )
    assert experiments.baseline_pairs(config) == {
        "from_uff": {"baseline": "uff", "without": "notes"}
    }
    assert experiments.paired_by_baseline(config) == ["from_uff", "notes"]
    assert experiments.baseline_pairs(study()) == {}


def test_rows_of_an_experiment_with_forces_name_the_derivatives():
    config = study(
        models={"linear": {"kind": "linear_force_field"}},
        features={"apart": {"kind": "inverse_distances", "order": "atoms"}},
        experiments={
            "forces": {"features": "apart", "model": "linear", "learn": "energies_and_forces"},
            "energies": {"features": "apart", "model": "ridge"},
        },
    )
    (model, features), (_, alone) = (
        experiments.rows_of(config, name) for name in ("forces", "energies")
    )
    assert model.name == "linear_force_field"
    assert features.function == alone.derivatives != alone.function
