"""How well a model predicts, and whether motions that change no energy change its predictions."""

from collections.abc import Callable, Mapping

import numpy as np

from confsym.files import Table
from confsym.registry import ORIGINAL
from confsym.split import TEST, TRAIN, shuffled

HOLDS_BELOW = 1e-6  # kcal/mol: far above the round-off of any model here, far below any error


def predictions(
    predict: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray | None]],
    tables: Mapping[str, tuple[np.ndarray, np.ndarray]],
    energy: np.ndarray,
    baseline: np.ndarray,
    partition: np.ndarray,
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

    Returns
    -------
    table
        conformer, partition, transform, energy, predicted; and predicted_std where the model
        knows it.
    """
    conformer = np.concatenate([conformers for conformers, _ in tables.values()])
    found = [predict(values) for _, values in tables.values()]
    predicted = np.concatenate([mean for mean, _ in found])
    table = {
        "conformer": conformer,
        "partition": partition[conformer],
        "transform": np.repeat(list(tables), [len(values) for _, values in tables.values()]),
        "energy": energy[conformer],
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


def learning_curve(
    build: Callable,
    values: np.ndarray,
    energy: np.ndarray,
    baseline: np.ndarray,
    train: int,
    sizes: list[int],
    repeats: int,
    seed: int,
) -> Table:
    """Fit to growing parts of the training conformers and test on held-out ones.

    Every repeat splits all conformers anew, the first as the study does, so that the spread is
    that of training sets and of held-out sets together.

    Parameters
    ----------
    build
        Makes a new estimator.
    values : (conformers, features)
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

    Returns
    -------
    table
        size, repeat, mae, rmse, r2: errors on held-out conformers.
    """
    rows = []
    for repeat in range(repeats):
        order = shuffled(len(energy), seed + repeat)
        test = order[train:]
        for size in sorted({train, *(size for size in sizes if size <= train)}):
            part = np.sort(order[:size])
            model = build().fit(values[part], (energy - baseline)[part])
            found = errors(energy[test], baseline[test] + model.predict(values[test]))
            del found["max_error"]
            rows.append({"size": size, "repeat": repeat} | found)
    columns = ("size", "repeat", "mae", "rmse", "r2")
    return {name: np.array([row[name] for row in rows]) for name in columns}


def verdict(claimed: bool, holds: bool) -> str:
    """One word or two on a claim of symmetry and what was seen of it."""
    if claimed:
        return "kept" if holds else "claim broken"
    return "kept, not claimed" if holds else "broken"
