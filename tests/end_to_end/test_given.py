"""A study of the user's own geometries, with a further set that is only ever predicted."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest
from ase import Atoms, units
from ase.io import write
from rdkit import Chem
from rdkit.Chem import AllChem
from rdkit.ForceField import rdForceField  # noqa: F401  (the field's Python type)

from studies import Study

KCAL = units.kcal / units.mol
FOLDER = "results/ethanol"
HOT = f"{FOLDER}/tests/hot"


def shaken(count: int, width: float, seed: int):
    """Ethanol with every atom displaced: positions (Å), and MMFF94's energies and gradients."""
    molecule = Chem.AddHs(Chem.MolFromSmiles("CCO"))
    AllChem.EmbedMolecule(molecule, randomSeed=1)
    AllChem.MMFFOptimizeMolecule(molecule, maxIters=2000)
    conformer, start = molecule.GetConformer(), molecule.GetConformer().GetPositions()
    positions = start + np.random.default_rng(seed).normal(scale=width, size=(count, *start.shape))
    properties = AllChem.MMFFGetMoleculeProperties(molecule)
    energies, gradients = np.empty(count), np.empty_like(positions)
    for frame, place in enumerate(positions):
        conformer.SetPositions(place)
        field = AllChem.MMFFGetMoleculeForceField(molecule, properties)
        energies[frame] = field.CalcEnergy()
        gradients[frame] = np.reshape(field.CalcGrad(), place.shape)
    numbers = np.array([atom.GetAtomicNum() for atom in molecule.GetAtoms()])
    return numbers, positions, energies, gradients


CONFIG = {
    "molecules": {
        "ethanol": {
            "smiles": "OCC",
            "geometries": {
                "file": "data/ethanol.xyz",
                "energy": "REF_energy",
                "forces": "REF_forces",
                "energy_unit": "eV",
            },
            "tests": {
                "hot": {
                    "file": "data/hot.npz",
                    "energy": "E",
                    "forces": "F",
                    "energy_unit": "kcal/mol",
                }
            },
        }
    },
    "energies": {"level": "given", "gradients": True},
    "split": {"by": "column", "column": "subset", "training_values": ["fit"]},
    "transforms": {
        "translated": {"kind": "translation", "vector": [1, 1, 1]},
        "swapped": {"kind": "equivalent_swap"},
    },
    "features": {"raw": {"kind": "raw_coordinates"}, "sorted": {"kind": "inverse_distances"}},
    "models": {
        "hgb": {"kind": "hist_gradient_boosting", "max_iter": 5},
        "ridge": {"kind": "ridge"},
    },
    "experiments": {
        "notes": {"features": "raw", "model": "hgb"},
        "moved": {"features": "sorted", "model": "ridge", "train_on": "translated"},
        "from_uff": {"features": "sorted", "model": "ridge", "baseline": "uff"},
        "alone": {"features": "sorted", "model": "ridge"},
    },
    "rotations": {"rotations": 4, "conformers": 20},
    "learning_curves": {"sizes": [40], "repeats": 2},
}


@pytest.fixture(scope="module")
def sets():
    return {"cold": shaken(180, 0.05, 1), "hot": shaken(70, 0.07, 2)}


@pytest.fixture(scope="module")
def given(sets, tmp_path_factory) -> Study:
    study = Study(tmp_path_factory.mktemp("given"), CONFIG)
    (study.folder / "data").mkdir()
    numbers, positions, energies, gradients = sets["cold"]
    frames = []
    for k, (place, energy, gradient) in enumerate(zip(positions, energies, gradients, strict=True)):
        frame = Atoms(numbers, place)
        frame.info |= {"REF_energy": energy * KCAL, "subset": "check" if k % 3 == 0 else "fit"}
        frame.arrays["REF_forces"] = -gradient * KCAL
        frames.append(frame)
    write(study.folder / "data/ethanol.xyz", frames, format="extxyz")
    numbers, positions, energies, gradients = sets["hot"]
    np.savez(study.folder / "data/hot.npz", z=numbers, R=positions, E=energies, F=-gradients)
    study.said = study.run("all")
    return study


def read(study: Study, name: str) -> pd.DataFrame:
    path = study.folder / name
    return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)


def test_energies_gradients_and_geometries_are_the_files(given, sets):
    for folder, name in ((FOLDER, "cold"), (HOT, "hot")):
        _, positions, energies, _ = sets[name]
        found = read(given, f"{folder}/energies/given.csv")
        assert found["energy_kcal_mol"].to_numpy() == pytest.approx(energies, abs=1e-6)
        with np.load(given.folder / folder / "conformers/ensemble.npz") as ensemble:
            assert ensemble["positions"] == pytest.approx(positions, abs=1e-7)
    with np.load(given.folder / FOLDER / "energies/given.gradients.npz") as arrays:
        assert arrays["gradients"] == pytest.approx(sets["cold"][3], abs=1e-5)
    assert "best experiment from_uff" in given.said
    assert f"Open first:\n  {given.folder}/results/" in given.said


def test_its_units_are_on_record_and_in_the_log(given):
    found = json.loads((given.folder / FOLDER / "molecule.json").read_text(encoding="utf-8"))
    expected = {"length": "angstrom", "energy": "eV", "force": "eV/angstrom"}
    assert found["geometries"]["units"] == expected
    log = given.folder / "logs/read_geometries/ethanol.log"
    said = "the file has length in angstrom, energy in eV, force in eV/angstrom; results have kcal"
    assert said in log.read_text(encoding="utf-8")


def test_the_column_of_the_file_says_which_geometries_train(given):
    partition = read(given, f"{FOLDER}/split.csv")["partition"]
    assert partition.tolist() == ["test", "train", "train"] * 60


def test_further_geometries_are_predicted_and_never_trained_on(given, sets):
    energies = sets["hot"][2]
    for name in CONFIG["experiments"]:
        folder = f"{FOLDER}/experiments/{name}"
        predictions = read(given, f"{folder}/predictions.parquet")
        hot = predictions[predictions["partition"] == "hot"]
        home = CONFIG["experiments"][name].get("train_on", "original")
        assert set(hot["transform"]) == {"original", home}
        hot = hot[hot["transform"] == home]
        assert hot["energy"].to_numpy() == pytest.approx(energies, abs=1e-9)
        error = np.abs(hot["predicted"] - hot["energy"]).mean()
        metrics = read(given, f"{folder}/metrics.csv").set_index(["partition", "transform"])
        assert metrics.loc[("hot", home), "mae"] == pytest.approx(error)
        summary = read(given, f"{FOLDER}/tables/summary.csv").set_index(["experiment", "tested_on"])
        assert summary.loc[(name, "hot"), "test_mae_kcal_mol"] == pytest.approx(error)
        assert summary.loc[(name, "hot"), "n_test"] == 70
        curve = read(given, f"{folder}/learning_curve.csv")
        assert curve["tested_on"].tolist() == ["held out", "hot"] * 3
        assert curve["size"].tolist() == [40, 40, 120, 120, 40, 40]
        assert curve["mae"][3] == pytest.approx(error)
        page = (given.folder / FOLDER / f"figures/parity/{name}.html").read_text()
        assert "<h2>hot" in page
    numbers = json.loads((given.folder / FOLDER / "tables/numbers.json").read_text())
    found = {entry["name"]: entry["value"] for entry in numbers}
    assert found["moved/mae_on/hot"] == summary.loc[("moved", "hot"), "test_mae_kcal_mol"]
    assert "attempts" not in found


def test_what_the_cheaper_level_buys_is_told_for_every_set(given):
    table = read(given, f"{FOLDER}/tables/baselines.csv")
    assert table["tested_on"].tolist() == ["held out", "held out", "hot", "hot"]
    assert table["size"].tolist() == [40, 120, 40, 120]
    assert set(table["without"]) == {"alone"}
    curves = {
        name: read(given, f"{FOLDER}/experiments/{name}/learning_curve.csv")
        for name in ("from_uff", "alone")
    }
    for column, name in (("mae_kcal_mol", "from_uff"), ("mae_without_kcal_mol", "alone")):
        means = curves[name].groupby(["tested_on", "size"])["mae"].mean()
        assert table[column].tolist() == pytest.approx(means.tolist())
    assert (given.folder / FOLDER / "figures/baselines.svg").exists()


def test_a_second_run_has_nothing_to_do_and_content_counts(given):
    assert not given.plan()
    (given.folder / "data/ethanol.xyz").touch()
    assert not given.plan()
    path = given.folder / "data/hot.npz"
    before = path.read_bytes()
    with np.load(path) as arrays:
        changed = dict(arrays)
    try:
        np.savez(path, **changed | {"E": changed["E"] + 1})
        plan = given.plan()
    finally:
        path.write_bytes(before)
    assert "read_geometries ethanol/tests/hot" in plan
    assert "read_geometries ethanol" not in plan
    assert not any(job.startswith(("fit_model", "embed")) for job in plan)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"file": "data/none.xyz"},
            "data/none.xyz is not there; put it there, or correct the path",
        ),
        (
            {"file": "data/none.xyz", "source": "example.org", "sha256": "0" * 64},
            "get it from example.org (SHA-256 000",
        ),
        ({"energy_unit": None}, "has an energy but no energy_unit"),
        ({"forces": None}, "names no forces, which energies.gradients asks for"),
        ({"energy": "energy"}, "energy"),
        ({"energy_unit": "hartree"}, "energy_unit"),
        ({"sha256": "0" * 64}, "and sha256 says 000"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(given, tmp_path, change, said):
    shutil.copytree(given.folder / "data", tmp_path / "data")
    geometries = CONFIG["molecules"]["ethanol"]["geometries"] | change
    geometries = {key: value for key, value in geometries.items() if value is not None}
    molecule = CONFIG["molecules"]["ethanol"] | {"geometries": geometries}
    study = Study(tmp_path, CONFIG | {"molecules": {"ethanol": molecule}})
    process = study.snakemake()
    assert process.returncode != 0
    last = [line for line in process.stdout.splitlines() if line.strip()][-1]
    assert "molecules.ethanol.geometries" in last, process.stdout
    assert said in last
    assert not (tmp_path / "results/ethanol/molecule.json").exists()


def test_features_that_need_bonds_are_refused_where_a_proton_moved(given, tmp_path):
    """One hydrogen of one further geometry torn off."""
    shutil.copytree(given.folder / "data", tmp_path / "data")
    with np.load(tmp_path / "data/hot.npz") as arrays:
        changed = dict(arrays)
    changed["R"][-1, -1] *= 2.0
    np.savez(tmp_path / "data/hot.npz", **changed)
    study = Study(tmp_path, CONFIG)
    process = study.snakemake(f"{HOT}/features/sorted/original.parquet")
    assert process.returncode != 0
    last = [line for line in process.stdout.splitlines() if line.strip()][-1]
    assert "features.sorted needs bonds, and 1 geometries of ethanol/tests/hot have" in last
    assert read(study, f"{HOT}/conformers/ensemble.csv")["other_bonds"].tolist() == [False] * 69 + [
        True
    ]
    study.run(f"{HOT}/features/raw/original.parquet")
    molecule = CONFIG["molecules"]["ethanol"] | {"bonds": "warn"}
    study.configure(CONFIG | {"molecules": {"ethanol": molecule}})
    study.run(f"{HOT}/features/sorted/original.parquet")
