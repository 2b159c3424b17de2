"""How well a model predicts, and whether motions that change no energy change its predictions."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np

from confsym.files import Table
from confsym.registry import ORIGINAL
from confsym.split import TEST, TRAIN, shuffled
from confsym.training import TrainingRows

HOLDS_BELOW = 1e-6  # kcal/mol: far above the round-off of any model here, far below any error
KEPT, CLAIM_BROKEN, PROBE = "kept", "claim broken", "probe"


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
        "train" or "test".
    probes
        Transforms after which the energy is another one, which nobody computed; it is NaN.

    Returns
    -------
    table
        conformer, partition, transform, energy, predicted; and predicted_std where the model
        knows it.
    """
    conformer = np.concatenate([conformers for conformers, _ in tables.values()])
    found = [predict(values) for _, values in tables.values()]
    predicted = np.concatenate([mean for mean, _ in found])
    transform = np.repeat(list(tables), [len(values) for _, values in tables.values()])
    table = {
        "conformer": conformer,
        "partition": partition[conformer],
        "transform": transform,
        "energy": np.where(np.isin(transform, list(probes)), np.nan, energy[conformer]),
        "predicted": baseline[conformer] + predicted,
    }
    if found[0][1] is not None:
        table["predicted_std"] = np.concatenate([deviation for _, deviation in found])
    return table


def errors(energy: np.ndarray, predicted: np.ndarray) -> dict[str, float]:
    """Mean absolute, root mean square and largest error in kcal/mol, and R²."""
    residual = predicted - energy
    variance = np.mean((energy - energy.mean()) ** 2)
    square = np.mean(residual**2)
    return {
        "mae": float(np.mean(np.abs(residual))),
        "rmse": float(np.sqrt(square)),
        "r2": float(1 - square / variance) if variance > 0 else float("nan"),
        "max_error": float(np.max(np.abs(residual))),
    }


def metrics(table: Table) -> Table:
    """Summarise predictions by partition and transform.

    The defect of a transform T is predicted(T x) - predicted(x) over the same conformers: root
    mean square and largest absolute value, kcal/mol.

    Parameters
    ----------
    table
        From `predictions`, with the transform "original" among the rest.

    Returns
    -------
    table
        partition, transform, n, mae, rmse, r2, max_error, defect_rms, defect_max.
    """
    still = table["transform"] == ORIGINAL
    unmoved = np.full(table["conformer"].max() + 1, np.nan)
    unmoved[table["conformer"][still]] = table["predicted"][still]
    rows = []
    for transform in dict.fromkeys(table["transform"].tolist()):
        for partition in (TRAIN, TEST):
            chosen = (table["transform"] == transform) & (table["partition"] == partition)
            if not chosen.any():
                continue
            predicted = table["predicted"][chosen]
            defect = predicted - unmoved[table["conformer"][chosen]]
            rows.append(
                {"partition": partition, "transform": transform, "n": int(chosen.sum())}
                | errors(table["energy"][chosen], predicted)
                | {
                    "defect_rms": float(np.sqrt(np.mean(defect**2))),
                    "defect_max": float(np.max(np.abs(defect))),
                }
            )
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def judged(seen: Mapping[str, Any], claimed: bool, limit: float) -> dict[str, Any]:
    """Hold a claim against one row of `metrics`: it holds if no prediction moved beyond the limit.

    Returns
    -------
    dict
        `claimed`, `defect_rms`, `defect_max`, `mae`, `holds`, `verdict`.
    """
    numbers = {name: seen[name] for name in ("defect_rms", "defect_max", "mae")}
    holds = bool(seen["defect_max"] <= limit)
    return {"claimed": claimed} | numbers | {"holds": holds, "verdict": verdict(claimed, holds)}


def verdict(claimed: bool, holds: bool) -> str:
    """Say in a word or two how a claim and what was seen go together."""
    if claimed:
        return KEPT if holds else CLAIM_BROKEN
    return "kept, not claimed" if holds else "broken"


def learning_curve(
    build: Callable,
    rows: TrainingRows,
    energy: np.ndarray,
    baseline: np.ndarray,
    train: int,
    sizes: list[int],
    repeats: int,
    seed: int,
    own: Any,
) -> Table:
    """Fit to growing parts of the training conformers and test on held-out ones.

    Every repeat splits all conformers anew, the first as the study does, so that the spread is
    that of training sets and of held-out sets together.

    Parameters
    ----------
    build
        Makes a new estimator.
    rows
        Features of every conformer, and of its copies.
    energy : (conformers,)
        kcal/mol.
    baseline : (conformers,)
        What the model learns the difference from, kcal/mol.
    train
        Size of the study's training set; what comes after it in a shuffle is held out.
    sizes
        Numbers of training conformers; those above `train` are left out, `train` is always there.
    repeats
        Number of splits.
    seed
        Of the study's split; repeat r has `seed + r`.
    own
        The study's own model, which is what the first repeat comes to at the whole training set.

    Returns
    -------
    table
        size, repeat, mae, rmse, r2: errors on held-out conformers.
    """
    found = []
    for repeat in range(repeats):
        order = shuffled(len(energy), seed + repeat)
        test = order[train:]
        for size in sorted({train, *(size for size in sizes if size <= train)}):
            model = own
            if repeat or size < train:
                conformer, values = rows.of(order[:size])
                model = build().fit(values, (energy - baseline)[conformer])
            error = errors(energy[test], baseline[test] + model.predict(rows.values[test]))
            del error["max_error"]
            found.append({"size": size, "repeat": repeat} | error)
    columns = ("size", "repeat", "mae", "rmse", "r2")
    return {name: np.array([row[name] for row in found]) for name in columns}
