"""Two molecules, one of them from a file and with settings of its own, side by side."""

import json

import numpy as np
import pandas as pd
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem

from confsym.storage.files import sha256
from studies import Study

CONFIG = {
    "molecules": {
        "drawn": {"file": "butanol.mol", "embedding": {"attempts": 110}, "split": {"train": 50}},
        "amine": {"smiles": "CCCCN"},
    },
    "embedding": {"attempts": 130, "prune_rms": 0.0, "shard": 130},
    "split": {"train": 60},
    "energies": {"gradients": True},
    "features": {
        "sorted_distances": {"kind": "inverse_distances"},
        "terms": {"kind": "force_field_terms", "labels": "elements"},
    },
    "models": {
        "ridge": {"kind": "ridge"},
        "mean": {"kind": "mean"},
        "linear": {"kind": "linear_force_field"},
    },
    "experiments": {
        "ridge": {"features": "sorted_distances", "model": "ridge"},
        "mean": {"features": "sorted_distances", "model": "mean"},
        "forces": {"features": "terms", "model": "linear", "learn": "energies_and_forces"},
    },
    "learning_curves": {"sizes": [60], "repeats": 2},
}


def draw(path, smiles: str) -> None:
    molecule = Chem.MolFromSmiles(smiles)
    AllChem.Compute2DCoords(molecule)
    path.write_text(Chem.MolToMolBlock(molecule))


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Study:
    folder = tmp_path_factory.mktemp("molecules")
    draw(folder / "butanol.mol", "CC[C@H](C)O")
    study = Study(folder, CONFIG)
    study.run("comparison")
    return study


def test_the_molecule_of_the_file_is_the_one_that_was_studied(study):
    here = study.folder / "results/drawn"
    description = json.loads((here / "molecule.json").read_text())
    assert description["canonical_smiles"] == "CC[C@H](C)O"
    assert description["drawn"]["sha256"] == sha256(study.folder / "butanol.mol")
    labels = pd.read_csv(here / "conformers/ensemble.csv")["stereoisomer"]
    assert len(set(labels)) == 1


@pytest.mark.parametrize(("molecule", "train", "held_out"), [("drawn", 50, 60), ("amine", 60, 70)])
def test_each_has_its_own_settings(study, molecule, train, held_out):
    here = study.folder / "results" / molecule
    summary = pd.read_csv(here / "tables/summary.csv")
    assert set(summary["n_train"]) == {train}
    assert set(summary["n_test"]) == {held_out}
    curve = pd.read_csv(here / "experiments/ridge/learning_curve.csv")
    assert set(curve["size"]) == {train}


def test_the_comparison_is_of_their_summaries(study):
    results = study.folder / "results"
    errors = pd.read_csv(results / "comparison/tables/errors.csv").fillna({"standing": ""})
    assert len(errors) == 6
    for row in errors.itertuples():
        here = results / row.molecule
        summary = pd.read_csv(here / "tables/summary.csv").set_index("experiment")
        assert row.mae_kcal_mol == summary.loc[row.experiment, "resplit_mae_mean_kcal_mol"]
        split = pd.read_csv(here / "split.csv")["partition"] == "test"
        energy = pd.read_csv(here / "energies/mmff94.csv")["energy_kcal_mol"][split]
        assert row.energy_std_kcal_mol == pytest.approx(np.std(energy))
        assert row.relative_mae == pytest.approx(row.mae_kcal_mol / np.std(energy))
    ranks = pd.read_csv(results / "comparison/tables/ranks.csv").set_index("experiment")
    assert ranks.loc["ridge", "mean_rank"] < ranks.loc["mean", "mean_rank"]
    winners = pd.read_csv(results / "comparison/tables/winners.csv")
    assert winners["molecule"].tolist() == ["drawn", "amine"]
    assert all("forces" in best for best in winners["best"])


def test_forces_are_compared_too(study):
    results = study.folder / "results"
    table = pd.read_csv(results / "comparison/tables/forces.csv")
    assert table["molecule"].tolist() == ["drawn", "amine"]
    for row in table.itertuples():
        here = pd.read_csv(results / row.molecule / "tables/forces.csv").iloc[0]
        assert row.experiment == here["experiment"] == "forces"
        assert row.rmse_kcal_mol_angstrom == here["rmse_kcal_mol_angstrom"]


def test_another_content_of_the_file_runs_that_molecule_again(study):
    assert not study.plan("comparison")
    draw(study.folder / "butanol.mol", "CC[C@@H](C)O")
    jobs = study.plan("comparison")
    draw(study.folder / "butanol.mol", "CC[C@H](C)O")
    assert jobs["read_molecule drawn"] == jobs["embed_conformers drawn 0"] == 1
    assert jobs["compare_molecules"] == 1
    assert not [job for job in jobs if "amine" in job]
    assert not study.plan("comparison")


def test_all_has_the_comparison_and_a_study_of_one_molecule_has_none(study):
    assert study.plan("all")["compare_molecules"] == 0  # it is there already
    assert not [job for job in study.plan("all") if "comparison" in job]
    study.configure(CONFIG | {"molecules": {"amine": {"smiles": "CCCCN"}}})
    jobs = study.plan("all")
    study.configure(CONFIG)
    assert not {"compare_molecules", "plot_comparison"} & set(jobs)
