"""The tiny study from end to end: the same bytes every time, by the grammar of results/."""

import json

import numpy as np
import pandas as pd
import pytest
import yaml
from rdkit import Chem
from rdkit.Chem import AllChem
from threadpoolctl import threadpool_limits

from confsym.energies import tight_binding
from confsym.molecules import molecule
from confsym.storage import files
from studies import Study, tiny

PRINTED = ("svg", "pdf", "png")
WRITTEN = ("html", "csv", "md", "tex")


def test_the_screen_is_short_and_ends_with_what_came_out(finished):
    """The default study of 116 jobs has at most 15 kB; this is its share for fewer."""
    lines = finished.said.splitlines()
    done = [line for line in lines if line.endswith("%) done")]
    jobs = int(done[-1].split()[2])
    assert len(done) == jobs > 50
    assert len(finished.said.encode()) <= 15_000 * jobs / 116
    assert not [line for line in lines if "results/butanol/conformers/ensemble.npz" in line]
    last = lines[lines.index(done[-1]) + 1 :]
    closing = [line for line in last if not line.startswith(("Complete log", "Elapsed time"))]
    assert 5 <= len(closing) <= 10
    assert closing[0].startswith("butanol: 188 conformers; best experiment sorted_kernel (")
    verdict = finished.folder / "results/butanol/tables/verdict.md"
    assert closing[1] == verdict.read_text().strip()
    views = [line.strip() for line in closing[closing.index("Open first:") + 1 :]]
    assert len(views) == 3
    assert all((finished.folder / view).exists() for view in views)
    log, *_ = sorted((finished.folder / ".snakemake/log").glob("*.log"))
    text = log.read_text()
    assert text.count("    reason: ") == jobs
    assert "Fitting notes of butanol\n" in text
    assert "    input: results/butanol/features/raw/original.parquet" in text


@pytest.fixture(scope="module")
def results(finished):
    return finished.folder / "results"


def test_grammar(finished):
    config = finished.config
    expected = {"results/run_config.yaml", "results/environment.json"}
    here = "results/butanol"
    expected |= {f"{here}/{name}" for name in ("molecule.json", "split.csv", "energies/mmff94.csv")}
    expected.add(f"{here}/conformers/pruning.json")
    expected |= {f"{here}/energies/mmff94.symmetries.csv", f"{here}/energies/parts/mmff94/0.npz"}
    expected |= {f"{here}/conformers/ensemble.{ending}" for ending in ("npz", "csv", "sdf")}
    expected |= {f"{here}/conformers/shards/{shard}.npz" for shard in range(4)}
    expected |= {f"{here}/conformers/moved/{name}.npz" for name in config["transforms"]}
    for feature in config["features"]:
        for transform in ["original", *config["transforms"]]:
            expected.add(f"{here}/features/{feature}/{transform}.parquet")
    for name in config["experiments"]:
        parts = ("model.joblib", "predictions.parquet", "metrics.csv", "learning_curve.csv")
        parts += ("rotations.csv", "smoothness.parquet")
        parts += ("smoothness_curves.parquet", "smoothness_misfits.parquet")
        expected |= {f"{here}/experiments/{name}/{part}" for part in parts}
        expected |= {f"{here}/figures/parity/{name}.{ending}" for ending in (*PRINTED, "html")}
    expected.add(f"{here}/figures/parity/plotly.min.js")
    expected |= {f"{here}/figures/learning_curves.{ending}" for ending in PRINTED}
    expected.add(f"{here}/features/raw/augmented/augmented.parquet")
    for name in ("notes", "augmented", "canonical"):  # what augmentation is compared with
        expected.add(f"{here}/experiments/{name}/pose_errors.csv")
    for figure in (
        *("symmetry", "smoothness", "augmentation", "canonical_pose"),
        *("conformers", "energies", "torsions"),
    ):
        expected |= {f"{here}/figures/{figure}.{ending}" for ending in PRINTED}
    expected.add(f"{here}/figures/conformers.html")
    expected |= {f"{here}/tables/{name}" for name in ("verdict.md", "canonical_pose.csv")}
    for table in (
        *("summary", "symmetry", "stereoisomers", "rotations", "augmentation"),
        *("smoothness", "trial", "intervals"),
    ):
        expected |= {f"{here}/tables/{table}.{ending}" for ending in WRITTEN}
    expected |= {f"{here}/tables/numbers.{ending}" for ending in ("html", "json", "rst", "tex")}
    assert set(finished.checksums()) == expected
    written = {path.name for path in finished.folder.iterdir()}
    assert {"results", "logs", "timings", ".snakemake"} <= written


@pytest.mark.parametrize("target", ["notes", pytest.param("all", marks=pytest.mark.slow)])
def test_same_bytes_for_other_cores_and_another_shard(finished, tmp_path, target):
    """Another folder, the project itself, one core, shards of 170: not one byte differs.

    What does not follow from the conformers alone, a study reproduced from its archive writes again
    (test_archive.py), on one core too.
    """
    other = Study(tmp_path / "other", tiny(embedding__shard=170))
    other.run(target, cores=1)
    here, there = finished.checksums(), other.checksums()
    assert "results/butanol/figures/parity/notes.svg" in there
    assert target == "notes" or set(there) >= {name for name in here if "/shards/" not in name}
    shards = {name for name in there if "/shards/" in name} | {"results/run_config.yaml"}
    assert {name for name in there if here.get(name) != there[name]} <= shards


def test_energies_are_rdkits(results):
    with np.load(results / "butanol/conformers/ensemble.npz") as arrays:
        positions = arrays["positions"]
        assert set(arrays) == {"positions", "numbers", "attempt"}
        assert positions.dtype == np.float64
    table = pd.read_csv(results / "butanol/energies/mmff94.csv")
    assert list(table.columns) == ["conformer", "energy_kcal_mol", "converged"]
    target = Chem.AddHs(Chem.MolFromSmiles("CCC(C)O"))
    properties = AllChem.MMFFGetMoleculeProperties(target)
    expected = []
    for conformer in positions:
        holder = Chem.Conformer(len(conformer))
        holder.SetPositions(conformer)
        copy = Chem.Mol(target)
        copy.AddConformer(holder)
        expected.append(AllChem.MMFFGetMoleculeForceField(copy, properties).CalcEnergy())
    np.testing.assert_allclose(table["energy_kcal_mol"], expected, rtol=0, atol=1e-9)


def test_tables_speak_of_the_same_conformers(results):
    here = results / "butanol"
    ensemble = pd.read_csv(here / "conformers/ensemble.csv")
    split = pd.read_csv(here / "split.csv")
    assert set(ensemble["stereoisomer"]) == {"R", "S"}
    assert (split["partition"] == "train").sum() == 60
    held_out = split.loc[split["partition"] == "test", "conformer"].tolist()
    for transform, everyone in {"rotated": False, "translated": True, "random_pose": True}.items():
        table = pd.read_parquet(here / f"features/raw/{transform}.parquet")
        expected = ensemble["conformer"].tolist() if everyone else held_out
        assert table["conformer"].tolist() == expected
    moved = pd.read_parquet(here / "features/raw/translated.parquet").drop(columns="conformer")
    original = pd.read_parquet(here / "features/raw/original.parquet").drop(columns="conformer")
    assert original.columns[:4].tolist() == ["x_0", "y_0", "z_0", "x_1"]
    np.testing.assert_allclose(moved - original, 1, atol=1e-12)


def test_predictions_and_metrics_agree(results):
    here = results / "butanol/experiments/notes"
    predictions = pd.read_parquet(here / "predictions.parquet")
    assert list(predictions.columns) == (
        ["conformer", "partition", "transform", "energy", "predicted"]
    )
    metrics = pd.read_csv(here / "metrics.csv").set_index(["partition", "transform"])
    probe = predictions["transform"] == "element_swapped"
    assert predictions.loc[probe, "energy"].isna().all()
    for key, group in predictions[~probe].groupby(["partition", "transform"]):
        expected = (group["energy"] - group["predicted"]).abs().mean()
        assert metrics.loc[key, "mae"] == pytest.approx(expected, rel=1e-12)
        assert metrics.loc[key, "n"] == len(group)
    first = predictions[predictions["transform"] == "original"].set_index("conformer")
    rotated = predictions[predictions["transform"] == "rotated"].set_index("conformer")
    defect = rotated["predicted"] - first.loc[rotated.index, "predicted"]
    assert metrics.loc[("test", "rotated"), "defect_max"] == pytest.approx(defect.abs().max())


def test_verdicts_match_claims_where_something_is_claimed(results):
    table = pd.read_csv(results / "butanol/tables/symmetry.csv")
    assert table["claimed"].any()
    assert table.loc[table["claimed"], "holds"].all()
    raw = table[(table["experiment"] == "notes") & (table["transform"] == "rotated")]
    assert not raw["claimed"].item()
    assert not raw["holds"].item()
    assert raw["verdict"].item() == "not kept, not claimed"
    probes = table[table["transform"] == "element_swapped"]
    assert set(probes["verdict"]) == {"probe"}
    assert not probes["claimed"].any()
    assert probes["mae"].isna().all()
    verdict = (results / "butanol/tables/verdict.md").read_text()
    assert set(table.loc[table["verdict"] == "constant", "experiment"]) == {"posed"}
    judged = table[table["claimed"] & (table["verdict"] == "kept")]
    assert verdict.startswith(f"All {len(judged)} claims of 3 experiments hold")
    assert "Constant predictions say nothing: posed. Smoothness: all " in verdict
    assert verdict.count("\n") == 1


def test_one_table_has_all_verdicts(results):
    tables = results / "butanol/tables"
    trial = pd.read_csv(tables / "trial.csv", keep_default_na=False)
    symmetry = pd.read_csv(tables / "symmetry.csv")
    assert set(trial["experiment"]) == set(symmetry["experiment"])
    rows = trial[(trial["subject"] == "energies") & (trial["test"] == "rotated")]
    assert rows.set_index("experiment")["verdict"].to_dict() == (
        symmetry[symmetry["transform"] == "rotated"].set_index("experiment")["verdict"].to_dict()
    )
    forces = trial[trial["subject"] == "forces"]
    assert set(forces["verdict"]) == {"no forces"}
    assert (forces["note"] != "").all()
    found = pd.read_csv(tables / "smoothness.csv").set_index(["experiment", "path"])["found"]
    assert found["internal_ridge"].tolist() == ["continuous", "continuous"]
    assert found["sorted_kernel", "relabelling"] == "kinked"
    assert found["notes", "straight"] == "stepped"


def test_copies_are_of_the_conformers_and_train_with_them(results, finished):
    raw = results / "butanol/features/raw"
    original = pd.read_parquet(raw / "original.parquet")
    copies = pd.read_parquet(raw / "augmented/augmented.parquet")
    assert len(copies) == 2 * len(original)
    assert (copies["conformer"] == np.tile(original["conformer"], 2)).all()

    def distances(table):
        positions = table.drop(columns="conformer").to_numpy().reshape(len(table), -1, 3)
        vectors = positions[:, :, None] - positions[:, None]
        return np.linalg.norm(vectors, axis=-1)

    np.testing.assert_allclose(
        distances(copies), np.tile(distances(original), (2, 1, 1)), atol=1e-12
    )
    log = (finished.folder / "logs/fit_model/butanol/augmented.log").read_text()
    assert "fitted to 180 rows" in log
    table = pd.read_csv(results / "butanol/tables/augmentation.csv")
    assert dict(zip(table["experiment"], table["rows"], strict=True)) == {
        "notes": 60,
        "augmented": 180,
        "canonical": 60,
    }


def test_rotated_predictions_spread_unless_features_are_invariant(results):
    table = pd.read_csv(results / "butanol/tables/rotations.csv").set_index("experiment")
    assert (table["rotations"] == 4).all()
    assert table.loc["notes", "spread_rms_kcal_mol"] > 0.1
    assert table.loc[table["claimed"], "spread_max_kcal_mol"].max() < 1e-6
    assert table["claimed"].to_dict() == {
        "notes": False,
        "posed": True,
        "augmented": False,
        "canonical": True,
        "internal_ridge": True,
        "sorted_kernel": True,
    }


def test_records(results):
    recorded = yaml.safe_load((results / "run_config.yaml").read_text())
    assert recorded["embedding"]["max_attempts"] == 1000
    assert recorded["features"]["internal"]["multiples"] == 3
    environment = json.loads((results / "environment.json").read_text())
    assert {"rdkit", "scikit-learn", "numpy", "snakemake"} <= set(environment["packages"])


def test_sizes_above_the_training_set_are_left_out_and_the_log_says_so(finished):
    curve = pd.read_csv(finished.folder / "results/butanol/experiments/notes/learning_curve.csv")
    assert set(curve["size"]) == {20, 60}
    log = (finished.folder / "logs/measure_learning_curve/butanol/notes.log").read_text()
    assert "size 100 left out" in log


def test_a_minimised_study_keeps_its_minimised_positions(tmp_path):
    config = tiny(
        energies={"level": "mmff94s", "minimize_iterations": 60},
        embedding={"attempts": 120, "prune_rms": 0.0, "shard": 60},
        learning_curves={"sizes": [20], "repeats": 1},
        experiments={"notes": {"features": "raw", "model": "hgb"}},
    )
    study = Study(tmp_path, config)
    study.run("notes")
    here = tmp_path / "results/butanol"
    with np.load(here / "conformers/minimized/mmff94s.npz") as arrays:
        minimized, converged = arrays["positions"], arrays["converged"]
    with np.load(here / "conformers/ensemble.npz") as arrays:
        assert np.abs(arrays["positions"] - minimized).max() > 0.01
    table = pd.read_csv(here / "energies/mmff94s.csv")
    assert table["converged"].tolist() == converged.tolist()
    raw = pd.read_parquet(here / "features/raw/original.parquet").drop(columns="conformer")
    assert (raw.to_numpy() == minimized.reshape(len(minimized), -1)).all()
    assert not study.plan("notes")


def test_parts_are_joined_to_what_one_call_gives(tmp_path):
    """Bit for bit; one thread, as in the jobs."""
    embedding = {"attempts": 110, "prune_rms": 0.01, "shard": 110}
    study = Study(tmp_path, tiny(energies={"level": "gfn2_xtb"}, embedding=embedding))
    here = tmp_path / "results/butanol"
    names = ("energies/gfn2_xtb.csv", "energies/gfn2_xtb.gradients.npz")
    study.run(*(f"results/butanol/{name}" for name in names))
    assert {path.stem for path in here.glob("energies/parts/gfn2_xtb/*.npz")} == set("01234567")
    with np.load(here / "conformers/ensemble.npz") as arrays:
        positions = arrays["positions"]
    with threadpool_limits(limits=1):
        target = molecule.build("butanol", "CCC(C)O")
        energies, gradients = tight_binding.gfn2_xtb(target, positions, "butanol")
    table = files.read_csv(here / names[0])
    assert list(table) == ["conformer", "energy_kcal_mol", "converged"]
    assert table["conformer"].tolist() == list(range(len(positions)))
    assert (table["energy_kcal_mol"] == energies).all()
    assert set(table["converged"]) == {""}
    with np.load(here / names[1]) as arrays:
        assert arrays["conformer"].tolist() == list(range(len(positions)))
        assert (arrays["gradients"] == gradients).all()
