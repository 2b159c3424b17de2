"""Which conformers train and which are held out."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from confsym.errors import StudyError

TRAIN, TEST = "train", "test"
LEAST_HELD_OUT = 50


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
    if conformers < train + LEAST_HELD_OUT:
        reason, cure = _why_so_few(pruned, train + LEAST_HELD_OUT) if pruned else ("", "")
        raise StudyError(
            f"molecules.{name}: its ensemble has {conformers} conformers, fewer than split.train + "
            f"{LEAST_HELD_OUT} = {train + LEAST_HELD_OUT}{reason}; {cure}raise embedding.attempts "
            "or lower split.train."
        )
    partitions = np.full(conformers, TEST, dtype="<U5")
    partitions[shuffled(conformers, seed)[:train]] = TRAIN
    return partitions


def _why_so_few(pruned: Mapping[str, Any], needed: int) -> tuple[str, str]:
    """Say where the attempts went, and what besides more attempts or less training would help."""
    attempts, embedded = pruned["attempts"], pruned["embedded"]
    reason = f": {embedded:,} of {attempts:,} attempts gave a conformer"
    fell = embedded - pruned["kept"]
    if not fell:
        return reason, ""
    heavy = pruned["prune_atoms"] == "heavy"
    reason += (
        f", and {fell:,} of them were pruned as nearer than embedding.prune_rms = "
        f"{pruned['prune_rms']:g} Å to an earlier one"
        + (", where the positions of hydrogens do not count" if heavy else "")
    )
    if embedded < needed:  # no pruning at all would not be enough
        return reason, ""
    cure = "lower embedding.prune_rms (0 keeps all), "
    return reason, cure + ("set embedding.prune_atoms: all, " if heavy else "")


def shuffled(conformers: int, seed: int) -> np.ndarray:
    """(conformers,) the conformers in random order."""
    return np.random.default_rng(seed).permutation(conformers)
