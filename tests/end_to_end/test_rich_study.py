"""Descriptors, several feature sets, a cheaper level, deviations; the force field found again."""

import pandas as pd
import pytest
import yaml

from studies import ROOT, Study


def rich() -> dict:
    return yaml.safe_load((ROOT / "tests/rich.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Study:
    study = Study(tmp_path_factory.mktemp("rich"), rich())
    study.run("all", "body_order")
    return study


@pytest.fixture(scope="module")
def here(study):
    return study.folder / "results/butanol"


def test_what_a_rich_study_writes_beside(study):
    here = "results/butanol"
    written_as = ("html", "csv", "md", "tex")
    expected = {f"{here}/energies/{level}.csv" for level in ("mmff94", "uff")}
    for stem in ("calibration", "body_order"):
        expected |= {f"{here}/tables/{stem}.{ending}" for ending in written_as}
        expected |= {f"{here}/figures/{stem}.{ending}" for ending in ("svg", "pdf", "png")}
    for table in ("constants", "ablation"):
        stem = f"{here}/experiments/force_field/{table}"
        expected |= {f"{stem}.{ending}" for ending in written_as}
    written = set(study.checksums())
    assert expected <= written
    assert len([name for name in written if "constants" in name or "ablation" in name]) == 8


def test_the_force_field_is_found_again(here):
    constants = pd.read_csv(here / "experiments/force_field/constants.csv")
    sure = constants[constants["determined"]]
    assert len(sure) > 0.9 * len(constants)
    assert sure["difference"].abs().max() < 1e-5
    ablation = pd.read_csv(here / "experiments/force_field/ablation.csv").set_index("term")
    assert ablation.loc["all", "mae_alone_kcal_mol"] < 1e-8
    assert ablation.loc["torsion", "mae_without_kcal_mol"] > 0.01
    spread = pd.read_csv(here / "energies/mmff94.csv")["energy_kcal_mol"].std(ddof=0)
    assert ablation.loc["all", "energy_std_kcal_mol"] == pytest.approx(spread, rel=1e-9)


def test_a_difference_from_a_cheaper_level_is_added_to_it_again(here):
    predictions = pd.read_parquet(here / "experiments/gp/predictions.parquet")
    energy = pd.read_csv(here / "energies/mmff94.csv")["energy_kcal_mol"]
    own = predictions[predictions["transform"] == "original"]
    assert (own["energy"].to_numpy() == energy[own["conformer"]].to_numpy()).all()
    assert (predictions["predicted_std"] > 0).all()
    metrics = pd.read_csv(here / "experiments/gp/metrics.csv").set_index(["partition", "transform"])
    assert set(metrics["approximation"]) == {"kernel centred on 120 of 150 training rows"}
    assert metrics.loc[("test", "original"), "r2"] > 0.9
    assert metrics.loc[("test", "relabelled"), "defect_max"] < 1e-6


def test_calibration_and_body_order_are_tabulated(here):
    calibration = pd.read_csv(here / "tables/calibration.csv")
    assert set(calibration["experiment"]) == {"gp"}
    assert calibration["observed"].between(0, 1).all()
    assert calibration["observed"].is_monotonic_increasing
    orders = pd.read_csv(here / "tables/body_order.csv")
    assert orders.groupby("experiment")["body_order"].first().to_dict() == {
        "composition": 1,
        "functions": 3,
        "force_field": 4,
        "gp": 4,
    }
    large = orders[orders["size"] == 150].set_index("experiment")["mae_kcal_mol"]
    assert large["composition"] > large["functions"] > large["force_field"]


def test_all_features_here_keep_every_symmetry(here):
    table = pd.read_csv(here / "tables/symmetry.csv")
    assert table["claimed"].all()
    assert table["holds"].all()


@pytest.mark.slow
def test_one_core_and_another_folder_give_the_same_bytes(study, tmp_path):
    other = Study(tmp_path, rich())
    stem = "results/butanol/experiments"
    other.run(f"{stem}/gp/metrics.csv", f"{stem}/force_field/constants.csv", cores=1)
    here, there = study.checksums(), other.checksums()
    assert {f"{stem}/gp/model.joblib", f"{stem}/gp/predictions.parquet"} <= set(there)
    assert {name for name in there if here.get(name) != there[name]} == set()


def test_a_new_kernel_fits_one_model_and_nothing_else(study, tmp_path):
    config = rich()
    config["models"]["gp"]["kernels"] = ["linear", "rbf"]
    study.configure(config)
    planned = study.plan()
    study.configure(rich())
    assert {job.split(" ")[0] for job in planned} == {
        "fit_model",
        "evaluate_model",
        "measure_learning_curve",
        "write_tables",
        "plot_parity",
        "plot_parity_pages",
        "plot_learning_curves",
        "plot_calibration",
        "measure_intervals",
        "try_motions",
        "write_rotations",
        "write_smoothness",
        "plot_smoothness",
        "write_trial",
        "judge_claims",
        "plot_symmetry",
        "quote_numbers",
        "record_run",
    }
    for rule in ("fit_model", "plot_parity", "try_motions"):
        assert [job for job in planned if job.startswith(rule + " ")] == [f"{rule} butanol gp"]
