"""What learning the difference from a cheaper level buys, by number of training conformers."""

from collections.abc import Mapping

import pandas as pd

HEADINGS = {
    "experiment": "Experiment",
    "baseline": "Beyond",
    "without": "Held against",
    "tested_on": "Tested on",
    "size": "Training conformers",
    "mae_kcal_mol": "MAE (kcal/mol)",
    "spread_kcal_mol": "± over splits (kcal/mol)",
    "mae_without_kcal_mol": "MAE without (kcal/mol)",
    "spread_without_kcal_mol": "± without (kcal/mol)",
    "ratio": "Without : with",
}


def table(
    pairs: Mapping[str, Mapping[str, str]], curves: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Put the learning curves of experiments with and without a cheaper level side by side.

    Parameters
    ----------
    pairs
        From `confsym.study.experiments.baseline_pairs`.
    curves
        `learning_curve.csv` of all these experiments.

    Returns
    -------
    DataFrame
        Columns as in `HEADINGS`: a pair, a set and a number of training conformers a row. Errors
        are means over splits.
    """
    parts = []
    for name, pair in pairs.items():
        ours, theirs = _means(curves[name]), _means(curves[pair["without"]])
        both = ours.join(theirs, rsuffix="_without", how="inner").reset_index()
        both = both.rename(
            columns=lambda column: column if column in HEADINGS else f"{column}_kcal_mol"
        )
        both["ratio"] = both["mae_without_kcal_mol"] / both["mae_kcal_mol"]
        parts.append(both.assign(experiment=name, **pair))
    return pd.concat(parts, ignore_index=True)[list(HEADINGS)]


def _means(curve: pd.DataFrame) -> pd.DataFrame:
    """Mean and standard deviation over splits by set and size, sets in the order of the curve."""
    found = curve.groupby(["tested_on", "size"], sort=False)["mae"].agg(["mean", "std"])
    found.columns = ["mae", "spread"]
    sets = {name: place for place, name in enumerate(dict.fromkeys(curve["tested_on"]))}
    return found.sort_index(
        key=lambda index: index.map(sets) if index.name == "tested_on" else index
    )
