"""How well a model predicts, and whether motions that change no energy change its predictions."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from confsym.conformers.split import TEST, TRAIN
from confsym.evaluation.further_sets import FurtherSet
from confsym.registry import ORIGINAL
from confsym.storage.files import Table

HOLDS_BELOW = 1e-6  # kcal/mol: far above the round-off of any model here, far below any error
ABSURD = 100  # ranges of training energies beyond which a prediction means nothing
EQUAL_BELOW = 1e-3  # kcal/mol: energies closer than this do not tell conformers apart
KEPT, CLAIM_BROKEN, PROBE = "kept", "claim broken", "probe"
KEPT_UNCLAIMED, NOT_KEPT = "kept, not claimed", "not kept, not claimed"  # no promise, none broken
LEVEL_BREAKS, CONSTANT = "the level breaks it", "constant"
NO_FORCES, NO_PATH, MOVES_NOTHING = "no forces", "no path", "moves nothing"
# Verdicts that say nothing about a claim.
UNJUDGED = (PROBE, LEVEL_BREAKS, CONSTANT, NO_FORCES, NO_PATH, MOVES_NOTHING)
NOWHERE = "leaves every atom of this molecule where it is"
NOTHING_TO_LEARN = "all energies are equal, so there is nothing to learn"
ONE_VALUE = "predicts one value for all conformers, which says nothing of symmetry or of skill"


def predictions(
    predict: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray | None]],
    tables: Mapping[str, tuple[np.ndarray, np.ndarray]],
    energy: np.ndarray,
    baseline: np.ndarray,
    partition: np.ndarray,
    probes: Collection[str] = (),
) -> Table:
    """Predict every conformer of every feature table.

    Parameters
    ----------
    predict
        From features (n, features) to kcal/mol (n,), and its standard deviation or None.
    tables
        For each transform, conformer (n,) and features (n, features).
    energy : (conformers,)
        kcal/mol.
    baseline : (conformers,)
        What the model predicts the difference from, kcal/mol.
    partition : (conformers,)
        "train" or "test", or the name of a further set of geometries.
    probes
        Transforms that change the energy. Nobody computed the new one; it is NaN.

    Returns
    -------
    table
        conformer, partition, transform, energy, predicted; and predicted_std where the model
        knows it.
    """
    conformer = np.concatenate([conformers for conformers, _ in tables.values()])
    outputs = [predict(values) for _, values in tables.values()]
    predicted = np.concatenate([mean for mean, _ in outputs])
    transform = np.repeat(list(tables), [len(values) for _, values in tables.values()])
    table = {
        "conformer": conformer,
        "partition": partition[conformer],
        "transform": transform,
        "energy": np.where(np.isin(transform, list(probes)), np.nan, energy[conformer]),
        "predicted": baseline[conformer] + predicted,
    }
    if outputs[0][1] is not None:
        table["predicted_std"] = np.concatenate([deviation for _, deviation in outputs])
    return table


def one_by_one(
    predict: Callable, tables: Iterable[tuple[str, tuple[np.ndarray, np.ndarray]]], *arguments: Any
) -> Table:
    """`predictions` of tables by transform that need not be in memory together."""
    return joined([predictions(predict, {name: table}, *arguments) for name, table in tables])


def of_further_sets(predict: Callable, further_sets: Mapping[str, FurtherSet]) -> Iterator[Table]:
    """`predictions` of each set, whose name is its partition."""
    for name, further_set in further_sets.items():
        yield predictions(
            predict,
            further_set.tables,
            further_set.energy,
            further_set.baseline,
            np.full(len(further_set.energy), name),
        )


def with_deviations(table: Table, deviations: Mapping[str, np.ndarray]) -> Table:
    """A table from `predictions` with a column predicted_std, if there are any.

    Parameters
    ----------
    table
        Of one or several sets of geometries, each a partition.
    deviations
        For some partitions those of their conformers as embedded (n,), kcal/mol. All others are
        NaN.
    """
    if not deviations:
        return table
    column = np.full(len(table["energy"]), np.nan)
    for partition, values in deviations.items():
        column[(table["transform"] == ORIGINAL) & (table["partition"] == partition)] = values
    return table | {"predicted_std": column}


def joined(tables: Sequence[Table]) -> Table:
    """Tables of the same columns one below the other."""
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


def errors(energy: np.ndarray, predicted: np.ndarray) -> dict[str, float]:
    """Mean absolute, root mean square and largest error in kcal/mol, and R²."""
    residual = predicted - energy
    variance = np.mean((energy - energy.mean()) ** 2)
    square = np.mean(residual**2)
    return {
        "mae": float(np.mean(np.abs(residual))),
        "rmse": float(np.sqrt(square)),
        "r2": float("nan") if np.ptp(energy) < EQUAL_BELOW else float(1 - square / variance),
        "max_error": float(np.max(np.abs(residual))),
    }


def remark(energy: np.ndarray, predicted: np.ndarray) -> str:
    """Say why the verdicts on a model mean nothing; empty where they do.

    Parameters
    ----------
    energy : (n,)
        kcal/mol.
    predicted : (n,)
        What the model predicts of them, above a cheaper level if there is one, kcal/mol.
    """
    if np.ptp(energy) < EQUAL_BELOW:
        return NOTHING_TO_LEARN
    return ONE_VALUE if np.ptp(predicted) <= HOLDS_BELOW else ""


def remark_on(table: Table, baseline: np.ndarray) -> str:
    """`remark` on the conformers as embedded of a table from `predictions`."""
    as_embedded = table["transform"] == ORIGINAL
    energy, predicted = table["energy"][as_embedded], table["predicted"][as_embedded]
    return remark(energy, predicted - baseline[table["conformer"][as_embedded]])


def absurd(table: Table) -> str:
    """Say how many conformers as embedded have a predicted energy far from all training energies.

    Parameters
    ----------
    table
        From `predictions`.

    Returns
    -------
    str
        Two sentences, the second with what to do; empty where all predictions are within `ABSURD`
        ranges of the training energies.
    """
    as_embedded = table["transform"] == ORIGINAL
    energy = table["energy"][as_embedded & (table["partition"] == TRAIN)]
    predicted = table["predicted"][as_embedded]
    excess = np.maximum(energy.min() - predicted, predicted - energy.max())
    # What is not a number is not within the limit either.
    is_far = ~(excess <= ABSURD * max(np.ptp(energy), EQUAL_BELOW))
    if not is_far.any():
        return ""
    return (
        f"the energies predicted of {is_far.sum()} of {len(is_far)} conformers leave the range of "
        f"the training energies by more than {ABSURD} times that range, by up to "
        f"{excess[is_far].max():.1e} kcal/mol. The errors of this experiment say nothing; train on "
        "more conformers, or choose other features or a larger penalty."
    )


def metrics(table: Table, note: str = "", approximation: str = "") -> Table:
    """Summarise predictions by partition and transform.

    The defect of a transform T is predicted(T x) - predicted(x) over the same conformers: root
    mean square and largest absolute value, kcal/mol.

    Parameters
    ----------
    table
        From `predictions`, with the transform "original" among the rest; of several sets of
        geometries, each a partition, one after the other.
    note
        From `remark`.
    approximation
        What the model left out of its training rows, in words.

    Returns
    -------
    table
        partition, transform, n, mae, rmse, r2, max_error, defect_rms, defect_max, note; and
        approximation where there is one.
    """
    as_embedded = table["transform"] == ORIGINAL
    present = dict.fromkeys(table["partition"].tolist())
    partitions = sorted(present, key=lambda name: (name != TRAIN, name != TEST))
    unmoved = np.full((len(partitions), table["conformer"].max() + 1), np.nan)
    for position, partition in enumerate(partitions):
        cells = as_embedded & (table["partition"] == partition)
        unmoved[position, table["conformer"][cells]] = table["predicted"][cells]
    rows = []
    for transform in dict.fromkeys(table["transform"].tolist()):
        for position, partition in enumerate(partitions):
            selected = (table["transform"] == transform) & (table["partition"] == partition)
            if not selected.any():
                continue
            predicted = table["predicted"][selected]
            defect = predicted - unmoved[position, table["conformer"][selected]]
            rows.append(
                {"partition": partition, "transform": transform, "n": int(selected.sum())}
                | errors(table["energy"][selected], predicted)
                | {
                    "defect_rms": float(np.sqrt(np.mean(defect**2))),
                    "defect_max": float(np.max(np.abs(defect))),
                    "note": note,
                }
                | ({"approximation": approximation} if approximation else {})
            )
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def judged(metrics_row: Mapping[str, Any], claimed: bool, limit: float) -> dict[str, Any]:
    """Hold a claim against one row of `metrics`: it holds if no prediction moved beyond the limit.

    Returns
    -------
    dict
        `claimed`, `defect_rms`, `defect_max`, `mae`, `holds`, `verdict`.
    """
    numbers = {name: metrics_row[name] for name in ("defect_rms", "defect_max", "mae")}
    holds = bool(metrics_row["defect_max"] <= limit)
    return {"claimed": claimed} | numbers | {"holds": holds, "verdict": verdict(claimed, holds)}


def verdict(claimed: bool, holds: bool) -> str:
    """Say in a word or two how a claim and what was seen go together."""
    if claimed:
        return KEPT if holds else CLAIM_BROKEN
    return KEPT_UNCLAIMED if holds else NOT_KEPT
