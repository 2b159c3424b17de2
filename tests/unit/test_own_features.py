"""A feature in a user's own file: its values, its claims, and sentences for mistakes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from test_study import problem

from confsym import own
from confsym.errors import StudyError
from confsym.features import tables
from confsym.features.own import columns
from confsym.features.registry import feature_row
from confsym.provenance import imports
from confsym.registry import behind
from confsym.study import experiments, own_code
from documents import blocks
from molecules import three_atoms
from studies import ROOT, TINY

MINE = '''
import numpy as np

CLAIMS = {
    "radius_of_gyration": ("translation", "rotation", "reflection", "relabelling"),
    "wrong": ["translation", "inversion"],
}


def radius_of_gyration(positions, topology, power=1):
    """Root mean square distance from the centroid, Å to the power."""
    centred = positions - positions.mean(axis=1, keepdims=True)
    positions[:] = 0  # a copy
    assert len(topology.numbers) == positions.shape[1]
    return np.sqrt((centred**2).sum(axis=2).mean(axis=1)) ** power


def wrong(positions, topology):
    return np.zeros((3, 2))


def fails(positions, topology):
    return positions @ np.zeros(7)


def among_others(positions, topology):
    return positions[:, 0] - positions[:, 0].mean(axis=0)


def from_first(positions, topology):
    return positions[:, 0] - positions[0, 0]


def running(positions, topology):
    return np.cumsum(positions[:, 0, 0])


def steps(positions, topology):
    return np.diff(positions[:, 0, 0], prepend=positions[0, 0, 0])


class Torn(dict):
    def __getitem__(self, key):
        raise KeyError(key)


def torn(positions, topology):
    return Torn(a=1)


def conformer(positions, topology):
    return positions[:, 0, 0]


def holes(positions, topology):
    return np.log(positions[:, 0, 0] - 100)


mass = 5
'''


@pytest.fixture
def mine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(MINE)
    return "mine.py"


def compute(code, positions, **parameters):
    settings = {"kind": code, "parameters": parameters}
    topology = three_atoms(8, 6, 1)
    return tables.compute("mine", feature_row(settings).function, settings, positions, topology)


def test_values_are_the_functions_own(mine, rng):
    positions = rng.normal(size=(1100, 3, 3))  # more than one chunk
    before = positions.copy()
    names, values = compute(f"{mine}:radius_of_gyration", positions, power=2)
    assert names == ["radius_of_gyration"]
    expected = [((x - x.mean(axis=0)) ** 2).sum() / 3 for x in positions]
    np.testing.assert_allclose(values[:, 0], expected, rtol=1e-12)
    np.testing.assert_array_equal(positions, before)


RETURNED = [
    (np.ones(4), ["f"]),
    (np.ones((4, 2), dtype=int), ["f_0", "f_1"]),
    (pd.Series(np.ones(4), index=[3, 5, 7, 9]), ["f"]),
    ({"a": np.ones(4), "b": [1, 2, 3, 4]}, ["a", "b"]),
    (pd.DataFrame({"a": np.ones(4), 7: np.ones(4)}), ["a", "7"]),
    ((["x", "y"], np.ones((4, 2))), ["x", "y"]),
]


@pytest.mark.parametrize(("found", "names"), RETURNED, ids=lambda one: type(one).__name__)
def test_what_a_function_may_return(found, names):
    said, values = columns(found, 4, "f")
    assert said == names
    assert values.shape == (4, len(names))
    assert values.dtype == float


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (None, "NoneType of object, which are no real numbers"),
        (np.ones(3), "an array of shape (3,) for 4 conformers"),
        (np.ones((4, 0)), "shape (4, 0)"),
        (np.ones((4, 2, 3)), "shape (4, 2, 3)"),
        (np.ones(4) + 1j, "complex128"),
        ([[1, 2], [3], [4], [5]], "rows of different lengths"),
        ({}, "no columns"),
        ({"a": np.ones(3)}, "columns of shape (3,) for 4 conformers"),
        ({"a": np.ones(4), "b": 1.0}, "columns of shape () and (4,)"),
        ({"conformer": np.ones(4)}, "a column called conformer, which is the table's own"),
        ((["x", "x"], np.ones((4, 2))), "1 different names for 2 columns"),
    ],
    ids=str,
)
def test_what_it_may_not(found, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        columns(found, 4, "f")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("wrong", "features.mine: mine.py:wrong returns an array of shape (3, 2) for 9 conformers"),
        ("fails", "features.mine: mine.py:fails fails (mine.py, line 23: ValueError"),
        ("among_others", "features.mine: mine.py:among_others has other columns or values"),
        ("from_first", "mine.py:from_first has other columns or values for a conformer alone"),
        ("running", "mine.py:running has other columns or values for a conformer alone"),
        ("steps", "mine.py:steps has other columns or values for a conformer alone"),
        ("torn", "features.mine: mine.py:torn fails (mine.py, line 44: KeyError: 'a'); mend it."),
        ("conformer", "mine.py:conformer returns a column called conformer"),
        ("holes", "column holes is not a finite number for every conformer; mend mine.py:holes"),
        ("mass", "mine.py has no mass to call"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_failures_are_one_sentence(mine, rng, name, says):
    with pytest.raises(StudyError) as error:
        compute(f"{mine}:{name}", rng.normal(size=(9, 3, 3)))
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_code_that_ends_the_process_is_a_failure_too(tmp_path, monkeypatch, rng):
    """Exit status 0 would end the job as if all were well."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ends.py").write_text("import sys\nsys.exit(0)\ndef f(p, t): return p[:, 0, 0]\n")
    with pytest.raises(StudyError, match=r"importing ends.py fails \(ends.py, line 2: SystemExit"):
        compute("ends.py:f", rng.normal(size=(9, 3, 3)))


def test_code_that_leaves_the_folder_is_brought_back(tmp_path, monkeypatch, rng):
    """Files of the job would be written elsewhere."""
    monkeypatch.chdir(tmp_path)
    text = "import os\ndef f(p, t):\n    os.chdir('/')\n    return p[:, 0, 0]\n"
    (tmp_path / "leaves.py").write_text(text)
    compute("leaves.py:f", rng.normal(size=(9, 3, 3)))
    assert os.getcwd() == str(tmp_path)


def test_code_in_another_encoding(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = "# coding: latin-1\nUNIT = 'Å'\ndef f(p, t): return p[:, 0, 0]\n"
    (tmp_path / "old.py").write_text(text, encoding="latin-1")
    assert own.complaint("old.py:f", "features.mine.kind") is None
    assert own.load("old.py:f", "features.mine.kind")


def test_claims_are_read_and_nothing_is_run(mine, tmp_path):
    assert own.claims(f"{mine}:radius_of_gyration") == [
        "reflection",
        "relabelling",
        "rotation",
        "translation",
    ]
    assert own.claims(f"{mine}:fails") == []
    (tmp_path / "runs.py").write_text("def f(): pass\nCLAIMS = {'f': list('ab')}\n")
    with pytest.raises(StudyError, match=r"runs.py: CLAIMS cannot be read"):
        own.claims("runs.py:f")


@pytest.fixture
def config() -> dict:
    return yaml.safe_load(TINY.read_text(encoding="utf-8"))


def test_what_an_experiment_claims_follows_file_and_config(config, mine, tmp_path):
    config["features"]["mine"] = {"kind": f"{mine}:radius_of_gyration"}
    config["experiments"]["mine"] = {"features": "mine", "model": "ridge"}
    own_code.locate(config, [])
    assert experiments.claimed(config, "mine") == {
        "translation",
        "rotation",
        "reflection",
        "relabelling",
    }
    title = experiments.title(config, "mine")
    assert title == "mine: radius of gyration; ridge"
    config["features"]["mine"]["claims"] = ["translation"]
    own_code.locate(config, [])
    assert experiments.claimed(config, "mine") == {"translation"}
    assert problem(config) is None
    assert [row.files for row in experiments.own_rows(config)] == [{mine}]


@pytest.mark.parametrize(
    ("section", "entry"),
    [
        ("features", {"kind": "mine.py:radius_of_gyration"}),
        ("models", {"kind": "estimator", "class": "sklearn.linear_model.Ridge", "scale": False}),
    ],
)
def test_a_file_that_a_parameter_names_counts_by_its_content(config, mine, section, entry):
    (path := Path("weights.npy")).write_text("1")
    parameters = {"power": [1, {"deep": "weights.npy"}], "size": "none.npy"}
    config[section]["mine"] = entry | {"parameters": parameters}
    (row,) = experiments.own_rows(config)
    assert experiments.data_named(config) == set(row.data) == {"weights.npy"}
    script = ROOT / "workflow/scripts/compute_features.py"
    found = []
    for text in "12":
        path.write_text(text)
        imports.code.cache_clear()
        imports.sha256.cache_clear()
        found.append(imports.code(script, *behind([row])))
    assert path in found[0].files
    assert found[0].sha256 != found[1].sha256
    assert found[0].software == found[1].software


def test_a_file_of_a_parameter_that_snakemake_would_misread(config, mine):
    Path("w{1}.npy").write_text("1")
    parameters = {"power": "w{1}.npy"}
    config["features"]["mine"] = {"kind": f"{mine}:fails", "parameters": parameters}
    assert "features.mine.parameters leads to w{1}.npy, in which Snakemake" in problem(config)


def test_a_file_stands_beside_the_config_file_that_names_it(config, tmp_path, monkeypatch):
    """Of two config files that both have a file of that name beside them."""
    run = tmp_path / "run"
    run.mkdir()
    monkeypatch.chdir(run)
    config["features"] |= {"mine": {"kind": "mine.py:f"}, "theirs": {"kind": "mine.py:f"}}
    config["features"]["here"] = {"kind": "here.py:f"}
    files = []
    for folder, name in (("first", "mine"), ("second", "theirs")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mine.py").write_text(f"CLAIMS = {{}}\ndef f(): return '{folder}'\n")
        files.append(tmp_path / folder / "study.yaml")
        features = {name: config["features"][name], "here": config["features"]["here"]}
        files[-1].write_text(yaml.safe_dump({"features": features}))
    (run / "here.py").write_text("def f(): pass\n")  # in the working directory
    own_code.locate(config, files)
    kinds = [config["features"][name]["kind"] for name in ("mine", "theirs", "here")]
    assert kinds == ["../first/mine.py:f", "../second/mine.py:f", "here.py:f"]


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"kind": "mine.py"}, "features.mine.kind is 'mine.py', but must be spelled otherwise"),
        ({"kind": "/mine.py:f"}, "must be spelled otherwise: file.py:function"),
        ({"kind": "none.py:f"}, "there is no file none.py beside the config file"),
        ({"kind": "mine.py:radius"}, "mine.py has no radius to call"),
        ({"kind": "mine.py:wrong"}, "CLAIMS has 'inversion' for wrong, which is no symmetry"),
        ({"kind": "mine.py:fails", "claims": ["turning"]}, "claims.0 is 'turning'"),
        ({"kind": "mine.py:fails", "power": 2}, "unknown key 'power' in features.mine"),
        ({"kind": "mine.py:fails", "parameters": 2}, "parameters is 2, but must be a mapping"),
        ({"kind": 5}, "features.mine.kind is 5, but must be text"),
        ({"kind": "soop"}, "did you mean 'soap'?"),
        ({}, "features.mine has no 'kind'"),
    ],
)
def test_mistakes_in_the_config(config, mine, entry, says):
    config["features"]["mine"] = entry
    found = problem(config)
    assert says in (found or ""), found
    assert "\n" not in found


def test_the_page_says_what_works(config, tmp_path, monkeypatch):
    """Each block of docs/own_tools.md, put into a study."""
    monkeypatch.chdir(tmp_path)
    for block in blocks("own_tools.md"):
        if block.language == "python":
            name, *_ = re.split("[, ]", block.title)
            (tmp_path / name).write_text(block.text)
        else:
            for section, entries in yaml.safe_load(block.text).items():
                config[section] = config.get(section, {}) | entries
    config["experiments"] |= {"mine": {"features": "mine", "model": "forest"}}
    own_code.locate(config, [])
    assert problem(config) is None
    assert experiments.levels(config) == ["my_xtb"]
    assert len(experiments.claimed(config, "mine")) == 5
    names, values = compute("my_features.py:radius_of_gyration", np.zeros((7, 3, 3)))
    assert names == ["radius_of_gyration"]
    assert (values == 0).all()


def test_planning_loads_none_of_what_it_judges():
    """scikit-learn and ASE take a second each, which studies without them need not wait for."""
    code = "import sys, confsym.study.check; print({'sklearn', 'ase', 'tblite'} & {*sys.modules})"
    process = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT / "workflow/scripts")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert process.stdout.strip() == "set()"
