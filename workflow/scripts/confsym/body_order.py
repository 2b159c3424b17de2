"""How much of the energy is in terms of one, two, three and four atoms."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from confsym.experiment import feature_sets
from confsym.features.registry import FEATURES

HEADINGS = {
    "experiment": "Experiment",
    "label": "Features",
    "body_order": "Body order",
    "size": "Training conformers",
    "mae_kcal_mol": "Held-out MAE (kcal/mol)",
    "spread_kcal_mol": "± over splits (kcal/mol)",
}


def order_of(study: Mapping[str, Any], experiment: str) -> int | None:
    """Most atoms whose positions meet in one term of an experiment's features, if one can say."""
    sets = [study["features"][name] for name in feature_sets(study["experiments"][experiment])]
    orders = [FEATURES[settings["kind"]].order(settings) for settings in sets]
    return None if None in orders else max(orders)


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
    parts = []
    for experiment, curve in curves.items():
        sets = [study["features"][name] for name in feature_sets(study["experiments"][experiment])]
        found = curve.groupby("size")["mae"].agg(["mean", "std"]).reset_index()
        found.columns = ["size", "mae_kcal_mol", "spread_kcal_mol"]
        label = " + ".join(FEATURES[settings["kind"]].label for settings in sets)
        parts.append(
            found.assign(experiment=experiment, label=label, body_order=order_of(study, experiment))
        )
    whole = pd.concat(parts)[list(HEADINGS)]
    return whole.sort_values("body_order", kind="stable", ignore_index=True)
