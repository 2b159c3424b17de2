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
    tables = []
    for name, pair in pairs.items():
        with_baseline, without_baseline = _means(curves[name]), _means(curves[pair["without"]])
        joined = with_baseline.join(without_baseline, rsuffix="_without", how="inner").reset_index()
        joined = joined.rename(
            columns=lambda column: column if column in HEADINGS else f"{column}_kcal_mol"
        )
        joined["ratio"] = joined["mae_without_kcal_mol"] / joined["mae_kcal_mol"]
        tables.append(joined.assign(experiment=name, **pair))
    return pd.concat(tables, ignore_index=True)[list(HEADINGS)]


def _means(curve: pd.DataFrame) -> pd.DataFrame:
    """Mean and standard deviation over splits by set and size, sets in the order of the curve."""
    means = curve.groupby(["tested_on", "size"], sort=False)["mae"].agg(["mean", "std"])
    means.columns = ["mae", "spread"]
    sets = {name: rank for rank, name in enumerate(dict.fromkeys(curve["tested_on"]))}
    return means.sort_index(
        key=lambda index: index.map(sets) if index.name == "tested_on" else index
    )
