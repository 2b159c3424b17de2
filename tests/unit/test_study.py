"""Every mistake in a config is one sentence that says what, where and what is allowed."""

import copy
import dataclasses
from pathlib import Path

import pytest
import yaml

from confsym.features.registry import FEATURES
from confsym.models.registry import MODELS
from confsym.study import catalogue, check
from confsym.study.schema import fill_in
from confsym.transforms.registry import TRANSFORMS
from studies import ROOT, TINY

REGISTRIES = (FEATURES, MODELS, TRANSFORMS)
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"


def problem(config: dict) -> str | None:
    """The first thing wrong with a config, as the Snakefile finds it."""
    return check.problem(config, SCHEMA) or next(check.contradictions(with_defaults(config)), None)


def with_defaults(config: dict) -> dict:
    """A copy of a valid config, the schema's defaults filled in."""
    config = copy.deepcopy(config)
    fill_in(config, SCHEMA)
    return config


@pytest.fixture
def config() -> dict:
    return yaml.safe_load(TINY.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "path", [TINY, *sorted((ROOT / "config").glob("*.yaml"))], ids=lambda path: path.name
)
def test_our_own_studies_are_valid(path: Path):
    assert problem(yaml.safe_load(path.read_text(encoding="utf-8"))) is None


CASES = [
    ("experimants", {}, ["unknown key 'experimants'", "did you mean 'experiments'?", "molecules"]),
    ("embedding atempts", 5, ["unknown key 'atempts' in embedding", "did you mean 'attempts'?"]),
    ("molecules butanol smile", "C", ["unknown key 'smile'", "did you mean 'smiles'?"]),
    ("features raw order", "atoms", ["unknown key 'order' in features.raw", "Allowed: kind"]),
    ("models hgb trees", 5, ["unknown key 'trees' in models.hgb"]),
    ("features raw kind", "raw_cordinates", ["features.raw.kind", "did you mean 'raw_coord"]),
    (
        "features shape",
        {"kind": "rdkit_3d", "blocks": ["mors"]},
        ["features.shape.blocks.0 is 'mors'", "did you mean 'morse'?"],
    ),
    (
        "features mine",
        {"kind": "symmetry_functions", "angular_zeta": [2.5]},
        ["features.mine.angular_zeta.0 is 2.5", "an integer"],
    ),
    ("features mine", {"kind": "soap", "cutoff": 1}, ["mine.cutoff is 1", "at least 1.1", "(Å)"]),
    ("energies level", "mmff", ["energies.level is 'mmff'", "did you mean 'mmff94'?", "uff"]),
    ("energies gradients", "yes", ["energies.gradients is 'yes'", "a boolean", "kcal/mol/Å"]),
    (
        "energies",
        {"level": "gfn2_xtb", "minimize_iterations": 200},
        ["minimize_iterations is 200", "gfn2_xtb has no minimiser", "set it to 0", "mmff94s, uff"],
    ),
    ("embedding prune_rms", -0.1, ["prune_rms is -0.1", "at least 0", "(Å)"]),
    ("embedding prune_rms", float("nan"), ["prune_rms is nan", "finite"]),
    ("embedding prune_rms", float("inf"), ["prune_rms is inf", "finite"]),
    ("embedding attempts", "100", ["attempts is '100'", "an integer", "--config"]),
    ("embedding attempts", 1.5, ["attempts is 1.5", "an integer"]),
    ("embedding attempts", 200.0, ["attempts is 200.0", "an integer"]),
    ("molecules butanol smiles", "", ["molecules.butanol.smiles is empty"]),
    ("transforms Original", {"kind": "rotation"}, ["transforms.Original", "uses itself"]),
    ("transforms translated vector", [1e300, 0, 0], ["vector.0 is 1e+300", "at most"]),
    ("embedding attempts", 100, ["attempts is 100", "split.train + 50 = 110"]),
    ("embedding", None, ["embedding is None", "a mapping"]),
    ("molecules butanol", "CCO", ["molecules.butanol is 'CCO'", "a mapping"]),
    ("molecules", {}, ["molecules has 0 entries", "at least 1"]),
    ("molecules butanol", {}, ["molecules.butanol has neither smiles nor file"]),
    ("molecules bu/tanol", {"smiles": "C"}, ["'bu/tanol' is not a name", "folders"]),
    ("molecules ..", {"smiles": "C"}, ["'..' is not a name", "folders"]),
    ("molecules ", {"smiles": "C"}, ["'' is not a name"]),
    ("molecules concepts", {"smiles": "C"}, ["molecules.concepts", "results/ uses itself"]),
    ("molecules CCCCCCCCCCCCCCCCCCCC", {"smiles": "C"}, ["ends in 'C' twenty times"]),
    ("molecules Butanol", {"smiles": "C"}, ["differ only in capitals"]),
    ("transforms original", {"kind": "rotation"}, ["transforms.original", "uses itself"]),
    ("transforms", {}, ["transforms has 0 entries"]),
    ("transforms translated vector", [1, 1], ["vector has 2 entries", "at least 3"]),
    ("transforms reflected normal", [0, 0, 0], ["transforms.reflected.normal is zero"]),
    ("experiments notes features", "rww", ["'rww'", "section features", "did you mean 'raw'?"]),
    ("experiments notes features", ["raw", "rww"], ["features is 'rww'", "did you mean 'raw'?"]),
    ("experiments notes features", ["raw", "raw"], ["features is ['raw', 'raw']", "twice"]),
    ("experiments notes features", [], ["features has 0 entries"]),
    ("experiments notes features", 5, ["features is 5", "must be text or a list"]),
    ("experiments notes baseline", "mmff94", ["baseline is 'mmff94'", "cheaper one"]),
    ("experiments notes baseline", "ufff", ["baseline is 'ufff'", "did you mean 'uff'?"]),
    (
        "models hgb",
        {"kind": "additive_gp", "kernels": ["linear", "rbf"]},
        ["experiments.notes has 1 feature set(s)", "models.hgb are for 2"],
    ),
    (
        "features raw",
        {"kind": "force_field_terms", "radii": [3, 3]},
        ["radii is [3, 3]", "must not name anything twice"],
    ),
    ("experiments notes model", "hbg", ["'hbg'", "section models", "did you mean 'hgb'?"]),
    ("experiments notes train_on", "rotated", ["train_on is 'rotated'", "random_pose"]),
    ("experiments notes train_on", "nothing", ["train_on is 'nothing'", "translated"]),
    (
        "experiments notes augmentation",
        {"copies": -1},
        ["notes.augmentation.copies is -1", "at least 0", "(number)"],
    ),
    ("experiments notes augmentation", {}, ["experiments.notes.augmentation has no 'copies'"]),
    (
        "experiments notes augmentation",
        {"copies": 2, "motions": ["rotaton"]},
        ["motions.0 is 'rotaton'", "did you mean 'rotation'?"],
    ),
    (
        "experiments sorted_kernel augmentation",
        {"copies": 2, "motions": ["translation", "rotation", "equivalent_swap"]},
        ["sorted_kernel.augmentation", "equivalent_swap, rotation, translation", "changes nothing"],
    ),
    (
        "experiments posed augmentation",
        {"copies": 2, "motions": ["rotation"]},
        ["posed has train_on 'random_pose' and augmentation"],
    ),
    ("rotations", {"rotations": 1}, ["rotations.rotations is 1", "at least 2"]),
    ("experiments notes learning_curve", {"size": [20]}, ["unknown key 'size'", "'sizes'"]),
    ("models ridge alpha", [0], ["alpha.0 is 0", "at least 1e-15"]),
    ("models ridge alpha", [], ["alpha has 0 entries"]),
    ("learning_curves repeats", 0, ["repeats is 0", "at least 1"]),
    ("split train", True, ["train is True", "an integer"]),
    ("molecules Crystals", {"smiles": "C"}, ["molecules.Crystals", "results/ uses itself"]),
    ("crystals elements", ["Cu", "Fe"], ["crystals.elements.1 is 'Fe'", "Allowed: Al, Ni, Cu"]),
    ("crystals elements", ["Cu", "Cu"], ["elements is ['Cu', 'Cu']", "twice"]),
    ("crystals elements", ["Cu"], ["elements has 1 entries", "at least 2"]),
    ("crystals rattle", 1, ["crystals.rattle is 1", "at most 0.3", "(Å)"]),
    ("crystals train", 560, ["crystals.cells is 600", "crystals.train + 50 = 610", "raise it"]),
]


@pytest.mark.parametrize(("place", "value", "says"), CASES, ids=[f"{c[0]}={c[1]}" for c in CASES])
def test_mistakes(config, place, value, says):
    *folders, key = place.split(" ")
    target = config
    for folder in folders:
        target = target.setdefault(folder, {})
    target[key] = value
    found = problem(config)
    assert found is not None
    assert found.startswith("config: ")
    assert "\n" not in found
    for part in says:
        assert part in found, found


EVERY = ["equivalent_swap", "relabelling", "rotation", "translation"]


@pytest.mark.parametrize(
    ("features", "model", "motions", "useless"),
    [
        ("cloud", "symmetrised", EVERY, True),
        ("cloud", "network", ["relabelling"], True),
        ("raw", "mean", ["rotation"], True),
        ("cloud", "ridge", EVERY, False),
        (["sorted_distances", "raw"], "ridge", ["rotation"], False),
        (["sorted_distances", "internal"], "ridge", ["rotation", "translation"], True),
        (["sorted_distances", "internal"], "ridge", ["rotation", "equivalent_swap"], False),
    ],
)
def test_copies_that_features_or_model_cannot_tell_apart(config, features, model, motions, useless):
    config["features"]["cloud"] = {"kind": "point_cloud"}
    config["models"]["symmetrised"] = {"kind": "symmetrised_kernel_ridge"}
    config["models"]["network"] = {"kind": "equivariant_network"}
    augmentation = {"copies": 2, "motions": motions}
    config["experiments"] = {
        "one": {"features": features, "model": model, "augmentation": augmentation}
    }
    found = problem(config)
    assert (found is not None) == useless
    if useless:
        assert ", ".join(sorted(motions)) in found
        assert f"model {model}" in found
        assert found.count(". ") == 0


def test_augmentation_of_what_no_section_defines_is_told_by_its_name(config):
    config["experiments"]["notes"] |= {"model": "hbg", "augmentation": {"copies": 2}}
    assert "which section models does not define" in problem(config)
    assert list(check.contradictions(with_defaults(config)))


def test_augmentation_that_a_feature_can_use(config):
    entry = {"copies": 4, "motions": ["rotation", "equivalent_swap"]}
    config["experiments"]["internal_ridge"]["augmentation"] = entry
    assert problem(config) is None
    config["experiments"]["sorted_kernel"]["augmentation"] = {"copies": 0}
    assert problem(config) is None


def test_a_model_that_reads_one_kind_of_feature(config, monkeypatch):
    picky = dataclasses.replace(MODELS["ridge"], reads="point_cloud")
    monkeypatch.setitem(MODELS, "ridge", picky)
    assert "internal_ridge.model is 'ridge'" in problem(config)
    assert "one feature set of kind point_cloud" in problem(config)
    config["features"]["internal"] = {"kind": "point_cloud"}
    assert problem(config) is None


def test_a_number_that_is_text_says_how_to_write_it(config):
    hints = {
        "130": "it is text",
        "1e4": "write 1.0e-4",
        "0o200": "zeros in front",
        "1,000": "no comma between thousands",
        200.0: "(write 200)",
        "many": "but must be an integer:",
        True: "but must be an integer:",
    }
    for value, hint in hints.items():
        config["embedding"]["attempts"] = value
        assert hint in problem(config), value


def test_a_key_outside_its_section(config):
    config["attempts"] = 130
    assert problem(config).endswith("'attempts' at the top; did you mean embedding.attempts?")


def test_a_study_that_is_no_mapping():
    assert "must be a mapping" in check.problem(["molecules"], SCHEMA)


def test_a_missing_section_and_a_key_that_is_no_text(config):
    del config["models"]
    assert problem(config) == "config: the study has no 'models'; add it."
    config["molecules"][5] = {"smiles": "C"}
    assert "5 in molecules is not text" in problem(config)


def test_the_generated_files_are_up_to_date():
    for path, text in catalogue.generated().items():
        assert path.read_text(encoding="utf-8") == text, "run: make generated"


def test_every_key_has_a_unit_in_its_description():
    """In brackets at its end, unless the key is a name, or the units themselves."""

    def described(schema: dict, place: str):
        for name, entry in schema.get("properties", {}).items():
            if entry.get("type") in ("integer", "number", "boolean", "array") or "enum" in entry:
                text = entry.get("description", "")
                assert text.endswith(")") or "by name" in text, f"{place}.{name}"
            described(entry, f"{place}.{name}")

    schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    assert schema["properties"].pop("units")["enum"] == ["kcal/mol", "meV"]
    described(schema, "config")
    for row in (r for rows in REGISTRIES for r in rows.values()):
        described({"properties": dict(row.parameters)}, row.name)
