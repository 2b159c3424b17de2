"""A study that makes its thermal geometries itself, from end to end."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem

from confsym.archive import reproduce
from studies import WALKS, Study

HERE, HOT = "results/ethanol", "results/ethanol/tests/hot"
TARGETS = (
    f"{HERE}/experiments/distances_ridge/metrics.csv",
    f"{HERE}/energies/mmff94.gradients.npz",
    *(f"{HOT}/energies/mmff94.{ending}" for ending in ("csv", "gradients.npz")),
    f"{HOT}/features/distances/original.parquet",
)


def config() -> dict:
    return {
        "molecules": {
            "ethanol": {"smiles": "CCO", "tests": {"hot": {"temperature": 600, "duration": 0.6}}}
        },
        "sampling": dict(WALKS),
        "energies": {"level": "mmff94", "gradients": True},
        "split": {"train": 20},
        "features": {"distances": {"kind": "inverse_distances", "order": "sorted"}},
        "models": {"ridge": {"kind": "ridge"}},
        "experiments": {"distances_ridge": {"features": "distances", "model": "ridge"}},
    }


@pytest.fixture(scope="module")
def thermal(tmp_path_factory) -> Study:
    study = Study(tmp_path_factory.mktemp("thermal"), config())
    study.said = study.run(*TARGETS)
    return study


@pytest.mark.parametrize("folder", [HERE, HOT])
def test_energies_and_gradients_of_snapshots_are_those_of_rdkit(thermal, folder):
    with np.load(thermal.folder / folder / "conformers/ensemble.npz") as ensemble:
        positions, numbers = ensemble["positions"], ensemble["numbers"]
    molecule = Chem.AddHs(Chem.MolFromSmiles("CCO"))
    assert [atom.GetAtomicNum() for atom in molecule.GetAtoms()] == numbers.tolist()
    AllChem.EmbedMolecule(molecule, randomSeed=1)
    field = AllChem.MMFFGetMoleculeForceField(
        molecule, AllChem.MMFFGetMoleculeProperties(molecule), nonBondedThresh=1000.0
    )
    field.Initialize()
    table = pd.read_csv(thermal.folder / folder / "energies/mmff94.csv")
    with np.load(thermal.folder / folder / "energies/mmff94.gradients.npz") as arrays:
        gradients = arrays["gradients"]
    assert len(table) == len(positions) == len(gradients) >= 20
    for place, energy, gradient in zip(positions, table["energy_kcal_mol"], gradients, strict=True):
        flat = place.ravel().tolist()
        assert field.CalcEnergy(flat) == pytest.approx(energy, abs=1e-9)
        assert np.allclose(field.CalcGrad(flat), gradient.ravel(), atol=1e-9)


def test_snapshots_are_frames_of_the_walks_behind_equilibration(thermal):
    for folder, walkers, kelvin in [(HERE, 2, 300), (HOT, 2, 600)]:
        conformers = thermal.folder / folder / "conformers"
        table = pd.read_csv(conformers / "ensemble.csv")
        report = json.loads((conformers / "sampling.json").read_text())
        with np.load(conformers / "ensemble.npz") as ensemble:
            positions, attempt = ensemble["positions"], ensemble["attempt"]
        assert table["attempt"].tolist() == attempt.tolist()
        assert sorted(set(table["walker"])) == list(range(walkers))
        assert (table["time_fs"] > 300).all()
        assert not table["other_bonds"].any()
        for walker, mine in table.groupby("walker"):
            with np.load(conformers / f"walkers/{walker}.npz") as walk:
                frame = np.searchsorted(walk["time_fs"], mine["time_fs"])
                assert np.array_equal(walk["positions"][frame], positions[mine["conformer"]])
        assert report["snapshots"] == len(table)
        assert report["snapshot_interval_fs"] >= 2 * report["autocorrelation_time_fs"]
        deviation = report["mean_temperature_kelvin"] - kelvin
        assert abs(deviation) < 4 * report["mean_temperature_error_kelvin"] < 0.25 * kelvin
        log = thermal.folder / f"logs/join_walkers/{folder.removeprefix('results/')}.log"
        assert f"in a bath of {kelvin} K" in log.read_text()


def test_the_hot_set_has_features_and_is_split_by_nobody(thermal):
    features = pd.read_parquet(thermal.folder / HOT / "features/distances/original.parquet")
    assert len(features) == len(pd.read_csv(thermal.folder / HOT / "conformers/ensemble.csv"))
    assert not (thermal.folder / HOT / "split.csv").exists()
    hot, cold = (
        pd.read_csv(thermal.folder / one / "energies/mmff94.csv")["energy_kcal_mol"]
        for one in (HOT, HERE)
    )
    assert hot.mean() - cold.mean() > 3  # 21 vibrations, ½ k 300 K each, are 6.3 kcal/mol


# What makes a molecule's own geometries, energies, features and models.
MAKING = ("sample_walker", "join_walkers", "compute_energies", "compute_features", "fit_model")


def test_a_second_run_has_nothing_to_do_and_a_change_reruns_what_it_must(thermal):
    assert not thermal.plan(*TARGETS)
    try:
        changed = config()
        changed["sampling"]["walkers"] = 3
        thermal.configure(changed)
        walked = sorted(job for job in thermal.plan(*TARGETS) if job.startswith("sample_walker"))
        assert walked == ["sample_walker ethanol 2", "sample_walker ethanol/tests/hot 2"]
        changed = config()
        changed["molecules"]["ethanol"]["tests"]["hot"]["temperature"] = 900
        thermal.configure(changed)
        jobs = thermal.plan(*TARGETS)
        own = {job for job in jobs if "ethanol/tests/hot" not in job}
        assert not any(job.startswith(MAKING) for job in own), own
        assert "sample_walker ethanol/tests/hot 0" in jobs
    finally:
        thermal.configure(config())


@pytest.mark.slow
def test_one_core_gives_the_same_bytes(thermal, tmp_path):
    alone = Study(tmp_path / "alone", config())
    alone.run(*TARGETS, cores=1)
    assert alone.checksums() == thermal.checksums()


def test_what_goes_wrong_is_one_sentence(thermal, tmp_path):
    short = config()
    short["sampling"] |= {"duration": 0.4}
    short["split"]["train"] = 25
    process = Study(tmp_path / "short", short).snakemake(f"{HERE}/split.csv")
    assert process.returncode != 0
    assert "decorrelated snapshots" in process.stdout
    assert "and the study needs 75; raise sampling.duration to about" in process.stdout
    assert "Traceback" not in process.stdout


def test_walks_that_are_trusted_are_not_walked_again(thermal, tmp_path):
    """As `make reproduce RERUN_FROM=conformers` puts them into a folder without their past."""
    again = Study(tmp_path / "again", config())
    trusted = reproduce.conformers(thermal.folder)
    for source in trusted:
        target = again.folder / source.relative_to(thermal.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    jobs = again.plan(*TARGETS)
    assert jobs["compute_energies ethanol mmff94 0"] == 1
    walked = ("sample_walker", "join_walkers", "read_molecule", "describe_further_set")
    assert not [job for job in jobs if job.startswith(walked)]
