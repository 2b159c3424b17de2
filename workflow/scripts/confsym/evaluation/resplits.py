"""The study on further splits: what smaller training sets, and others, would have given."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from confsym.conformers.split import shuffled
from confsym.evaluation.predictions import errors, remark
from confsym.models.training import TrainingRows
from confsym.storage.files import Table


class Resplit(NamedTuple):
    """A model fitted to part of a split's training conformers.

    Parameters
    ----------
    repeat
        Number of the split; 0 is the study's own.
    size
        Training conformers.
    rows
        Rows that the model was fitted to: conformers and copies.
    model
        The fitted model.
    held_out
        (n,) conformers that no model of this split saw.
    """

    repeat: int
    size: int
    rows: int
    model: Any
    held_out: np.ndarray


def resplits(
    fit: Callable,
    rows: TrainingRows,
    target: np.ndarray,
    train: int,
    sizes: Sequence[int],
    repeats: int,
    seed: int,
    own: Any,
) -> Iterator[Resplit]:
    """Fit to growing parts of the training conformers of several splits.

    Every repeat splits all conformers anew, the first as the study does, so that the spread is
    that of training sets and of held-out sets together.

    Parameters
    ----------
    fit
        From the conformer of each row (n,), features (n, features) and targets (n,), kcal/mol, to
        a new fitted model.
    rows
        Features of every conformer, and of its copies.
    target : (conformers,)
        What is learned, kcal/mol.
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
    """
    for repeat in range(repeats):
        order = shuffled(len(target), seed + repeat)
        for size in sorted({train, *(size for size in sizes if size <= train)}):
            conformer, values = rows.of(order[:size])
            known = repeat == 0 and size == train
            model = own if known else fit(conformer, values, target[conformer])
            yield Resplit(repeat, size, len(values), model, order[train:])


def learning_curve(
    fit: Callable, rows: TrainingRows, energy: np.ndarray, baseline: np.ndarray, **splits: Any
) -> Table:
    """Test every fit of `resplits` on its held-out conformers.

    Parameters
    ----------
    fit, rows
        As `resplits` takes them.
    energy, baseline : (conformers,)
        What is learned is their difference, kcal/mol.
    splits
        train, sizes, repeats, seed and own, as `resplits` takes them.

    Returns
    -------
    table
        size, repeat, mae, rmse, r2, note: errors on held-out conformers, and what `remark` says.
    """
    found = []
    for one in resplits(fit, rows, energy - baseline, **splits):
        test, learned = one.held_out, one.model.predict(rows.values[one.held_out])
        found.append(
            {"size": one.size, "repeat": one.repeat}
            | errors(energy[test], baseline[test] + learned)
            | {"note": remark(energy[test], learned)}
        )
    columns = ("size", "repeat", "mae", "rmse", "r2", "note")
    return {name: np.array([row[name] for row in found]) for name in columns}


def pose_errors(
    fit: Callable,
    rows: TrainingRows,
    posed: np.ndarray,
    energy: np.ndarray,
    baseline: np.ndarray,
    **splits: Any,
) -> Table:
    """Fit on several splits, and test each on its held-out conformers as embedded and posed.

    Parameters
    ----------
    fit, rows
        As `resplits` takes them.
    posed : (conformers, features)
        Features of every conformer in a random pose.
    energy, baseline : (conformers,)
        What is learned is their difference, kcal/mol.
    splits
        train, repeats, seed and own, as `resplits` takes them.

    Returns
    -------
    table
        repeat, rows (that the model was fitted to), mae_embedded_kcal_mol, mae_posed_kcal_mol.
    """
    found = []
    for one in resplits(fit, rows, energy - baseline, sizes=(), **splits):
        entry, test = {"repeat": one.repeat, "rows": one.rows}, one.held_out
        for pose, values in (("embedded", rows.values), ("posed", posed)):
            error = errors(energy[test], baseline[test] + one.model.predict(values[test]))
            entry[f"mae_{pose}_kcal_mol"] = error["mae"]
        found.append(entry)
    return {name: np.array([entry[name] for entry in found]) for name in found[0]}
