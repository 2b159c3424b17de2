"""A cheaper level that tells atoms apart which the study's level does not."""

import pandas as pd
import pytest

from studies import Study

CONFIG = {
    "molecules": {"azulene": {"smiles": "c1ccc2cccc-2cc1"}},
    "embedding": {"attempts": 60, "prune_rms": 0.0, "shard": 60},
    "energies": {"level": "gfn2_xtb"},
    "split": {"train": 10},
    "transforms": {
        "rotated": {"kind": "rotation"},
        "swapped": {"kind": "equivalent_swap"},
        "element_swapped": {"kind": "same_element_swap"},
    },
    "features": {"sorted": {"kind": "inverse_distances", "order": "sorted"}},
    "models": {"ridge": {"kind": "ridge"}},
    "experiments": {
        "alone": {"features": "sorted", "model": "ridge"},
        "from_mmff94": {"features": "sorted", "model": "ridge", "baseline": "mmff94"},
    },
    "learning_curves": {"sizes": [10], "repeats": 2},
}
HERE = "results/azulene"
BROKEN = {"swapped", "element_swapped"}  # by MMFF94's types, which stay where they were


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Study:
    study = Study(tmp_path_factory.mktemp("baselines"), CONFIG)
    study.run(f"{HERE}/tables/summary.csv")
    return study


@pytest.mark.parametrize("name", ["alone", "from_mmff94"])
def test_no_error_is_measured_where_the_cheaper_level_breaks_a_motion(study, name):
    """The model's prediction there is above an energy of MMFF94 that nobody computed."""
    here = study.folder / HERE
    broken = BROKEN if name == "from_mmff94" else set()
    found = pd.read_parquet(here / f"experiments/{name}/predictions.parquet")
    known = found["energy"].notna().groupby(found["transform"]).agg(["any", "all"])
    assert set(known.index[~known["any"]]) == broken
    assert set(known.index[known["all"]]) == {"original", "rotated", *BROKEN} - broken
    metrics = pd.read_csv(here / f"experiments/{name}/metrics.csv")
    assert set(metrics.loc[metrics["mae"].isna(), "transform"]) == broken
    summary = pd.read_csv(here / "tables/summary.csv").set_index("experiment").loc[name]
    held_out = metrics[(metrics["partition"] == "test") & ~metrics["transform"].isin(broken)]
    assert summary["moved_mae_kcal_mol"] == pytest.approx(held_out["mae"].max(), abs=1e-12)


def test_the_motion_is_not_judged(study):
    table = pd.read_csv(study.folder / HERE / "tables/symmetry.csv")
    verdicts = table.set_index(["experiment", "transform"])["verdict"]
    assert verdicts["from_mmff94", "swapped"] == "the level breaks it"
    assert verdicts["alone", "swapped"] == "kept"
    assert verdicts["from_mmff94", "element_swapped"] == "probe"
