"""Which conformers train and which are held out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from confsym.errors import StudyError

TRAIN, TEST = "train", "test"
HELD_OUT = "held out"  # what tables for people call the latter
LEAST_TRAIN, LEAST_HELD_OUT = 10, 50
SHUFFLE, ORDER, COLUMN = "shuffle", "order", "column"  # what a study can split by
MANY = 20  # values of a column that an error message lists
MORE = "raise embedding.attempts or "


def partition(
    conformers: int, train: int, seed: int, name: str, pruned: Mapping[str, Any] | None = None
) -> np.ndarray:
    """Shuffle the conformers: the first `train` of them train, the rest are held out.

    Parameters
    ----------
    conformers
        How many there are.
    train
        How many train.
    seed
        Random seed of the shuffle.
    name
        The study's name for the molecule, for error messages.
    pruned
        The molecule's `conformers/pruning.json`, for error messages: why there are so few.

    Returns
    -------
    (conformers,) str
        "train" or "test".

    Raises
    ------
    StudyError
        If fewer than 50 conformers would be held out.
    """
    return _training(shuffled(conformers, seed), train, name, pruned)


def in_order(conformers: int, train: int, name: str, pruned: Mapping[str, Any]) -> np.ndarray:
    """As `partition`, but the first `train` conformers as they are listed train."""
    return _training(np.arange(conformers), train, name, pruned)


def _training(
    order: np.ndarray, train: int, name: str, pruned: Mapping[str, Any] | None
) -> np.ndarray:
    """The first `train` conformers in an order (conformers,) train, the rest are held out."""
    conformers = len(order)
    if conformers < train + LEAST_HELD_OUT:
        reason, cure = _why_so_few(pruned, train + LEAST_HELD_OUT) if pruned else ("", MORE)
        raise StudyError(
            f"molecules.{name}: its ensemble has {conformers} conformers, fewer than split.train + "
            f"{LEAST_HELD_OUT} = {train + LEAST_HELD_OUT}{reason}; {cure}lower split.train."
        )
    partitions = np.full(conformers, TEST, dtype="<U5")
    partitions[order[:train]] = TRAIN
    return partitions


def by_column(values: np.ndarray, training: Sequence[Any], column: str, name: str) -> np.ndarray:
    """Train on the conformers that have one of some values in a column of the user's file.

    Parameters
    ----------
    values : (conformers,)
        The column.
    training
        Values of those that train.
    column
        Its name, for error messages.
    name
        The study's name for the molecule, for error messages.

    Returns
    -------
    (conformers,) str
        "train" or "test".

    Raises
    ------
    StudyError
        If a value occurs nowhere, or too few conformers train or are held out.
    """
    values_as_text = values.astype(str)
    present_values = ", ".join(np.unique(values_as_text)[:MANY])
    for value in map(str, training):
        if value not in values_as_text:
            raise StudyError(
                f"split.training_values: no geometry of molecules.{name} has {column} = {value!r}; "
                f"there are: {present_values}."
            )
    trains = np.isin(values_as_text, list(map(str, training)))
    counts = {
        "train": (trains.sum(), LEAST_TRAIN),
        "are held out": ((~trains).sum(), LEAST_HELD_OUT),
    }
    for verb, (count, fewest) in counts.items():
        if count < fewest:
            raise StudyError(
                f"split.training_values: {count} geometries of molecules.{name} {verb} by the "
                f"column {column}, and at least {fewest} have to; choose other values."
            )
    return np.where(trains, TRAIN, TEST)


def redrawn(
    partitions: np.ndarray, split: Mapping[str, Any], repeat: int
) -> tuple[np.ndarray, np.ndarray]:
    """Split anew as the study does: all conformers, or the training ones alone.

    Parameters
    ----------
    partitions : (conformers,)
        The study's own split.
    split
        Section split of the config.
    repeat
        Number of the split. A split at random has `seed + repeat`, so that the first is the
        study's own. Any other keeps its held-out conformers.

    Returns
    -------
    train, held_out : (n,)
        Conformers. Those that train are in random order, so that the first of them are a smaller
        training set.
    """
    trains = partitions == TRAIN
    count, seed = int(trains.sum()), split["seed"] + repeat
    if split["by"] == SHUFFLE:
        order = shuffled(len(partitions), seed)
        return order[:count], order[count:]
    return np.flatnonzero(trains)[shuffled(count, seed)], np.flatnonzero(~trains)


def _why_so_few(pruned: Mapping[str, Any], min_conformers: int) -> tuple[str, str]:
    """Say why, and what besides less training would help."""
    if "frames" in pruned:
        return ": its file has no more geometries", ""
    attempts, embedded = pruned["attempts"], pruned["embedded"]
    reason = f": {embedded:,} of {attempts:,} attempts gave a conformer"
    pruned_count = embedded - pruned["kept"]
    if not pruned_count:
        return reason, MORE
    heavy = pruned["prune_atoms"] == "heavy"
    reason += (
        f", and {pruned_count:,} of them were pruned as nearer than embedding.prune_rms = "
        f"{pruned['prune_rms']:g} Å to an earlier one"
        + (", where the positions of hydrogens do not count" if heavy else "")
    )
    if embedded < min_conformers:  # no pruning at all would not be enough
        return reason, MORE
    cure = "lower embedding.prune_rms (0 keeps all), "
    return reason, cure + ("set embedding.prune_atoms: all, " if heavy else "") + MORE


def shuffled(conformers: int, seed: int) -> np.ndarray:
    """(conformers,) the conformers in random order."""
    return np.random.default_rng(seed).permutation(conformers)
