"""Tables that set the experiments of a study side by side."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from confsym.conformers.split import HELD_OUT, TEST, TRAIN
from confsym.energies.registry import level_row
from confsym.evaluation.verdicts import (
    CONSTANT,
    HOLDS_BELOW,
    LEVEL_BREAKS,
    MOVES_NOTHING,
    NOWHERE,
    PROBE,
    judged,
)
from confsym.study.experiments import claimed, feature_sets, levels_behind, own_levels
from confsym.transforms.registry import TRANSFORMS

SUMMARY_HEADINGS = {
    "experiment": "Experiment",
    "features": "Features",
    "model": "Model",
    "trained_on": "Trained on",
    "n_train": "Training conformers",
    "train_mae_kcal_mol": "Train MAE (kcal/mol)",
    "tested_on": "Tested on",
    "n_test": "Conformers tested",
    "test_mae_kcal_mol": "Test MAE (kcal/mol)",
    "resplit_mae_mean_kcal_mol": "Test MAE, mean over splits (kcal/mol)",
    "resplit_mae_std_kcal_mol": "± over splits (kcal/mol)",
    "test_r2": "Test R²",
    "moved_mae_kcal_mol": "Largest MAE when moved (kcal/mol)",
    "note": "Note",
}
SYMMETRY_HEADINGS = {
    "experiment": "Experiment",
    "transform": "Transform",
    "claimed": "Claimed",
    "defect_rms": "Defect, RMS (kcal/mol)",
    "defect_max": "Defect, largest (kcal/mol)",
    "mae": "MAE (kcal/mol)",
    "holds": "Holds",
    "verdict": "Verdict",
    "note": "Note",
}


def summary(
    study: Mapping[str, Any],
    metrics: Mapping[str, pd.DataFrame],
    curves: Mapping[str, pd.DataFrame],
) -> pd.DataFrame:
    """Put each experiment's errors in a row, best held-out error first.

    A row of the errors on each further set of geometries follows.

    Parameters
    ----------
    study
        The config.
    metrics, curves
        For each experiment its `metrics.csv` and `learning_curve.csv`.

    Returns
    -------
    DataFrame
        Columns as in `SUMMARY_HEADINGS`: errors on the study's own split, and mean and standard
        deviation of the held-out MAE over all splits of the learning curve at the whole training
        set, of which the study's own is the first.
    """
    rows = []
    for name, experiment in study["experiments"].items():
        table = metrics[name].set_index(["partition", "transform"])
        trained_on, curve = experiment["train_on"], curves[name]
        train, full_size = table.loc[TRAIN, trained_on], curve[curve["size"] == curve["size"].max()]
        for tested_on in dict.fromkeys(curve["tested_on"]):
            partition = TEST if tested_on == HELD_OUT else tested_on
            test = table.loc[partition, trained_on]
            errors = full_size.loc[full_size["tested_on"] == tested_on, "mae"]
            rows.append(
                {
                    "experiment": name,
                    "features": " + ".join(feature_sets(experiment)),
                    "model": experiment["model"],
                    "trained_on": trained_on,
                    "n_train": int(train["n"]),
                    "train_mae_kcal_mol": train["mae"],
                    "tested_on": tested_on,
                    "n_test": int(test["n"]),
                    "test_mae_kcal_mol": test["mae"],
                    "resplit_mae_mean_kcal_mol": errors.mean(),
                    "resplit_mae_std_kcal_mol": errors.std() if len(errors) > 1 else np.nan,
                    "test_r2": test["r2"],
                    "moved_mae_kcal_mol": table.loc[partition]["mae"].max(),
                    "note": test["note"] or test.get("approximation", ""),
                }
            )
    table = pd.DataFrame(rows)
    held_out_mae = held_out(table).set_index("experiment")["resplit_mae_mean_kcal_mol"]
    rounded_mae = (held_out_mae / HOLDS_BELOW).round()  # errors that round-off alone tells apart
    order = table["experiment"].map(rounded_mae).sort_values(kind="stable").index
    return table.loc[order].reset_index(drop=True)


def held_out(summary: pd.DataFrame) -> pd.DataFrame:
    """The rows of errors on held-out conformers: one for each experiment."""
    return summary[summary["tested_on"] == HELD_OUT].reset_index(drop=True)


def symmetry(
    study: Mapping[str, Any],
    metrics: Mapping[str, pd.DataFrame],
    broken_by_level: Mapping[str, Sequence[str]],
    idle_transforms: Collection[str] = (),
) -> pd.DataFrame:
    """Hold what each experiment claims against what was seen on the held-out conformers.

    Parameters
    ----------
    study
        The config.
    metrics
        For each experiment its `metrics.csv`.
    broken_by_level
        For each level the transforms that it does not keep itself.
    idle_transforms
        The transforms that move nothing in this molecule.

    Returns
    -------
    DataFrame
        Columns as in `SYMMETRY_HEADINGS`: an experiment and a transform a row. `holds` says that no
        prediction moved by more than 1e-6 kcal/mol; `verdict` what that makes of the claim.
        Nothing is claimed of a probe. Nothing is judged where a level behind the experiment breaks
        the symmetry itself, where the model predicts one value, or where nothing moves.
    """
    rows = []
    for name in study["experiments"]:
        table = metrics[name].set_index(["partition", "transform"])
        levels = levels_behind(study, name)
        for transform, settings in study["transforms"].items():
            kind = TRANSFORMS[settings["kind"]]
            claims = kind.keeps_energy and kind.symmetries <= claimed(study, name)
            row = {"experiment": name, "transform": transform}
            metrics_row = table.loc[TEST, transform]
            row |= judged(metrics_row, claims, HOLDS_BELOW) | {"note": metrics_row["note"]}
            breaking_levels = [
                level for level in levels if transform in broken_by_level.get(level, ())
            ]
            if not kind.keeps_energy:
                row["verdict"] = PROBE
            elif breaking_levels:
                labels = " and ".join(
                    level_row(level, own_levels(study)).label for level in breaking_levels
                )
                row |= {"verdict": LEVEL_BREAKS, "note": f"{labels} tells these atoms apart"}
            elif metrics_row["note"]:
                row["verdict"] = CONSTANT
            elif transform in idle_transforms:
                row |= {"verdict": MOVES_NOTHING, "note": NOWHERE}
            rows.append(row)
    return pd.DataFrame(rows)
