"""Molecules side by side: which experiment is best where, and whether that can be said at all."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from confsym.conformers.split import TEST
from confsym.evaluation.predictions import EQUAL_BELOW
from confsym.evaluation.summary import held_out

ALONE, SHARED, OPEN = "best", "among the best", "not known"
WIN, TIE, ONE_SPLIT = "win", "tie", "one split says nothing"

ERRORS_HEADINGS = {
    "molecule": "Molecule",
    "level": "Level",
    "experiment": "Experiment",
    "n_test": "Held-out conformers",
    "energy_std_kcal_mol": "σ of their energies (kcal/mol)",
    "mae_kcal_mol": "Held-out MAE, mean over splits (kcal/mol)",
    "spread_kcal_mol": "± over splits (kcal/mol)",
    "relative_mae": "MAE / σ",
    "rank": "Rank",
    "standing": "Standing",
}
WINNERS_HEADINGS = {
    "molecule": "Molecule",
    "level": "Level",
    "n_test": "Held-out conformers",
    "energy_std_kcal_mol": "σ of their energies (kcal/mol)",
    "verdict": "Verdict",
    "best": "Best",
    "mae_kcal_mol": "MAE of the first (kcal/mol)",
    "next": "First that is worse",
    "difference_kcal_mol": "Its MAE is larger by (kcal/mol)",
    "resolved_kcal_mol": "Differences that count (kcal/mol)",
}
RANKS_HEADINGS = {
    "experiment": "Experiment",
    "molecules": "Molecules",
    "mean_rank": "Mean rank",
    "lowest_rank": "Best rank",
    "highest_rank": "Worst rank",
    "wins": "Wins",
    "ties": "Ties for the best",
    "median_relative_mae": "MAE / σ, median",
    "largest_relative_mae": "MAE / σ, largest",
}


def held_out_std(energy: np.ndarray, partition: np.ndarray) -> float:
    """Standard deviation of the held-out energies, kcal/mol: what an error is held against.

    Parameters
    ----------
    energy : (conformers,)
        kcal/mol.
    partition : (conformers,)
        "train", "test", or what else a split may say.
    """
    return float(np.std(np.asarray(energy)[np.asarray(partition) == TEST]))


def errors(
    summaries: Mapping[str, pd.DataFrame],
    deviations: Mapping[str, float],
    levels: Mapping[str, str],
) -> pd.DataFrame:
    """Put the error of each experiment on each molecule in a row, and what it is worth there.

    The best experiment of a molecule is the one with the least held-out MAE, averaged over splits.
    It is best alone if each other is worse by more than `resolved` says; otherwise all that are not
    are among the best. Ranks go by the MAE alone; equal ones share the mean of their ranks, and so
    do all below `EQUAL_BELOW`, which is less than an energy of a conformer means.

    Parameters
    ----------
    summaries
        For each molecule its `summary.csv`.
    deviations
        For each molecule the standard deviation of its held-out energies, kcal/mol.
    levels
        For each molecule the level that its energies are of, as people call it.

    Returns
    -------
    DataFrame
        Columns as in `ERRORS_HEADINGS`: an experiment and a molecule a row, molecules as given,
        best first. The relative MAE is empty where the energies are all equal. The standing is
        empty for what is worse than the best, and "not known" where one split alone cannot say.
    """
    tables = []
    for molecule, summary in summaries.items():
        held_out_rows = held_out(summary)
        mae = held_out_rows["resplit_mae_mean_kcal_mol"]
        spread = held_out_rows["resplit_mae_std_kcal_mol"]
        deviation = deviations[molecule]
        relative = mae / deviation if deviation >= EQUAL_BELOW else np.nan
        ranked = pd.DataFrame(
            {
                "molecule": molecule,
                "level": levels[molecule],
                "experiment": held_out_rows["experiment"],
                "n_test": held_out_rows["n_test"],
                "energy_std_kcal_mol": deviation,
                "mae_kcal_mol": mae,
                "spread_kcal_mol": spread,
                "relative_mae": relative,
                "rank": mae.clip(lower=EQUAL_BELOW).rank(method="average"),
            }
        ).sort_values(["rank", "experiment"], kind="stable", ignore_index=True)
        tables.append(ranked.assign(standing=_standing(ranked)))
    return pd.concat(tables, ignore_index=True)


def resolved(mae: float, spread: float, other_spread: float) -> float:
    """The difference of two MAEs above which the best experiment is better than another, kcal/mol.

    It is the standard deviation of the difference on one split, √(s₁² + s₂²), as if the errors of
    two experiments varied independently. They are fitted to the same splits and mostly rise and
    fall together, so that this calls too much a tie rather than too little. But an experiment that
    is on average more than twice as far off as the best is worse, however much it varies: one that
    fails on some splits is not as good. No difference below `EQUAL_BELOW` counts.

    Parameters
    ----------
    mae
        The MAE of the best, mean over splits, kcal/mol.
    spread, other_spread
        Standard deviations of the MAE over splits, kcal/mol; NaN where there is but one split. An
        experiment on one split is taken to vary as much as the other does.

    Returns
    -------
    float
        NaN where both are.
    """
    spread, other_spread = (
        (other_spread if np.isnan(spread) else spread),
        (spread if np.isnan(other_spread) else other_spread),
    )
    return float(np.maximum(np.minimum(np.hypot(spread, other_spread), mae), EQUAL_BELOW))


def _limits(ranked: pd.DataFrame) -> list[float]:
    """`resolved` for each experiment of one molecule, best first, beside the best."""
    mae, spread = ranked["mae_kcal_mol"].iloc[0], ranked["spread_kcal_mol"]
    return [resolved(mae, spread.iloc[0], other_spread) for other_spread in spread]


def _standing(ranked: pd.DataFrame) -> list[str]:
    """How each experiment of one molecule, best first, compares with the best."""
    mae = ranked["mae_kcal_mol"].to_numpy()
    if len(ranked) == 1:
        return [ALONE]
    limits = _limits(ranked)[1:]
    worse = [
        OPEN if np.isnan(limit) else "" if error - mae[0] > limit else SHARED
        for error, limit in zip(mae[1:], limits, strict=True)
    ]
    first = OPEN if OPEN in worse else SHARED if SHARED in worse else ALONE
    return [first, *worse]


def winners(table: pd.DataFrame) -> pd.DataFrame:
    """Say for each molecule which experiment is best, or which are and cannot be told apart.

    Parameters
    ----------
    table
        From `errors`.

    Returns
    -------
    DataFrame
        Columns as in `WINNERS_HEADINGS`: a molecule a row. `next` is the first experiment that is
        worse beyond doubt, empty where there is none; in a "win" it is the second one.
    """
    rows = []
    for molecule, ranked in table.groupby("molecule", sort=False):
        ranked = ranked.reset_index(drop=True)
        leader, standing = ranked.iloc[0], ranked["standing"]
        best = ranked.loc[standing.isin([ALONE, SHARED, OPEN]), "experiment"]
        worse = ranked[standing == ""]
        row: dict[str, Any] = {
            "molecule": molecule,
            "level": leader["level"],
            "n_test": leader["n_test"],
            "energy_std_kcal_mol": leader["energy_std_kcal_mol"],
            "verdict": {ALONE: WIN, SHARED: TIE, OPEN: ONE_SPLIT}[leader["standing"]],
            "best": ", ".join(best),
            "mae_kcal_mol": leader["mae_kcal_mol"],
            "next": "",
            "difference_kcal_mol": np.nan,
            "resolved_kcal_mol": np.nan,
        }
        if len(worse):
            runner_up = worse.iloc[0]
            row["next"] = runner_up["experiment"]
            row["difference_kcal_mol"] = runner_up["mae_kcal_mol"] - leader["mae_kcal_mol"]
            row["resolved_kcal_mol"] = _limits(ranked)[runner_up.name]
        rows.append(row)
    return pd.DataFrame(rows)


def ranks(table: pd.DataFrame) -> pd.DataFrame:
    """Count over all molecules how an experiment fared, best mean rank first.

    Parameters
    ----------
    table
        From `errors`.

    Returns
    -------
    DataFrame
        Columns as in `RANKS_HEADINGS`: an experiment a row. A win is a molecule that it is best at
        alone, a tie one that it is among the best at. The relative MAE is of the molecules whose
        energies differ.
    """
    rows = [
        {
            "experiment": experiment,
            "molecules": len(results),
            "mean_rank": results["rank"].mean(),
            "lowest_rank": results["rank"].min(),
            "highest_rank": results["rank"].max(),
            "wins": int((results["standing"] == ALONE).sum()),
            "ties": int((results["standing"] == SHARED).sum()),
            "median_relative_mae": results["relative_mae"].median(),
            "largest_relative_mae": results["relative_mae"].max(),
        }
        for experiment, results in table.groupby("experiment", sort=False)
    ]
    return pd.DataFrame(rows).sort_values("mean_rank", kind="stable", ignore_index=True)


def in_words(table: pd.DataFrame) -> str:
    """One line on all molecules, for the log: also that their energies are of several levels.

    Parameters
    ----------
    table
        From `winners`.
    """
    counts = table["verdict"].value_counts()
    wins, ties = counts.get(WIN, 0), counts.get(TIE, 0)
    one_split_clause = (
        f"; on {unknown} one split alone says nothing"
        if (unknown := counts.get(ONE_SPLIT, 0))
        else ""
    )
    levels = table["level"].unique()
    levels_clause = (
        f"; their energies are of {len(levels)} levels, {', '.join(levels)}, so that errors in "
        "kcal/mol differ by level too"
        if len(levels) > 1
        else ""
    )
    return (
        f"{len(table)} molecules: one experiment is best on {wins}, several cannot be told apart "
        f"on {ties}{one_split_clause}{levels_clause}"
    )
