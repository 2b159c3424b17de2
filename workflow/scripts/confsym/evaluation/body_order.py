"""How much of the energy is in terms of one, two, three and four atoms."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from confsym.conformers.split import HELD_OUT
from confsym.features.registry import FEATURES
from confsym.study.experiments import body_order, features_of

HEADINGS = {
    "experiment": "Experiment",
    "label": "Features",
    "body_order": "Body order",
    "size": "Training conformers",
    "mae_kcal_mol": "Held-out MAE (kcal/mol)",
    "spread_kcal_mol": "± over splits (kcal/mol)",
}


def table(study: Mapping[str, Any], curves: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Put learning curves in the order of the features' body order.

    Parameters
    ----------
    study
        The config.
    curves
        `learning_curve.csv` of each experiment that has a body order.

    Returns
    -------
    DataFrame
        Columns as in `HEADINGS`: an experiment and a number of training conformers a row.
    """
    tables = []
    for name, curve in curves.items():
        curve = curve[curve["tested_on"] == HELD_OUT]
        means = curve.groupby("size")["mae"].agg(["mean", "std"]).reset_index()
        means.columns = ["size", "mae_kcal_mol", "spread_kcal_mol"]
        label = " + ".join(
            FEATURES[settings["kind"]].label for settings in features_of(study, name)
        )
        order = body_order(study, name)
        tables.append(means.assign(experiment=name, label=label, body_order=order))
    combined = pd.concat(tables)[list(HEADINGS)]
    return combined.sort_values("body_order", kind="stable", ignore_index=True)
