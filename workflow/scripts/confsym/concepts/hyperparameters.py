"""Hyper-parameters: how they are searched, and what it costs to choose them on test data."""

import numpy as np
import pandas as pd

from confsym.concepts.kernel_regression import Split, cross_validation, folds
from confsym.concepts.page import TopicResults
from confsym.concepts.sample import Sample, internal
from confsym.concepts.search import SEARCHES
from confsym.storage.numbers import Number

TITLE = "Hyper-parameters"
CAPTION = """
Kernel ridge regression with a Gaussian kernel on all internal coordinates has two
hyper-parameters, a length scale (in root-mean-square distances of training conformers) and a
penalty alpha. **Left:** cross-validated mean absolute error ({inner} inner folds of the first of
{outer} outer training sets), with the trials of three searches of {trials} trials each.
**Middle:** the best inner error so far, averaged over the outer folds; after {trials} trials a
grid has found {grid_inner}, random points {random_inner} and Bayesian optimisation
{bayesian_inner} kcal/mol. On outer folds that the search never saw the chosen models err by
{grid_outer} ± {grid_spread}, {random_outer} ± {random_spread} and {bayesian_outer} ±
{bayesian_spread} kcal/mol (mean and standard deviation over {outer} folds of {conformers}
conformers in all). **Right:** the leak. With {leak_train} training conformers the
hyper-parameters, one of {candidates} pairs, are chosen by the error on a test set, and that error
is reported; the same model's error on {fresh} conformers that took no part says by how much the
report is too good. Beside it the same for a choice by cross-validation inside the training set,
reported on the same test set: what is left of the difference is the leak. On test sets of
{test_least} it is {leak_least} ± {error_least} kcal/mol, on test sets of {test_most} it is
{leak_most} ± {error_most} (mean and standard error of {repeats} repeats).
"""

BOX = ((-1.0, 2.0), (-8.0, 1.0))  # log10 of length scale and penalty
CONFORMERS, OUTER, INNER, TRIALS = 400, 4, 4, 25
MAP = 25  # cells along each side of the heat map
LEAK_TRAIN, LEAK_CELLS, REPEATS = 100, 10, 100
FRESH = 500  # conformers that stand for all others
LEAK_TEST = (5, 10, 20, 50, 100)
SEED = 3


def measure(sample: Sample) -> TopicResults:
    """Search in nested cross-validation, and measure what tuning on test data hides."""
    _, values = internal(sample)
    tables = nested(values, sample.energy, sample.train[:CONFORMERS])
    tables["leak"] = leak(values, sample.energy, np.sort(np.r_[sample.train, sample.held_out]))
    return TopicResults(tables, _numbers(tables, min(CONFORMERS, len(sample.train))))


def nested(values: np.ndarray, energy: np.ndarray, members: np.ndarray) -> dict:
    """Search on the training part of each outer fold, then test the choice on the fold.

    Returns
    -------
    dict
        trials: outer fold, search, trial, parameters, inner error. nested: outer fold, search,
        inner and outer error of the choice. map: inner error over the whole box, fold 0.
    """
    trials, choices, cells = [], [], pd.DataFrame()
    for fold, fold_rows in enumerate(folds(len(members), OUTER, SEED)):
        learn, test = np.delete(members, fold_rows), members[fold_rows]
        inner = cross_validation(values, energy, learn, INNER, SEED)
        final = Split(values, energy, learn, test)

        def objective(length: float, penalty: float, inner=inner) -> float:
            return float(np.mean([split.error(length, penalty) for split in inner]))

        for name, search in SEARCHES.items():
            search_trials = search(objective, BOX, TRIALS, SEED + fold)
            rows = [(fold, name, number, *trial) for number, trial in enumerate(search_trials, 1)]
            trials += rows
            length, penalty, error = min(search_trials, key=lambda trial: trial[2])
            choices.append((fold, name, length, penalty, error, final.error(length, penalty)))
        if fold == 0:
            cells = heat_map(inner)
    parameters = ["log10_length_scale", "log10_alpha"]
    return {
        "map": cells,
        "trials": pd.DataFrame(
            trials, columns=["outer_fold", "search", "trial", *parameters, "inner_mae"]
        ),
        "nested": pd.DataFrame(
            choices, columns=["outer_fold", "search", *parameters, "inner_mae", "outer_mae"]
        ),
    }


def heat_map(inner: list[Split]) -> pd.DataFrame:
    """Mean error of some splits in each cell of the box."""
    lengths, penalties = (np.linspace(*ends, MAP) for ends in BOX)
    error = np.mean([split.errors(lengths, penalties) for split in inner], axis=0)
    length, penalty = np.meshgrid(lengths, penalties, indexing="ij")
    cells = {"log10_length_scale": length.ravel(), "log10_alpha": penalty.ravel()}
    return pd.DataFrame(cells | {"inner_mae": error.ravel()})


def leak(values: np.ndarray, energy: np.ndarray, conformers: np.ndarray) -> pd.DataFrame:
    """Choose by test error, or by cross-validation; report the test error; hold it against truth.

    Returns
    -------
    DataFrame
        repeat; conformers that train, that test, and fresh ones; tuned_reported and tuned_true:
        the error on the test set and on fresh conformers of what the test set chose;
        honest_reported and honest_true: of what cross-validation inside the training set chose.
        kcal/mol.
    """
    rng = np.random.default_rng(SEED)
    lengths, penalties = (np.linspace(*ends, LEAK_CELLS) for ends in BOX)
    train = min(LEAK_TRAIN, len(conformers) // 3)
    tests = [size for size in LEAK_TEST if size <= len(conformers) // 4]
    rows = []
    for repeat in range(REPEATS):
        learn, others = np.split(
            rng.permutation(conformers)[: train + FRESH + LEAK_TEST[-1]], [train]
        )
        split = Split(values, energy, learn, others)
        inner = cross_validation(values, energy, learn, INNER, SEED)
        by_training = np.mean(
            [inner_split.errors(lengths, penalties) for inner_split in inner], axis=0
        ).argmin()
        predicted = np.concatenate([split.predict_path(length, penalties) for length in lengths])
        loss = np.abs(predicted - split.true)  # (candidates, rest)
        for size in tests:
            on_test, truth = loss[:, :size].mean(axis=1), loss[:, tests[-1] :].mean(axis=1)
            pairs = [(on_test[c], truth[c]) for c in (on_test.argmin(), by_training)]
            rows.append((repeat, train, size, len(others) - tests[-1], *pairs[0], *pairs[1]))
    columns = ["repeat", "train", "test", "fresh", "tuned_reported", "tuned_true"]
    return pd.DataFrame(rows, columns=[*columns, "honest_reported", "honest_true"])


def leak_sizes(table: pd.DataFrame) -> pd.DataFrame:
    """By test size: by how much reports are too good, kcal/mol; mean and error over repeats.

    "tuned" and "honest" are of the two choices, "leak" is their difference, repeat by repeat.
    """
    gaps = pd.DataFrame(
        {
            "test": table["test"],
            "tuned": table["tuned_true"] - table["tuned_reported"],
            "honest": table["honest_true"] - table["honest_reported"],
        }
    )
    gaps["leak"] = gaps["tuned"] - gaps["honest"]
    return gaps.groupby("test").agg(["mean", "sem"])


def _numbers(tables: dict, conformers: int) -> list[Number]:
    unit = "kcal/mol"
    numbers = [
        Number("conformers", conformers, "", "conformers in nested cross-validation"),
        Number("outer", OUTER, "", "outer folds"),
        Number("inner", INNER, "", "inner folds"),
        Number("trials", TRIALS, "", "trials of each search"),
        Number("leak_train", tables["leak"]["train"].iloc[0], "", "training conformers, leak"),
        Number("candidates", LEAK_CELLS**2, "", "candidates, leak"),
        Number("repeats", REPEATS, "", "repeats, leak"),
        Number("fresh", tables["leak"]["fresh"].iloc[0], "", "conformers that took no part"),
    ]
    for name, outer_folds in tables["nested"].groupby("search", sort=False):
        label, outer = name.lower(), outer_folds["outer_mae"]
        numbers += [
            Number(f"{label}_inner", outer_folds["inner_mae"].mean(), unit, f"{name}: inner error"),
            Number(f"{label}_outer", outer.mean(), unit, f"{name}: outer error"),
            Number(f"{label}_spread", outer.std(), unit, f"{name}: its spread over folds"),
        ]
    leaks = leak_sizes(tables["leak"])
    for place, size in {"least": leaks.index[0], "most": leaks.index[-1]}.items():
        row, on = leaks.loc[size], f"test set of {size}"
        numbers += [
            Number(f"test_{place}", size, "", f"{place} conformers of a test set"),
            Number(f"leak_{place}", row["leak", "mean"], unit, f"leak, {on}"),
            Number(f"error_{place}", row["leak", "sem"], unit, f"standard error, {on}"),
        ]
    return numbers
