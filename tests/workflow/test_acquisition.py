"""Rounds of choosing geometries: cached, the same for any number of cores, labelled when chosen."""

import shutil

import numpy as np
import pytest

from studies import WALKS, Study, copy_project

HERE = "results/water"
POOL = f"{HERE}/tests/pool"
ROUNDS = f"{HERE}/experiments/process/acquired"


def config(**acquire) -> dict:
    """A pool of thermal geometries, none of which has a label; a model that is soon fitted."""
    return {
        "molecules": {"water": {"smiles": "O", "tests": {"pool": {"temperature": 600}}}},
        "sampling": dict(WALKS),
        "energies": {"level": "mmff94", "gradients": True},
        "split": {"train": 10},
        "features": {"terms": {"kind": "force_field_terms", "labels": "elements"}},
        "models": {"linear": {"kind": "linear_force_field"}},
        "experiments": {
            "process": {
                "features": "terms",
                "model": "linear",
                "learn": "energies_and_forces",
                "acquire": {"pool": "pool", "start": 10, "batch": 3, "rounds": 1, "repeats": 1}
                | acquire,
            }
        },
    }


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Study:
    folder = tmp_path_factory.mktemp("acquire") / "study"
    found = Study(folder, config(), project=copy_project(folder))
    found.run("acquire", cores=2)
    return found


def labels(study: Study, place: str) -> dict:
    with np.load(study.folder / ROUNDS / place / "labels.npz") as arrays:
        return dict(arrays)


def test_only_chosen_geometries_are_labelled_and_as_the_table_would_have_it(study):
    assert not (study.folder / POOL / "energies").exists()
    study.run(*(f"{POOL}/energies/mmff94.{ending}" for ending in ("csv", "gradients.npz")))
    energy = np.genfromtxt(
        study.folder / POOL / "energies/mmff94.csv", delimiter=",", skip_header=1, usecols=1
    )
    with np.load(study.folder / POOL / "energies/mmff94.gradients.npz") as arrays:
        gradients = arrays["gradients"]
    for place in "chosen/0/1", "random/0/1":
        found = labels(study, place)
        assert len(set(found["conformer"])) == 13
        assert (found["energy"] == energy[found["conformer"]]).all()
        assert (found["forces"] == -gradients[found["conformer"]]).all()
        assert (found["conformer"][:10] == labels(study, "chosen/0/0")["conformer"]).all()


def test_nothing_to_do_and_the_force_field_alone_needs_no_random_labels(study):
    assert not study.plan("acquire")
    random, aside = study.folder / ROUNDS / "random", study.folder / "aside"
    shutil.move(random, aside)
    assert not study.plan("acquired")
    shutil.move(aside, random)
    planned = set(study.plan("--forceall", "acquired"))
    assert "fit_acquired water process chosen 0 1" in planned
    assert not [job for job in planned if "random" in job or "energies water/tests/pool" in job]


def test_more_rounds_and_repeats_rerun_nothing(study):
    before = study.config
    try:
        study.configure(config(rounds=2))
        afterwards = {
            "export_acquired water process",
            "write_acquisition water",
            "plot_acquisition water process",
        }
        assert set(study.plan("acquire")) == afterwards | {
            f"{rule} water process {by} 0 2"
            for rule in ("acquire_geometries", "fit_acquired")
            for by in ("chosen", "random")
        }
        study.configure(config(repeats=2))
        assert set(study.plan("acquire")) == afterwards - {"export_acquired water process"} | {
            f"{rule} water process {place}"
            for rule in ("acquire_geometries", "fit_acquired")
            for place in ("chosen 1 0", "chosen 1 1", "random 1 1")
        }
    finally:
        study.configure(before)


def test_another_batch_labels_no_start_again(study):
    study.configure(config(batch=2))
    try:
        planned = set(study.plan("acquire"))
    finally:
        study.configure(config())
    assert "acquire_geometries water process chosen 0 1" in planned
    assert "acquire_geometries water process random 0 1" in planned
    assert "acquire_geometries water process chosen 0 0" not in planned


def test_an_edit_of_the_model_labels_nothing_again_that_no_model_chose(study):
    path = study.project / "workflow/scripts/confsym/models/linear_force_field.py"
    before = path.read_text()
    path.write_text(f"{before}\n# a comment\n")
    try:
        planned = set(study.plan("acquire"))
    finally:
        path.write_text(before)
    assert "fit_acquired water process random 0 1" in planned
    labelled = {job for job in planned if job.startswith("acquire_geometries")}
    assert labelled == {"acquire_geometries water process chosen 0 1"}


def test_rounds_are_the_same_bytes_on_one_core(study):
    before = study.checksums()
    again = [
        *(f"{ROUNDS}/chosen/0/1/{name}" for name in ("labels.npz", "model.joblib", "errors.csv")),
        f"{ROUNDS}/random/0/1/labels.npz",
        *(f"{ROUNDS}/{name}" for name in ("force_field.zip", "geometries.extxyz")),
    ]
    for name in again:
        (study.folder / name).unlink()
    study.run(*again, cores=1)
    after = study.checksums()
    assert {name: after[name] for name in again} == {name: before[name] for name in again}


EV = 23.060548  # kcal/mol
CALCULATOR = """
import numpy as np
from ase.calculators.calculator import Calculator, all_changes


class Pairs(Calculator):
    implemented_properties = ["energy", "forces"]

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        between = atoms.positions[:, None] - atoms.positions
        distance = np.linalg.norm(between, axis=-1) + np.diag(np.full(len(atoms), np.inf))
        self.results["energy"] = (1 / distance).sum() / 2
        self.results["forces"] = (between / distance[..., None] ** 3).sum(axis=1)
"""


def test_embedded_conformers_labelled_by_a_calculator_of_the_users_own(tmp_path):
    """Without a pool it chooses among the training conformers, whatever computes their energies."""
    chosen = config()
    del chosen["sampling"]
    chosen["molecules"] = {"ethanol": {"smiles": "CCO"}}
    chosen["embedding"] = {"attempts": 80, "prune_rms": 0, "shard": 80}
    chosen["split"] = {"train": 30}
    chosen["levels"] = {"pairs": {"kind": "ase", "calculator": "mine.py:Pairs"}}
    chosen["energies"] = {"level": "pairs", "gradients": True}
    del chosen["experiments"]["process"]["acquire"]["pool"]
    study = Study(tmp_path, chosen)
    (tmp_path / "mine.py").write_text(CALCULATOR)
    study.run("acquire")
    folder = study.folder / "results/ethanol"
    energy = np.genfromtxt(folder / "energies/pairs.csv", delimiter=",", skip_header=1, usecols=1)
    partition = np.genfromtxt(
        folder / "split.csv", delimiter=",", skip_header=1, usecols=1, dtype=str
    )
    with np.load(folder / "conformers/ensemble.npz") as arrays:
        positions = arrays["positions"]
    for place in "chosen/0/1", "random/0/1":
        with np.load(folder / "experiments/process/acquired" / place / "labels.npz") as arrays:
            labelled = dict(arrays)
        rows = labelled["conformer"]
        assert len(set(rows)) == 13
        assert set(partition[rows]) == {"train"}
        assert (labelled["energy"] == energy[rows]).all()
        first = positions[rows[0]]
        inverse = [1 / np.linalg.norm(a - b) for i, a in enumerate(first) for b in first[:i]]
        assert labelled["energy"][0] == pytest.approx(EV * sum(inverse), rel=1e-7)
