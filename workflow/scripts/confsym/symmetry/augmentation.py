"""What augmentation buys: errors as embedded and in a random pose, against the number of copies."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from confsym.study.experiments import copies_of, families, feature_sets

HEADINGS = {
    "family": "Comparison",
    "experiment": "Experiment",
    "invariant": "Invariant features",
    "copies": "Copies of each conformer",
    "rows": "Rows to train on",
    "repeat": "Split",
    "mae_embedded_kcal_mol": "MAE as embedded (kcal/mol)",
    "mae_posed_kcal_mol": "MAE in a random pose (kcal/mol)",
}


def table(study: Mapping[str, Any], errors: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Put the splits of all compared experiments below each other.

    Parameters
    ----------
    study
        The config's sections features and experiments.
    errors
        From `resplits.pose_errors`, for each experiment that `families` names.

    Returns
    -------
    DataFrame
        Columns as in `HEADINGS`; `invariant` says that the features are unmoved by a pose.
    """
    tables = []
    for family, names in families(study).items():
        augmented = next(name for name in names if copies_of(study["experiments"][name]))
        sets = feature_sets(study["experiments"][augmented])
        for name in names:
            entry = study["experiments"][name]
            tables.append(
                errors[name].assign(
                    family=family,
                    experiment=name,
                    invariant=feature_sets(entry) != sets,
                    copies=copies_of(entry),
                )
            )
    return pd.concat(tables, ignore_index=True)[list(HEADINGS)]
