"""A study whose models are taken away: their files, and what the study finds of them at work."""

import warnings

import numpy as np
import pandas as pd
import pytest
from ase import Atoms

from confsym.atomic_units import EV
from confsym.calculator import load
from confsym.conformers import ensemble
from confsym.storage import files
from studies import Study

FOLDER = "results/ethanol"
CONFIG = {
    "molecules": {"ethanol": {"smiles": "CCO"}},
    "embedding": {"attempts": 130, "prune_rms": 0.001, "shard": 130},
    "energies": {"level": "mmff94", "gradients": True},
    "split": {"train": 60},
    "transforms": {"translated": {"kind": "translation"}},
    "features": {"raw": {"kind": "raw_coordinates"}, "cloud": {"kind": "point_cloud"}},
    "models": {
        "hgb": {"kind": "hist_gradient_boosting", "max_iter": 5},
        "gp": {"kind": "gradient_gp", "steps": 20, "tuning_size": 18},
    },
    "experiments": {
        "notes": {"features": "raw", "model": "hgb"},
        "gp": {"features": "cloud", "model": "gp", "learn": "energies_and_forces"},
        "above": {
            "features": "cloud",
            "model": "gp",
            "learn": "energies_and_forces",
            "baseline": "uff",
        },
    },
    "learning_curves": {"sizes": [20], "repeats": 1},
}


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Study:
    study = Study(tmp_path_factory.mktemp("taken"), CONFIG)
    figures = [f"{FOLDER}/figures/force_field/{name}.svg" for name in ("gp", "above")]
    predicted = [
        f"{FOLDER}/experiments/{name}/force_predictions.parquet" for name in ("gp", "above")
    ]
    tables = [f"{FOLDER}/tables/{name}.csv" for name in ("intervals", "calibration", "flags")]
    study.run(*figures, *predicted, *tables)
    return study


@pytest.mark.parametrize("name", ["gp", "above"])
def test_the_calculator_predicts_what_the_study_predicted(study, name):
    folder = study.folder / FOLDER
    calculator = load(folder / "experiments" / name)
    table = pd.read_parquet(folder / f"experiments/{name}/force_predictions.parquet")
    positions = ensemble.read(folder / "conformers/ensemble.npz").positions
    molecule = files.read_json(folder / "molecule.json")
    numbers = [atom["number"] for atom in molecule["atoms"]]
    chosen = table[table["partition"] == "test"].groupby("conformer", sort=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for conformer, rows in list(chosen)[:10]:
            forces = Atoms(numbers, positions[conformer], calculator=calculator).get_forces() * EV
            expected = rows[[f"predicted_{axis}" for axis in "xyz"]].to_numpy()
            np.testing.assert_allclose(forces, expected, rtol=0, atol=1e-6)
    assert calculator.force_field.training.geometries == 60


def test_the_difference_says_what_it_is_above(study):
    calculator = load(study.folder / FOLDER / "experiments/above")
    assert "gradient_gp of MMFF94 above UFF" in repr(calculator)
    assert calculator.force_field.citation.startswith("cff-version")


def test_the_model_is_tried_beside_its_level(study):
    for name in ("gp", "above"):
        folder = study.folder / FOLDER / "experiments" / name
        relaxed = pd.read_csv(folder / "relaxations.csv").dropna()
        assert len(relaxed) > 40
        missed = relaxed["model_kcal_mol"] - relaxed["level_kcal_mol"]
        assert missed.abs().median() < 0.5
        assert len(pd.read_csv(folder / "vibrations.csv")) == 21
        assert len(pd.read_csv(folder / "torsion_scan.csv")) == 24
    assert "turned about: C0–C1–O2–H8" in (
        study.folder / "logs/try_force_field/ethanol/gp.log"
    ).read_text("utf-8")


def test_both_targets_have_them(study):
    plan = study.plan("forces")
    assert "export_force_field" not in {job.split()[0] for job in plan}
    assert "write_force_table ethanol" in plan


def test_deviations_are_those_of_held_out_conformers(study):
    folder = study.folder / FOLDER
    energies = pd.read_parquet(folder / "experiments/gp/predictions.parquet")
    forces = pd.read_parquet(folder / "experiments/gp/force_predictions.parquet")
    held_out = energies["partition"] == "test"
    expected = held_out & (energies["transform"] == "original")
    assert (energies["predicted_std"].notna() == expected).all()
    assert (forces["std_x"].notna() == (forces["partition"] == "test")).all()
    one = energies[expected].iloc[3]
    positions = ensemble.read(folder / "conformers/ensemble.npz").positions
    atoms = forces[forces["conformer"] == one["conformer"]]
    calculator = load(folder / "experiments/gp")
    place = Atoms(atoms["element"], positions[int(one["conformer"])])
    deviation = calculator.get_property("forces_uncertainty", place) * EV
    np.testing.assert_allclose(atoms[["std_x", "std_y", "std_z"]], deviation, rtol=1e-6)
    deviation = calculator.get_property("energy_uncertainty", place) * EV
    assert one["predicted_std"] == pytest.approx(deviation, rel=1e-6)


def test_intervals_of_energies_and_forces(study):
    table = pd.read_csv(study.folder / FOLDER / "tables/intervals.csv")
    found = table.set_index(["experiment", "quantity"])
    assert set(found.index) == {
        ("notes", "energy"),
        *((name, what) for name in ("gp", "above") for what in ("energy", "force component")),
    }
    assert found["coverage"].between(0.7, 1).all()
    assert found["by_deviation"].to_dict() == {key: key[0] != "notes" for key in found.index}
    calibration = pd.read_csv(study.folder / FOLDER / "tables/calibration.csv")
    honest = calibration.query("experiment == 'gp' and nominal == 0.9").set_index("quantity")
    assert honest["observed"].between(0.6, 1).all()
    assert set(honest.index) == {"energy", "force component"}


def test_flags_are_held_against_errors(study):
    table = pd.read_csv(study.folder / FOLDER / "tables/flags.csv")
    rows = [(name, flag) for name in ("gp", "above") for flag in ("distance", "standard deviation")]
    assert list(zip(table["experiment"], table["flag"], strict=True)) == rows
    scan = pd.read_csv(study.folder / FOLDER / "experiments/gp/torsion_scan.csv")
    error = scan["model_kcal_mol"] - scan["level_kcal_mol"]
    nearest = scan["distance"].idxmin()
    error = (error - error[nearest]).abs().drop(nearest)
    expected = scan["distance"].drop(nearest).corr(error, method="spearman")
    assert table["rank_correlation"][0] == pytest.approx(expected)
    assert table["max_error_kcal_mol"][0] == pytest.approx(error.max())
