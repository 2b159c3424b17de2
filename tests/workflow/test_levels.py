"""Two molecules at different levels: each has its own files, tables and figures."""

import json
import re

import pandas as pd
import pytest
from rdkit import Chem

from confsym.conformers import ensemble
from confsym.energies import force_fields
from studies import Study, reported

CONFIG = {
    "molecules": {
        "alcohol": {"smiles": "CCCO"},
        "amine": {"smiles": "CC[NH2+]C", "charge": 1, "level": "uff"},
    },
    "embedding": {"attempts": 110, "prune_rms": 0.0, "shard": 110},
    "energies": {"minimize_iterations": 2},
    "split": {"train": 60},
    "transforms": {
        "rotated": {"kind": "rotation"},
        "element_swapped": {"kind": "same_element_swap"},
    },
    "features": {
        "distances": {"kind": "inverse_distances", "order": "atoms"},
        "terms": {"kind": "force_field_terms", "labels": "mmff_types", "pairs": "mmff_radii"},
    },
    "models": {
        "ridge": {"kind": "ridge"},
        "least_squares": {"kind": "least_squares"},
    },
    "experiments": {
        "ridge": {"features": "distances", "model": "ridge"},
        "terms": {"features": "terms", "model": "least_squares"},
    },
    "learning_curves": {"sizes": [60], "repeats": 2},
}


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Study:
    study = Study(tmp_path_factory.mktemp("levels"), CONFIG)
    study.run("comparison")
    return study


@pytest.mark.parametrize(("molecule", "level"), [("alcohol", "mmff94"), ("amine", "uff")])
def test_each_molecule_has_its_own_level(study, molecule, level):
    here = study.folder / "results" / molecule
    assert [path.stem for path in (here / "conformers/minimized").iterdir()] == [level]
    energies = pd.read_csv(here / f"energies/{level}.csv")["energy_kcal_mol"]
    for name in ("ridge", "terms"):
        found = pd.read_parquet(here / f"experiments/{name}/predictions.parquet")
        seen = found[found["transform"] == "original"].set_index("conformer")["energy"]
        assert seen.to_numpy() == pytest.approx(energies[seen.index].to_numpy())


def test_the_energies_are_those_of_the_level(study):
    here = study.folder / "results/amine"
    target = Chem.AddHs(
        Chem.MolFromSmiles(json.loads((here / "molecule.json").read_text())["smiles"])
    )
    positions = ensemble.read(here / "conformers/minimized/uff.npz").positions
    expected, _ = force_fields.uff(target, positions, "amine")
    found = pd.read_csv(here / "energies/uff.csv")["energy_kcal_mol"]
    assert found.to_numpy() == pytest.approx(expected)


def test_what_depends_on_the_level_is_planned_for_each(study):
    forces = {"features": "terms", "model": "forces", "learn": "energies_and_forces"}
    models = CONFIG["models"] | {"forces": {"kind": "linear_force_field"}}
    more = {"experiments": CONFIG["experiments"] | {"forces": forces}, "models": models}
    study.configure(CONFIG | more)
    jobs = study.plan("all")
    study.configure(CONFIG)
    assert jobs["ablate_terms alcohol terms"] == 1
    assert jobs["recover_constants alcohol terms"] == 1
    assert not [job for job in jobs if re.match("(ablate|recover).*amine", job)]
    assert jobs["join_gradients alcohol mmff94"] == jobs["join_gradients amine uff"] == 1


def test_the_comparison_says_that_levels_differ(study):
    errors = pd.read_csv(study.folder / "results/comparison/tables/errors.csv")
    assert dict(zip(errors["molecule"], errors["level"], strict=True)) == {
        "alcohol": "MMFF94",
        "amine": "UFF",
    }
    log = (study.folder / "logs/compare_molecules.log").read_text()
    assert "energies are of 2 levels, MMFF94, UFF" in log


def test_the_report_names_each_level(study):
    study.run("comparison", "--report", "report.html")
    results = reported(study.folder / "report.html", "results").values()
    levels = {(one["labels"].get("molecule"), one["labels"]["level"]) for one in results}
    assert levels == {("alcohol", "MMFF94"), ("amine", "UFF"), (None, "MMFF94, UFF")}


def test_another_level_of_one_molecule_leaves_the_other_alone(study):
    study.configure(
        CONFIG | {"molecules": CONFIG["molecules"] | {"amine": {"smiles": "CC[NH2+]C"}}}
    )
    jobs = study.plan("comparison")
    study.configure(CONFIG)
    assert jobs["join_energies amine mmff94"] == jobs["compare_molecules"] == 1
    assert not [job for job in jobs if "alcohol" in job]
    assert not study.plan("comparison")
