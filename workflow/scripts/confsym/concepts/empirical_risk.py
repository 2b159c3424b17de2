"""Empirical risk minimisation: the risk on a sample, the risk itself, and how well it is known."""

import numpy as np
import pandas as pd

from confsym.concepts.least_squares import ridge_path
from confsym.concepts.page import TopicResults
from confsym.concepts.sample import Sample, internal, sizes, skeleton
from confsym.storage.numbers import Number

TITLE = "Empirical risk minimisation"
CAPTION = """
Empirical risk is the mean squared error on the conformers that a model was fitted to; what one
wants small is the risk on conformers that it never saw. **Left:** ridge regression (alpha =
{alpha}) on two sets of hypotheses, over {resamples} random samples of each size (mean, and
standard deviation as bars). The small set has the {small} internal coordinates of the heavy atoms
as columns, the large set all {large}. From {least} conformers the small set has an empirical risk
of {small_train_least} and a held-out risk of {small_test_least} (kcal/mol)², the large set
{large_train_least} and {large_test_least}; from {most} conformers they are {small_train_most} and
{small_test_most}, and {large_train_most} and {large_test_most}. A sample's risk is too rosy
because it was minimised on that sample; the gap closes as the sample grows, later for the set that
offers more to choose from. Where there are about as many conformers as columns the held-out risk
of a barely penalised fit can even rise for a while. **Right:** a risk is itself an estimate. For
one fixed model (the small set, fitted to {most} conformers) the risk measured on m held-out
conformers scatters over {draws} samples, as sigma / √m says: by {spread_least} (kcal/mol)² at m =
{m_least} and {spread_most} at m = {m_most}, with a fitted power of {power} where the formula has
-1/2.
"""

PENALTY = 1.0  # little, and the same everywhere: what changes here is the sample alone
RESAMPLES = 20
DRAWS = 2000
SEED = 1


def measure(sample: Sample) -> TopicResults:
    """Risk on the sample against held-out risk as the sample grows, and the spread of a risk."""
    sets = {"small": skeleton(sample)[1], "large": internal(sample)[1]}
    curves = pd.concat(
        [
            risk_curve(values, sample).assign(hypotheses=name, columns=values.shape[1])
            for name, values in sets.items()
        ]
    )
    values = sets["small"]
    learn, test = sample.train, sample.held_out
    (predicted,) = ridge_path(values[learn], sample.energy[learn], values[test], [PENALTY])
    spread = risk_spread((predicted - sample.energy[test]) ** 2)
    return TopicResults({"curves": curves, "spread": spread}, _numbers(curves, spread))


def risk_curve(values: np.ndarray, sample: Sample) -> pd.DataFrame:
    """Mean and spread over resamples of both risks, (kcal/mol)², by sample size."""
    rng = np.random.default_rng(SEED)
    test = sample.held_out
    rows = []
    for size in sizes(20, len(sample.train), 8):
        risks = []
        for _ in range(RESAMPLES):
            learn = np.sort(rng.choice(sample.train, size, replace=False))
            learn_and_test = np.concatenate([learn, test])
            (predicted,) = ridge_path(
                values[learn], sample.energy[learn], values[learn_and_test], [PENALTY]
            )
            loss = (predicted - sample.energy[learn_and_test]) ** 2
            risks.append((loss[:size].mean(), loss[size:].mean()))
        mean, deviation = np.mean(risks, axis=0), np.std(risks, axis=0, ddof=1)
        rows.append((size, *mean, *deviation))
    columns = ["size", "train_risk", "held_out_risk", "train_spread", "held_out_spread"]
    return pd.DataFrame(rows, columns=columns)


def risk_spread(loss: np.ndarray) -> pd.DataFrame:
    """How far the mean loss of m draws, with replacement, scatters: measured, and sigma / √m.

    Parameters
    ----------
    loss : (n,)
        Squared error of one model on each held-out conformer, (kcal/mol)².
    """
    rng = np.random.default_rng(SEED)
    rows = [
        (
            size,
            np.std([rng.choice(loss, size).mean() for _ in range(DRAWS)], ddof=1),
            loss.std() / np.sqrt(size),
        )
        for size in sizes(5, len(loss), 8)
    ]
    return pd.DataFrame(rows, columns=["held_out", "measured_spread", "formula"])


def _numbers(curves: pd.DataFrame, spread: pd.DataFrame) -> list[Number]:
    squared = "(kcal/mol)²"
    numbers = [
        Number("alpha", PENALTY, "", "penalty of the ridge regressions"),
        Number("resamples", RESAMPLES, "", "samples of each size"),
        Number("draws", DRAWS, "", "held-out samples of each size"),
        Number("least", curves["size"].min(), "", "smallest training sample"),
        Number("most", curves["size"].max(), "", "largest training sample"),
    ]
    for name, curve in curves.groupby("hypotheses", sort=False):
        numbers.append(Number(name, curve["columns"].iloc[0], "", f"columns of the {name} set"))
        for place, row in {"least": curve.iloc[0], "most": curve.iloc[-1]}.items():
            description = f"{name} set, {row['size']} conformers"
            numbers += [
                Number(f"{name}_train_{place}", row["train_risk"], squared, f"risk: {description}"),
                Number(
                    f"{name}_test_{place}",
                    row["held_out_risk"],
                    squared,
                    f"held-out risk: {description}",
                ),
            ]
    power = np.polyfit(np.log(spread["held_out"]), np.log(spread["measured_spread"]), 1)[0]
    first, last = spread.iloc[0], spread.iloc[-1]
    return [
        *numbers,
        Number("m_least", int(first["held_out"]), "", "smallest held-out sample"),
        Number("m_most", int(last["held_out"]), "", "largest held-out sample"),
        Number("spread_least", first["measured_spread"], squared, "spread of the risk, smallest"),
        Number("spread_most", last["measured_spread"], squared, "spread of the risk, largest"),
        Number("power", power, "", "power of m that the spread follows"),
    ]
