"""How well each stereoisomer is predicted, where an ensemble mixes several."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from confsym.conformers.split import TEST, TRAIN
from confsym.storage.files import Table

HEADINGS = {
    "experiment": "Experiment",
    "stereoisomer": "Stereoisomer",
    "n_train": "Training conformers",
    "n_test": "Held-out conformers",
    "test_mae_kcal_mol": "Test MAE (kcal/mol)",
}


def by_stereoisomer(
    predicted: Mapping[str, Table], home: Mapping[str, str], stereoisomer: np.ndarray
) -> pd.DataFrame:
    """Held-out errors of each experiment on each stereoisomer.

    Parameters
    ----------
    predicted
        Of each experiment, the table from `predictions`.
    home
        Of each experiment, the transform that it trained on.
    stereoisomer : (conformers,) str
        Of each conformer.

    Returns
    -------
    DataFrame
        Columns as in `HEADINGS`; no row where all conformers are one stereoisomer. An error is
        missing where none of a stereoisomer's conformers is held out.
    """
    names = np.unique(stereoisomer)
    rows = []
    for experiment, table in predicted.items() if len(names) > 1 else ():
        own = np.isin(table["partition"], (TRAIN, TEST)) & (table["transform"] == home[experiment])
        partition, conformer = table["partition"][own], table["conformer"][own]
        error = np.abs(table["predicted"][own] - table["energy"][own])
        for name in names:
            here = stereoisomer[conformer] == name
            test = error[here & (partition == TEST)]
            rows.append(
                {
                    "experiment": experiment,
                    "stereoisomer": name,
                    "n_train": int((here & (partition == TRAIN)).sum()),
                    "n_test": len(test),
                    "test_mae_kcal_mol": float(test.mean()) if len(test) else np.nan,
                }
            )
    numbers = {"n_train": int, "n_test": int, "test_mae_kcal_mol": float}
    return pd.DataFrame(rows, columns=list(HEADINGS)).astype(numbers)
