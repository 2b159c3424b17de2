"""Feature selection, and how small its error seems when it has seen the answers."""

import numpy as np
import pandas as pd

from confsym.concepts.kernel_regression import folds
from confsym.concepts.least_squares import ridge_path
from confsym.concepts.page import TopicResults
from confsym.concepts.sample import Sample, internal, sizes
from confsym.concepts.selectors import SELECTORS, by_filter
from confsym.models.scaling import Standardizer
from confsym.storage.numbers import Number

TITLE = "Feature selection"
CAPTION = """
**Left:** held-out mean absolute error of least squares on the first so many of {columns} internal
coordinates, put in order by the {train} training conformers alone: by correlation with the energy
(a filter), by forward selection (a wrapper), by when they enter the LASSO's path (embedded), and
by how unlike each other they are (farthest point, which never asks the energy). Means over
{resamples} training sets, bars are standard deviations. The best of each: filter {filter_best}
kcal/mol with {filter_columns} columns, wrapper {wrapper_best} with {wrapper_columns}, LASSO
{embedded_best} with {embedded_columns}, farthest point {farthest_best} with {farthest_columns}.
**Right:** selection bias. With {few} conformers and the {chosen} columns of largest correlation,
{folds}-fold cross-validation reports an error that is too small where the columns were chosen on
all {few} beforehand, rather than anew inside each fold: with {candidates} columns to choose from
{outside} instead of {inside} kcal/mol, a bias of {bias} ± {bias_error} kcal/mol (mean and standard
error of {repeats} repeats; conformers that took no part have {fresh}). With the same energies
dealt out at random, so that there is nothing to be learned, it reports {shuffled_outside} instead
of {shuffled_inside}, a bias of {shuffled_bias} ± {shuffled_error}, where predicting the mean has
{mean_error}.
"""

TRAIN, TEST, RESAMPLES, MOST_COLUMNS = 300, 600, 8, 100
FEW, CHOSEN, FOLDS, REPEATS = 60, 10, 5, 40
PENALTY = 1e-6  # of standardised columns: nothing but a guard against equal ones
SEED = 6


def measure(sample: Sample) -> TopicResults:
    """Error against number of columns for each way to select, and the bias of peeking."""
    _, values = internal(sample)
    tables = {"selection": selection(values, sample), "bias": bias(values, sample)}
    return TopicResults(tables, _numbers(tables, values.shape[1], sample))


def selection(values: np.ndarray, sample: Sample) -> pd.DataFrame:
    """Held-out error by selector and number of columns: mean and spread over training sets."""
    rng = np.random.default_rng(SEED)
    size, test = min(TRAIN, len(sample.train) // 2), sample.held_out[:TEST]
    max_columns = min(MOST_COLUMNS, values.shape[1], size // 2)
    rows = []
    for resample in range(RESAMPLES):
        learn = rng.choice(sample.train, size, replace=False)
        scaled = Standardizer().fit(values[learn]).transform(values)
        for name, select in SELECTORS.items():
            order = select(scaled[learn], sample.energy[learn], max_columns)
            for count in (count for count in sizes(1, max_columns, 12) if count <= len(order)):
                error = held_out_error(scaled[:, order[:count]], sample.energy, learn, test)
                rows.append((name, count, resample, error))
    table = pd.DataFrame(rows, columns=["selector", "columns", "resample", "mae"])
    grouped = table.groupby(["selector", "columns"], sort=False)["mae"]
    return grouped.agg(mae="mean", spread="std").reset_index()


def held_out_error(
    values: np.ndarray, energy: np.ndarray, learn: np.ndarray, test: np.ndarray
) -> float:
    """Mean absolute error on `test` of least squares fitted to `learn`, kcal/mol."""
    (predicted,) = ridge_path(values[learn], energy[learn], values[test], [PENALTY])
    return float(np.abs(predicted - energy[test]).mean())


def bias(values: np.ndarray, sample: Sample) -> pd.DataFrame:
    """Cross-validated errors with columns chosen outside and inside the folds.

    Returns
    -------
    DataFrame
        energies ("true" or "shuffled"), candidates, repeat; outside, inside: cross-validated
        errors; fresh: error on held-out conformers; mean: of the mean energy there. kcal/mol.
    """
    rng = np.random.default_rng(SEED)
    size = min(FEW, len(sample.train) // 2)
    rows = []
    for repeat in range(REPEATS):
        members = rng.choice(sample.train, size, replace=False)
        columns, shuffled = rng.permutation(values.shape[1]), rng.permutation(sample.energy)
        fold_rows = folds(size, FOLDS, SEED + repeat)
        for count in sizes(min(CHOSEN, values.shape[1]), values.shape[1], 5):
            candidates = values[:, columns[:count]]
            for name, energy in {"true": sample.energy, "shuffled": shuffled}.items():
                errors = peeking(candidates, energy, members, fold_rows, sample.held_out[:TEST])
                rows.append({"energies": name, "candidates": count, "repeat": repeat} | errors)
    return pd.DataFrame(rows)


def peeking(
    values: np.ndarray,
    energy: np.ndarray,
    members: np.ndarray,
    fold_rows: list[np.ndarray],
    test: np.ndarray,
) -> dict[str, float]:
    """Errors of least squares on columns chosen by correlation, with and without peeking."""

    def choose(learn: np.ndarray) -> np.ndarray:
        return by_filter(Standardizer().fit_transform(values[learn]), energy[learn], CHOSEN)

    columns_outside = choose(members)
    errors: dict[str, list[float]] = {"outside": [], "inside": []}
    for fold in fold_rows:
        learn, left_out = np.delete(members, fold), members[fold]
        for where, columns in {"outside": columns_outside, "inside": choose(learn)}.items():
            errors[where].append(held_out_error(values[:, columns], energy, learn, left_out))
    return {where: float(np.mean(errors_of_folds)) for where, errors_of_folds in errors.items()} | {
        "fresh": held_out_error(values[:, columns_outside], energy, members, test),
        "mean": float(np.abs(energy[test] - energy[members].mean()).mean()),
    }


def _numbers(tables: dict, columns: int, sample: Sample) -> list[Number]:
    unit = "kcal/mol"
    numbers = [
        Number("columns", columns, "", "internal coordinates"),
        Number("train", min(TRAIN, len(sample.train) // 2), "", "training conformers"),
        Number("resamples", RESAMPLES, "", "training sets"),
        Number("few", min(FEW, len(sample.train) // 2), "", "conformers, bias"),
        Number("chosen", min(CHOSEN, columns), "", "columns chosen, bias"),
        Number("folds", FOLDS, "", "folds, bias"),
        Number("repeats", REPEATS, "", "repeats, bias"),
        Number("candidates", columns, "", "columns to choose from, bias"),
    ]
    for name, curve in tables["selection"].groupby("selector", sort=False):
        best, label = curve.loc[curve["mae"].idxmin()], name.split()[0]
        numbers += [
            Number(f"{label}_best", best["mae"], unit, f"{name}: smallest error"),
            Number(f"{label}_columns", int(best["columns"]), "", f"{name}: its columns"),
        ]
    all_candidates = tables["bias"][
        tables["bias"]["candidates"] == tables["bias"]["candidates"].max()
    ]
    for energies, prefix in {"true": "", "shuffled": "shuffled_"}.items():
        of_energies = all_candidates[all_candidates["energies"] == energies]
        gap = of_energies["inside"] - of_energies["outside"]
        numbers += [
            Number(f"{prefix}outside", of_energies["outside"].mean(), unit, f"{energies}: outside"),
            Number(f"{prefix}inside", of_energies["inside"].mean(), unit, f"{energies}: inside"),
            Number(f"{prefix}bias", gap.mean(), unit, f"{energies}: selection bias"),
            Number(f"{prefix or 'bias_'}error", gap.sem(), unit, f"{energies}: standard error"),
        ]
        if energies == "true":
            numbers.append(Number("fresh", of_energies["fresh"].mean(), unit, "error on others"))
        else:
            numbers.append(
                Number("mean_error", of_energies["mean"].mean(), unit, "the mean's error")
            )
    return numbers
