"""Whether a model's flags say where it is wrong: along a torsion that it drives itself."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from confsym.evaluation.intervals import absolute
from confsym.storage.files import Table

FLAGS = {"distance": "distance", "deviation_kcal_mol": "standard deviation"}
FEWEST = 3  # geometries whose order says anything
UNKNOWN = "the level cannot be computed"
NOT_RELAXED = "too few geometries relaxed"
CONSTANT = "the flag or the error is the same everywhere"
HEADINGS = {
    "experiment": "Experiment",
    "flag": "Flag",
    "n": "Geometries of the torsion",
    "rank_correlation": "Rank correlation with the error",
    "median_error_kcal_mol": "Median error (kcal/mol)",
    "max_error_kcal_mol": "Largest error (kcal/mol)",
    "note": "Note",
}


def flags(scans: Mapping[str, Table]) -> pd.DataFrame:
    """Hold each flag of each experiment against the error of the model's energy.

    The model drives the torsion, the level is computed at the model's geometries. The error is
    |model − level|, each above its energy at the geometry nearest to the training geometries. That
    one, which has no error by this, does not count. (The lowest geometry of the model may be a
    false minimum, far from all that it knows.) The correlation is Spearman's.

    Parameters
    ----------
    scans
        For each experiment its `torsion_scan.csv`.

    Returns
    -------
    DataFrame
        Columns as in `HEADINGS`; a row for each flag that a model has.
    """
    rows = [row for name, scan in scans.items() for row in _rows(name, scan)]
    return pd.DataFrame(rows, columns=list(HEADINGS))


def _rows(experiment: str, scan: Table) -> list[dict]:
    difference = scan["model_kcal_mol"] - scan["level_kcal_mol"]
    order = np.argsort(scan["distance"], kind="stable")
    nearest = order[np.isfinite(difference[order])][:1]  # none where the level knows nothing
    error = absolute(difference - (difference[nearest[0]] if len(nearest) else 0.0))
    has_error = np.isfinite(error)
    has_error[nearest] = False
    rows = []
    for column, flag in FLAGS.items():
        usable = has_error & np.isfinite(scan[column])
        if column != "distance" and not np.isfinite(scan[column]).any():
            continue  # the model has no such flag
        note = _why_not(error, scan[column], usable)
        correlation = np.nan if note else spearmanr(scan[column][usable], error[usable]).statistic
        errors = error[usable] if usable.any() else np.array([np.nan])
        rows.append(
            {
                "experiment": experiment,
                "flag": flag,
                "n": int(usable.sum()),
                "rank_correlation": float(correlation),
                "median_error_kcal_mol": float(np.median(errors)),
                "max_error_kcal_mol": float(errors.max()),
                "note": note,
            }
        )
    return rows


def _why_not(error: np.ndarray, flag: np.ndarray, usable: np.ndarray) -> str:
    """Why there is no correlation; empty where there is one."""
    if len(error) >= FEWEST and not np.isfinite(error).any():
        return UNKNOWN
    if usable.sum() < FEWEST:
        return NOT_RELAXED
    return "" if np.ptp(error[usable]) > 0 and np.ptp(flag[usable]) > 0 else CONSTANT
