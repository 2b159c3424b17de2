"""The programs that measure, in their quick form: what they write, and that it can be true."""

import json
import math
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from confsym.features.registry import FEATURES
from studies import ROOT

BENCHMARKS = ROOT / "benchmarks"
MAY_SHRINK = {"exponent", "exponent of the fit"}  # of a few conformers


def run(program: str, folder: Path, *more: str) -> dict:
    """Run one program in its quick form; its record."""
    command = [sys.executable, str(BENCHMARKS / f"{program}.py"), "--quick", *more]
    command += ["--records", str(folder), "--cache", str(folder)]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stdout + process.stderr
    record = json.loads((folder / f"{program}.json").read_text(encoding="utf-8"))
    assert record["quick"]
    assert record["machine"]["cores"] > 0
    assert record["versions"]["numpy"] == np.__version__
    for rows in record["tables"].values():
        assert rows
        for row in rows:
            for name, value in numbers(row):
                assert math.isfinite(value), (program, row)
                assert value >= 0 or name in MAY_SHRINK, (program, row)
    return record["tables"]


def numbers(row: dict) -> Iterator[tuple[str, float]]:
    """All numbers of a row, with the names of their columns; a spread is in order."""
    for name, value in row.items():
        if isinstance(value, dict):
            assert value["lowest"] <= value["median"] <= value["highest"]
            assert value["runs"] > 0
            yield from ((name, value[end]) for end in ("lowest", "median", "highest"))
        elif isinstance(value, int | float):
            yield name, value


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where programs share conformers."""
    return tmp_path_factory.mktemp("measured")


def test_pruning(folder):
    found = run("pruning", folder)
    assert [row["attempts"] for row in found["times"]] == [100, 200]
    for row in found["times"]:
        assert 0 < row["kept"] <= row["attempts"]
        ratio = row["RDKit (s)"] / row["confsym (s)"]["median"]
        assert row["RDKit / confsym"] == pytest.approx(ratio)
    own, _ = found["growth"]
    times = [row["confsym (s)"]["median"] for row in found["times"]]
    assert own["exponent"] == pytest.approx(math.log2(times[1] / times[0]))


def test_energies(folder):
    found = run("energies", folder)["times"]
    assert [row["level"] for row in found] == ["MMFF94", "GFN2-xTB"]
    for row in found:
        assert row["confsym (ms a conformer)"]["runs"] == 2
    force_field, tight_binding = (row["plain loop (ms a conformer)"]["median"] for row in found)
    assert tight_binding > force_field


def test_features(folder):
    found = {row["feature"]: row for row in run("features", folder)["times"]}
    assert set(found) == set(FEATURES)
    assert found["raw_coordinates"]["columns"] == 3 * 39
    assert found["inverse_distances"]["columns"] == 39 * 38 / 2
    each = "20 conformers (ms each)"
    assert found["fchl19"][each]["median"] > found["raw_coordinates"][each]["median"]


def test_models(folder):
    found = run("models", folder)
    row, _ = found["times"]
    assert (row["model"], row["training conformers"]) == ("linear_force_field", 10)
    assert row["learns"] == "energies and forces"
    assert row["peak memory (MB)"] is None or row["peak memory (MB)"] > 50
    assert found["growth"][0]["to"] == 20


def test_force_field_terms(folder):
    (row,) = run("force_field_terms", folder)["errors"]
    assert (row["energies"], row["training conformers"]) == ("mmff94", 5)
    assert row["energy MAE (kcal/mol)"] < row["bar (kcal/mol)"]


@pytest.mark.slow
def test_thermal_forces(folder):
    rows = run("thermal_forces", folder)["errors"]
    sizes = [(row["experiment"], row["training geometries"], row["subsets"]) for row in rows]
    assert sizes == [(name, size, 1) for name in ("neighbours", "with_soap") for size in (10, 20)]


def test_trial(measured):
    rows = run("trial", measured, str(measured))["intervals"]
    assert {row["study"] for row in rows} == {"tiny"}
    assert all(0 <= float(row["right (%)"]) <= 100 for row in rows)


def test_start_up(folder):
    alone, script = run("start_up", folder)["times"]
    assert alone["script"] == "(Python alone)"
    assert script["script"] == "ablate_terms"
    assert script["modules"] > alone["modules"]
    assert 0 < script["its share (%)"] < 100


@pytest.fixture
def measured(finished, tmp_path) -> Path:
    """A cache that has the tiny study finished, with what a run of it would have said of itself."""
    shutil.copytree(finished.folder, tmp_path / "study")
    said = {"wall": 60.0, "processor": 90.0, "imports": 0.0}
    (tmp_path / "study/run.json").write_text(json.dumps(said), encoding="utf-8")
    return tmp_path


def test_jobs(measured):
    found = run("jobs", measured)
    (study,) = found["study"]
    timings = list((measured / "study/timings").rglob("*.tsv"))
    assert study["jobs"] == len(timings) == sum(row["jobs"] for row in found["rules"])
    assert study["jobs, wall (s)"] == pytest.approx(sum(row["wall (s)"] for row in found["rules"]))
    assert (study["attempts"], study["study, wall (s)"]) == (200, 60)
    assert 0 < study["share of work (%)"] < 100
    peaks = [row["peak memory of a job (MB)"] for row in found["rules"]]
    assert max(peak for peak in peaks if peak) > 50
    parts = {row["part"]: row for row in found["disk"]}
    results = [path for path in (measured / "study/results").rglob("*") if path.is_file()]
    counted = [row["files"] for part, row in parts.items() if part.startswith("results")]
    assert sum(counted) == len(results)
    assert parts["timings"]["files"] == len(timings)


@pytest.mark.slow
def test_reruns(measured):
    found = run("reruns", measured)
    nothing, alpha, figure = found["reruns"]
    assert nothing["jobs"] == 0
    assert alpha["jobs"] > figure["jobs"] > 0
    one, two = found["planning"]
    assert two["jobs"] > one["jobs"] > alpha["jobs"]
    assert (one["molecules"], two["molecules"]) == (1, 2)
    assert two["memory (MB)"] > 50


@pytest.mark.slow
def test_notes_chain(folder):
    found = run("notes_chain", folder)
    (row,) = found["pairs"]
    ratio = row["workflow, wall (s)"]["median"] / row["plain script, wall (s)"]["median"]
    assert row["ratio, wall"]["median"] == pytest.approx(ratio)
    stages = {(stage["chain"], stage["stage"]) for stage in found["stages"]}
    assert ("plain script", "embedding and pruning") in stages
    assert ("workflow", "embed_conformers") in stages


@pytest.mark.slow
def test_large_study(measured):
    found = run("large_study", measured)
    (study,) = found["study"]
    assert study["attempts"] == 400
    rules = {row["rule"]: row for row in found["rules"]}
    assert rules["embed_conformers"]["jobs"] > 1
    assert study["peak memory of a job (MB)"] > 50


@pytest.mark.slow
def test_many_molecules(folder):
    (study,) = run("many_molecules", folder)["study"]
    assert study["molecules"] == 2
    assert study["jobs"] > 50
    assert study["ratio"] == pytest.approx(study["wall (s)"] / study["work in jobs / cores (s)"])
