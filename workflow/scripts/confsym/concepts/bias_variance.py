"""The trade-off of bias and variance, measured over resampled training sets."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeRegressor

from confsym.concepts.least_squares import component_path, ridge_path
from confsym.concepts.page import TopicResults
from confsym.concepts.sample import Sample, internal, sizes, skeleton
from confsym.storage.numbers import Number

TITLE = "Bias and variance"
CAPTION = """
Three families of models from stiff (left) to supple (right), each fitted to {resamples} random
samples of {size} training conformers and tested on the same {test} held-out ones. The expected
squared error is the squared bias (of the prediction averaged over the samples) plus the variance
(of the predictions over the samples). An energy is a function of the positions and has no noise,
so there is no third part; what the columns do not say about the energy counts as bias. Over all
points of the curves bias and variance add up to the error of the same samples to {identity}
(kcal/mol)², and {agreeing} of {points} points agree within two standard errors with the error of
{resamples} other samples. Stiffest, best and most supple of each family, in (kcal/mol)²: ridge
regression {ridge_stiff}, {ridge_best} (alpha = {ridge_choice}) and {ridge_supple}; decision trees
{tree_stiff}, {tree_best} (depth {tree_choice}) and {tree_supple}; least squares on principal
components {basis_stiff}, {basis_best} ({basis_choice} components) and {basis_supple}.
"""

RESAMPLES = 40
SIZE = 200  # conformers in each training set: few, so that sets differ
TEST = 500
DEPTHS = (1, 2, 3, 4, 5, 6, 8, 10, 14)
PENALTIES = np.logspace(5, -3, 17)
SEED = 2


def decompose(predicted: np.ndarray, target: np.ndarray) -> dict[str, float]:
    """Split the mean squared error of resampled models into squared bias and variance.

    Geman, Bienenstock and Doursat, Neural Comput. 4, 1 (1992), doi:10.1162/neco.1992.4.1.1. Both
    parts are unbiased estimates: the variance divides by r - 1, and the squared bias loses the
    variance / r that the mean over r samples has of its own. They add up to the error exactly.

    Parameters
    ----------
    predicted : (resamples, n)
    target : (n,)
        Free of noise.

    Returns
    -------
    dict
        bias_squared, variance, error: in the square of the target's unit; and error_spread, the
        standard error of the error over resamples.
    """
    variance = predicted.var(axis=0, ddof=1).mean()
    squared_bias = ((predicted.mean(axis=0) - target) ** 2).mean()
    losses = ((predicted - target) ** 2).mean(axis=1)
    return {
        "bias_squared": float(squared_bias - variance / len(predicted)),
        "variance": float(variance),
        "error": float(losses.mean()),
        "error_spread": float(losses.std(ddof=1) / np.sqrt(len(losses))),
    }


def measure(sample: Sample) -> TopicResults:
    """Decompose the held-out error along three paths of complexity."""
    size, test = min(SIZE, len(sample.train) // 2), sample.held_out[:TEST]
    _, large_values = internal(sample)
    _, small_values = skeleton(sample)
    max_columns = int(
        np.linalg.matrix_rank(
            large_values[sample.train[:size]] - large_values[sample.train].mean(axis=0)
        )
    )
    counts = sizes(1, min(max_columns, size - 1), 16)
    paths = {
        "ridge": (large_values, PENALTIES, ridge_path),
        "tree": (small_values, DEPTHS, tree_path),
        "basis": (large_values, counts, component_path),
    }
    curves = pd.concat(
        [
            path(values, choices, predict, sample, size, test).assign(family=name)
            for name, (values, choices, predict) in paths.items()
        ]
    )
    return TopicResults({"curves": curves}, _numbers(curves, size, len(test)))


def tree_path(values: np.ndarray, target: np.ndarray, new: np.ndarray, depths) -> np.ndarray:
    """Predictions of decision trees of each depth: (depths, m)."""
    trees = [DecisionTreeRegressor(max_depth=depth, random_state=0) for depth in depths]
    return np.array([tree.fit(values, target).predict(new) for tree in trees])


def path(
    values: np.ndarray, choices, predict: Callable, sample: Sample, size: int, test: np.ndarray
) -> pd.DataFrame:
    """Decompose the error of each choice, and take the error of other samples beside it."""
    rng = np.random.default_rng(SEED)
    target = sample.energy[test]
    predicted = []
    for _ in range(2 * RESAMPLES):
        learn = rng.choice(sample.train, size, replace=False)
        predicted.append(predict(values[learn], sample.energy[learn], values[test], choices))
    by_choice = np.moveaxis(predicted, 1, 0)  # (choices, resamples, test)
    rows = []
    for choice, predictions in zip(choices, by_choice, strict=True):
        first_half, second = (decompose(half, target) for half in np.array_split(predictions, 2))
        second_half = {"other_error": second["error"], "other_spread": second["error_spread"]}
        rows.append({"complexity": float(choice)} | first_half | second_half)
    return pd.DataFrame(rows)


def _numbers(curves: pd.DataFrame, size: int, test: int) -> list[Number]:
    decomposition_error = (curves["bias_squared"] + curves["variance"] - curves["error"]).abs()
    gap = (curves["error"] - curves["other_error"]).abs()
    agreeing = gap <= 2 * np.hypot(curves["error_spread"], curves["other_spread"])
    squared = "(kcal/mol)²"
    numbers = [
        Number("resamples", RESAMPLES, "", "training sets"),
        Number("size", size, "", "conformers in each"),
        Number("test", test, "", "held-out conformers"),
        Number(
            "identity",
            decomposition_error.max(),
            squared,
            "largest gap between bias² + variance and error",
        ),
        Number("agreeing", int(agreeing.sum()), "", "points that other samples agree with"),
        Number("points", len(curves), "", "points of all curves"),
    ]
    for name, curve in curves.groupby("family", sort=False):
        best = curve.loc[curve.index[curve["error"].argmin()]]
        errors = {"stiff": curve.iloc[0], "best": best, "supple": curve.iloc[-1]}
        numbers += [
            Number(f"{name}_{place}", row["error"], squared, f"{name}: error, {place}")
            for place, row in errors.items()
        ]
        choice = best["complexity"]
        choice = int(choice) if name != "ridge" else choice
        numbers.append(Number(f"{name}_choice", choice, "", f"{name}: complexity of the best"))
    return numbers
