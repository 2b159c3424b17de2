"""A study with tools of the user's own: it is judged, and an edit reruns what stands on it."""

import copy
import json
import re
import subprocess
import sys
import zipfile

import numpy as np
import pandas as pd
import pytest

from confsym.archive import plan
from confsym.errors import StudyError
from confsym.study import own_code
from studies import Study

CALCULATOR = """
from ase.calculators.calculator import Calculator, all_changes
from scipy.spatial.distance import pdist


class Pairs(Calculator):
    implemented_properties = ["energy"]

    def __init__(self, strength):
        super().__init__()
        self.strength = strength

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        self.results["energy"] = self.strength * (1 / pdist(atoms.positions)).sum()
"""

FEATURES = '''
import numpy as np

CLAIMS = {"shape": ["translation", "rotation", "relabelling"]}


def shape(positions, topology, unit):
    """Spread along each principal axis, Å."""
    centred = positions - positions.mean(axis=1, keepdims=True)
    return {f"s{i}": one for i, one in enumerate(np.linalg.svd(centred / np.loadtxt(unit))[1].T)}
'''

CONFIG = {
    "molecules": {"butanol": {"smiles": "CCC(C)O"}},
    "embedding": {"attempts": 150, "prune_rms": 0.01, "shard": 150},
    "levels": {
        "pairs": {
            "kind": "ase",
            "calculator": "my_calculator.py:Pairs",
            "options": {"strength": 2.0},
            "parts": 2,
        }
    },
    "energies": {"level": "uff"},
    "split": {"train": 60},
    "transforms": {
        "translated": {"kind": "translation"},
        "rotated": {"kind": "rotation"},
        "reflected": {"kind": "reflection"},
        "relabelled": {"kind": "relabelling"},
    },
    "features": {
        "mine": {"kind": "my_features.py:shape", "parameters": {"unit": "unit.txt"}},
        "sorted": {"kind": "inverse_distances"},
    },
    "models": {
        "forest": {
            "kind": "estimator",
            "class": "sklearn.ensemble.ExtraTreesRegressor",
            "parameters": {"n_estimators": 10},
            "scale": True,
        },
        "ridge": {"kind": "ridge"},
    },
    "experiments": {
        "forest": {"features": "sorted", "model": "forest"},
        "mine": {"features": "mine", "model": "ridge"},
        "delta": {"features": "sorted", "model": "ridge", "baseline": "pairs"},
    },
    "rotations": {"rotations": 3, "conformers": 5},
    "archive": {"allow_dirty": True},
    "learning_curves": {"sizes": [30], "repeats": 1},
}
AFTERWARDS = {
    "write_tables butanol",
    "write_rotations butanol",
    "write_smoothness butanol",
    "plot_smoothness butanol",
    "write_trial butanol",
    "judge_claims butanol",
    "plot_symmetry butanol",
}


def of_experiment(name: str) -> set[str]:
    rules = ("fit_model", "evaluate_model", "measure_learning_curve", "try_motions")
    return {f"{rule} butanol {name}" for rule in rules}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    made = Study(folder / "study", CONFIG)
    (made.folder / "my_calculator.py").write_text(CALCULATOR)
    (made.folder / "my_features.py").write_text(FEATURES)
    (made.folder / "unit.txt").write_text("1.5")
    made.run("symmetry", "results/run_config.yaml", "results/environment.json")
    return made


def change(study, name, old, new):
    path = study.folder / name
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    plan = set(study.plan("symmetry"))
    path.write_text(text)
    return plan


def test_it_is_judged_like_all_others(study):
    out = study.folder / "results/butanol"
    table = pd.read_csv(out / "tables/symmetry.csv").set_index(["experiment", "transform"])
    assert table.loc["mine", "claimed"].to_dict() == {
        "translated": True,
        "rotated": True,
        "reflected": False,
        "relabelled": True,
    }
    assert table.loc["mine", "holds"].all()
    assert table.loc["forest", "claimed"].all()
    found = pd.read_csv(out / "energies/pairs.csv")["energy_kcal_mol"]
    assert len(found) > 110
    assert np.isfinite(found).all()
    log = (study.folder / "logs/fit_model/butanol/forest.log").read_text()
    assert "takes a random_state and is given none; it is 0" in log


def test_what_each_job_is_recorded_with(study):
    """Versions of the packages that the user's files and classes are of; no absolute path."""
    records = (study.folder / ".snakemake/metadata").rglob("*")
    texts = [json.loads(path.read_text()) for path in records if path.is_file()]
    one = {rule: [r for r in texts if r["rule"] == rule] for rule in ("compute_energies",)}
    pairs = [r for r in one["compute_energies"] if "my_calculator.py" in str(r["params"])]
    assert len(pairs) == 2
    for record in pairs:
        assert "ase==" in str(record["params"])
        assert "tblite" not in str(record["params"])
    for record in texts:
        for value in [*record["input"], *map(str, record["params"])]:
            assert not re.search(r"""(^|['" ])/\w""", value), value


def test_nothing_to_do_after_a_run(study):
    assert not study.plan("symmetry")


@pytest.mark.parametrize(
    "edit",
    [("my_features.py", "Spread along", "The spread along"), ("unit.txt", "1.5", "2.5")],
    ids=("code", "a file that a parameter names"),
)
def test_an_edit_of_a_feature_computes_it_again_and_no_other(study, edit):
    assert change(study, *edit) == {
        "compute_features butanol mine",
        "compute_moved_features butanol mine",
        *of_experiment("mine"),
        *AFTERWARDS,
    }


def test_an_edit_of_a_calculator_computes_its_level_again_and_no_other(study):
    assert change(study, "my_calculator.py", "import pdist", "import pdist  # pairs") == {
        "compute_energies butanol pairs 0",
        "compute_energies butanol pairs 1",
        "join_energies butanol pairs",
        "try_level butanol pairs",
        *of_experiment("delta"),
        *AFTERWARDS,
    }


def test_another_parameter_of_a_class_fits_it_again_alone(study):
    config = copy.deepcopy(CONFIG)
    config["models"]["forest"]["parameters"]["n_estimators"] = 20
    study.configure(config)
    try:
        assert set(study.plan("symmetry")) == {*of_experiment("forest"), *AFTERWARDS}
    finally:
        study.configure(CONFIG)


def test_a_claim_that_does_not_hold_stops_the_study(study):
    (study.folder / "my_features.py").write_text(
        FEATURES.replace("np.linalg.svd(centred / np.loadtxt(unit))[1].T", "centred[:, :2, 0].T")
    )
    try:
        process = study.snakemake("symmetry")
        assert process.returncode != 0
        assert "mine" in process.stdout
        verdict = study.folder / "results/butanol/tables/symmetry.csv"
        table = pd.read_csv(verdict).set_index(["experiment", "transform"])
        assert table.loc[("mine", "rotated"), "verdict"] == "claim broken"
    finally:
        (study.folder / "my_features.py").write_text(FEATURES)


def test_a_missing_file_stops_it_before_any_job(study):
    (study.folder / "my_features.py").rename(study.folder / "elsewhere.py")
    process = study.snakemake("symmetry", "--dry-run")
    (study.folder / "elsewhere.py").rename(study.folder / "my_features.py")
    assert process.returncode != 0
    assert "features.mine.kind is 'my_features.py:shape', but there is no file" in process.stdout
    assert "rule " not in process.stdout


def test_an_archive_has_the_files_where_its_config_finds_them(study, tmp_path):
    study.run("archive")
    archives = (study.folder / "results/archive").glob("*.zip")
    (path,) = (path for path in archives if not path.name.endswith("-record.zip"))
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path)
    assert (tmp_path / "config/my_features.py").read_text() == FEATURES
    assert (tmp_path / "unit.txt").read_text() == "1.5"
    command = [sys.executable, "-m", "snakemake", "--dry-run", "--forceall", "symmetry"]
    process = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    assert "molecule=butanol, feature=mine" in process.stdout + process.stderr
    crate = json.loads((tmp_path / "ro-crate-metadata.json").read_text())["@graph"]
    assert {"config/my_calculator.py", "unit.txt"} <= {one["@id"] for one in crate}


def test_a_file_that_an_archive_could_not_find_is_refused(tmp_path):
    assert plan.own_names([("../a/mine.py", "config/mine.py"), ("b.py", "config/../b.py")]) == [
        ("../a/mine.py", "config/mine.py"),
        ("b.py", "b.py"),
    ]
    assert plan.given_names({"../../data/x.xyz": "../data/x.xyz", "y.npz": "y.npz"}) == {
        "../../data/x.xyz": "data/x.xyz",
        "y.npz": "config/y.npz",
    }
    for outside in ("../../x.xyz", "/somewhere/x.xyz"):
        with pytest.raises(StudyError, match=r"move it beside the config file, or set archive"):
            plan.given_names({"x.xyz": outside})
    with pytest.raises(StudyError, match=r"two files of the study are called x.xyz"):
        plan.given_names({"a/x.xyz": "x.xyz", "b/x.xyz": "x.xyz"})
    for outside in ("../c.py", "/somewhere/c.py", "config/../../c.py"):
        with pytest.raises(StudyError, match=r"\.\./c.py lies outside the folders"):
            plan.own_names([("../c.py", outside)])


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("mine.py", "config/mine.py"),
        ("../mine.py", "mine.py"),
        ("../b/mine.py", "b/mine.py"),
        ("here.py", "here.py"),  # in the working directory
    ],
)
def test_an_archive_has_code_where_its_config_says(tmp_path, monkeypatch, said, name):
    config, run = tmp_path / "a/study/study.yaml", tmp_path / "run"
    for folder in (config.parent, tmp_path / "a/b", run):
        folder.mkdir(parents=True)
    for path in ("a/study/mine.py", "a/mine.py", "a/b/mine.py", "run/here.py"):
        (tmp_path / path).write_text("def f(positions, topology): return positions[:, 0, 0]\n")
    monkeypatch.chdir(run)
    study = {"features": {"mine": {"kind": f"{said}:f"}}}
    config.write_text(json.dumps(study))
    own_code.locate(study, [config])
    (found,) = plan.own_names(own_code.archived(study, str(config)))
    assert found[1] == name
    archive = tmp_path / "archive"
    for path, content in ((archive / name, ""), (archive / "config/config.yaml", "")):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    monkeypatch.chdir(archive)
    again = json.loads(config.read_text())
    config = archive / "config/config.yaml"
    config.write_text(json.dumps(again))
    own_code.locate(again, [config])
    assert again["features"]["mine"]["kind"] == f"{name}:f"


def test_no_two_files_of_an_archive_have_one_name(tmp_path):
    project = {"docs/a.md": tmp_path / "docs/a.md"}
    named = [("x.py", "x.py"), ("x.py", "x.py"), (str(tmp_path / "docs/a.md"), "docs/a.md")]
    assert plan.distinct_names(named, project) == dict(named)
    for path, name in (("y.py", "x.py"), ("a.md", "docs/a.md"), ("c.yaml", "config/config.yaml")):
        with pytest.raises(StudyError, match=f"{path} would be called {name} in an archive, which"):
            plan.distinct_names([*named, (path, name)], project)
    with pytest.raises(StudyError, match=r"x.py is named in two ways"):
        plan.distinct_names([*named, ("x.py", "config/x.py")], project)
