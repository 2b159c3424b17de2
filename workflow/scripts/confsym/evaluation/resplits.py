"""The study on further splits: results of smaller training sets, and of other ones."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from confsym.conformers.split import HELD_OUT, SHUFFLE, TRAIN, redrawn
from confsym.evaluation.further_sets import FurtherSet
from confsym.evaluation.predictions import errors, remark
from confsym.models.training import TrainingRows
from confsym.provenance.progress import Progress
from confsym.storage.files import Table


class Tested(NamedTuple):
    """Geometries that a model is tested on.

    Parameters
    ----------
    values
        (n, features).
    energy, baseline
        (n,) kcal/mol.
    """

    values: np.ndarray
    energy: np.ndarray
    baseline: np.ndarray


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
    partitions: np.ndarray,
    split: Mapping[str, Any],
    sizes: Sequence[int],
    repeats: int,
    own_model: Any,
) -> Iterator[Resplit]:
    """Fit to growing parts of the training conformers of several splits.

    Where the study splits at random, every repeat splits all conformers anew, the first as the
    study does, so that the spread is that of training sets and of held-out sets together. Where it
    splits by order or by a column, every repeat has the study's held-out conformers and draws its
    smaller training sets anew; there is only one whole training set.

    Parameters
    ----------
    fit
        From the conformer of each row (n,), features (n, features) and targets (n,), kcal/mol, to
        a new fitted model.
    rows
        Features of every conformer, and of its copies.
    target : (conformers,)
        What is learned, kcal/mol.
    partitions : (conformers,)
        The study's own split.
    split
        Section split of the config.
    sizes
        Numbers of training conformers; those above the study's own are left out, that one is
        always there.
    repeats
        Number of splits.
    own_model
        The study's own model, which is what the first repeat comes to at the whole training set.
    """
    full_size = int(np.sum(partitions == TRAIN))
    fit_sizes = sorted({full_size, *(size for size in sizes if size <= full_size)})
    progress = Progress(repeats * len(fit_sizes), "fits")
    for repeat in range(repeats):
        train, held_out = redrawn(partitions, split, repeat)
        for size in fit_sizes:
            if repeat and size == full_size and split["by"] != SHUFFLE:
                continue  # the study's own once more
            conformer, values = rows.of(train[:size])
            is_own = repeat == 0 and size == full_size
            model = own_model if is_own else fit(conformer, values, target[conformer])
            progress.add()
            yield Resplit(repeat, size, len(values), model, held_out)


def learning_curve(
    fit: Callable,
    rows: TrainingRows,
    energy: np.ndarray,
    baseline: np.ndarray,
    further_sets: Mapping[str, FurtherSet],
    **splits: Any,
) -> Table:
    """Test every fit of `resplits` on its held-out conformers, and on further geometries.

    Parameters
    ----------
    fit, rows
        As `resplits` takes them.
    energy, baseline : (conformers,)
        What is learned is their difference, kcal/mol.
    further_sets
        Further sets of geometries by name, each with one feature table.
    splits
        partitions, split, sizes, repeats and own_model, as `resplits` takes them.

    Returns
    -------
    table
        size, repeat, tested_on, mae, rmse, r2, note: errors on held-out conformers and on each of
        `further_sets`, and what `remark` says.
    """
    entries = []
    tests = {name: _tested(further_set) for name, further_set in further_sets.items()}
    for resplit in resplits(fit, rows, energy - baseline, **splits):
        conformers = resplit.held_out
        held_out = Tested(rows.values[conformers], energy[conformers], baseline[conformers])
        for name, test in {HELD_OUT: held_out, **tests}.items():
            learned = resplit.model.predict(test.values)
            entries.append(
                {"size": resplit.size, "repeat": resplit.repeat, "tested_on": name}
                | errors(test.energy, test.baseline + learned)
                | {"note": remark(test.energy, learned)}
            )
    columns = ("size", "repeat", "tested_on", "mae", "rmse", "r2", "note")
    return {name: np.array([row[name] for row in entries]) for name in columns}


def _tested(further_set: FurtherSet) -> Tested:
    ((_, values),) = further_set.tables.values()
    return Tested(values, further_set.energy, further_set.baseline)


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
        partitions, split, repeats and own_model, as `resplits` takes them.

    Returns
    -------
    table
        repeat, rows (that the model was fitted to), mae_embedded_kcal_mol, mae_posed_kcal_mol.
    """
    entries = []
    for resplit in resplits(fit, rows, energy - baseline, sizes=(), **splits):
        entry, test = {"repeat": resplit.repeat, "rows": resplit.rows}, resplit.held_out
        for pose, values in (("embedded", rows.values), ("posed", posed)):
            error = errors(energy[test], baseline[test] + resplit.model.predict(values[test]))
            entry[f"mae_{pose}_kcal_mol"] = error["mae"]
        entries.append(entry)
    return {name: np.array([entry[name] for entry in entries]) for name in entries[0]}
