"""How many chosen labels reach the error of all random ones."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from confsym.acquisition.choice import CHOSEN, RANDOM
from confsym.acquisition.curves import MEASURES
from confsym.storage.files import Table
from confsym.storage.numbers import significant

HEADINGS = {
    "experiment": "Experiment",
    "measure": "Error",
    "labels_random": "Random labels",
    "error_random": "Error of random ones (kcal/mol, kcal/mol/Å)",
    "error_random_std": "± of random ones (kcal/mol, kcal/mol/Å)",
    "labels_chosen": "Chosen labels for it",
    "error_chosen": "Error of chosen ones (kcal/mol, kcal/mol/Å)",
    "error_chosen_std": "± of chosen ones (kcal/mol, kcal/mol/Å)",
    "repeats_better": "Repeats in which these suffice",
    "repeats": "Repeats",
}


def table(curves: Mapping[str, Table]) -> pd.DataFrame:
    """The fewest chosen labels whose error is not above that of all random ones.

    Parameters
    ----------
    curves
        For each experiment its `acquisition.csv`.

    Returns
    -------
    DataFrame
        Columns as in `HEADINGS`, a row for each experiment and measure. Errors are means over
        repeats. Where no round is as good, `labels_chosen` is empty and the chosen error is that of
        the last round.
    """
    rows = [
        {"experiment": name} | row(pd.DataFrame(curve), column)
        for name, curve in curves.items()
        for column in MEASURES
    ]
    return pd.DataFrame(rows, columns=list(HEADINGS))


def row(curve: pd.DataFrame, column: str) -> dict:
    """One measure of one experiment."""
    by_labels = {
        by: rows.pivot_table(index="labels", columns="repeat", values=column)
        for by, rows in curve.groupby("by")
    }
    random, chosen = by_labels[RANDOM].iloc[-1], by_labels[CHOSEN]
    enough = chosen.index[chosen.mean(axis=1) <= random.mean()]
    labels = enough.min() if len(enough) else np.nan
    errors = chosen.loc[labels] if len(enough) else chosen.iloc[-1]
    return {
        "measure": MEASURES[column],
        "labels_random": int(random.name),
        "error_random": random.mean(),
        "error_random_std": random.std(),
        "labels_chosen": labels,
        "error_chosen": errors.mean(),
        "error_chosen_std": errors.std(),
        "repeats_better": int((errors <= random).sum()),
        "repeats": len(random),
    }


def in_words(savings: pd.DataFrame) -> Iterator[str]:
    """A sentence for each row of the table."""
    for row in savings.itertuples():
        error, labels = significant(row.error_random), row.labels_chosen
        of_all = f"the {row.measure} of {row.labels_random} random labels is {error}"
        sentence = f"{row.experiment}: {of_all}"
        if np.isnan(labels):
            yield f"{sentence}; no round of chosen labels reaches it"
        else:
            better = f"in {row.repeats_better} of {row.repeats} repeats"
            yield f"{sentence}; {labels:.0f} chosen labels reach it, {better}"
