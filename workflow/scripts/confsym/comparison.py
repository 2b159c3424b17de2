"""Tables that set the experiments of a study side by side."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from confsym.evaluation import HOLDS_BELOW, PROBE, judged
from confsym.experiment import feature_sets
from confsym.features.registry import FEATURES
from confsym.models.registry import MODELS
from confsym.split import TEST, TRAIN
from confsym.transforms.registry import TRANSFORMS

SUMMARY_HEADINGS = {
    "experiment": "Experiment",
    "features": "Features",
    "model": "Model",
    "trained_on": "Trained on",
    "n_train": "Training conformers",
    "train_mae_kcal_mol": "Train MAE (kcal/mol)",
    "n_test": "Held-out conformers",
    "test_mae_kcal_mol": "Held-out MAE (kcal/mol)",
    "resplit_mae_mean_kcal_mol": "Mean over splits (kcal/mol)",
    "resplit_mae_std_kcal_mol": "± over splits (kcal/mol)",
    "test_r2": "Held-out R²",
    "moved_mae_kcal_mol": "Largest MAE when moved (kcal/mol)",
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
}


def claimed(study: Mapping[str, Any], experiment: str) -> frozenset[str]:
    """Symmetries that an experiment claims: those of all its features, or of its model."""
    entry = study["experiments"][experiment]
    sets = [study["features"][name] for name in feature_sets(entry)]
    model = study["models"][entry["model"]]
    shared = frozenset.intersection(*(FEATURES[one["kind"]].claims(one) for one in sets))
    return shared | MODELS[model["kind"]].claimed


def summary(
    study: Mapping[str, Any],
    metrics: Mapping[str, pd.DataFrame],
    curves: Mapping[str, pd.DataFrame],
) -> pd.DataFrame:
    """Put each experiment's errors in a row, best held-out error first.

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
        home = experiment["train_on"]
        train, test = table.loc[TRAIN, home], table.loc[TEST, home]
        curve = curves[name]
        largest = curve.loc[curve["size"] == curve["size"].max(), "mae"]
        rows.append(
            {
                "experiment": name,
                "features": " + ".join(feature_sets(experiment)),
                "model": experiment["model"],
                "trained_on": home,
                "n_train": int(train["n"]),
                "train_mae_kcal_mol": train["mae"],
                "n_test": int(test["n"]),
                "test_mae_kcal_mol": test["mae"],
                "resplit_mae_mean_kcal_mol": largest.mean(),
                "resplit_mae_std_kcal_mol": largest.std() if len(largest) > 1 else np.nan,
                "test_r2": test["r2"],
                "moved_mae_kcal_mol": table.loc[TEST]["mae"].max(),
            }
        )
    return pd.DataFrame(rows).sort_values(
        "resplit_mae_mean_kcal_mol", kind="stable", ignore_index=True
    )


def symmetry(study: Mapping[str, Any], metrics: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Hold what each experiment claims against what was seen on the held-out conformers.

    Returns
    -------
    DataFrame
        Columns as in `SYMMETRY_HEADINGS`: an experiment and a transform a row. `holds` says that no
        prediction moved by more than 1e-6 kcal/mol; `verdict` what that makes of the claim.
        Nothing is claimed of a probe.
    """
    rows = []
    for name in study["experiments"]:
        table = metrics[name].set_index(["partition", "transform"])
        for transform, settings in study["transforms"].items():
            kind = TRANSFORMS[settings["kind"]]
            claims = kind.keeps_energy and kind.symmetries <= claimed(study, name)
            row = {"experiment": name, "transform": transform}
            row |= judged(table.loc[TEST, transform], claims, HOLDS_BELOW)
            rows.append(row if kind.keeps_energy else row | {"verdict": PROBE})
    return pd.DataFrame(rows)
