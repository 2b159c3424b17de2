"""Which conformers train and which are held out."""

import numpy as np

from confsym.errors import StudyError

TRAIN, TEST = "train", "test"
LEAST_HELD_OUT = 50


def partition(conformers: int, train: int, seed: int, name: str) -> np.ndarray:
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
        raise StudyError(
            f"molecules.{name}: its ensemble has {conformers} conformers, fewer than split.train + "
            f"{LEAST_HELD_OUT} = {train + LEAST_HELD_OUT}; raise embedding.attempts, lower "
            "embedding.prune_rms or lower split.train."
        )
    partitions = np.full(conformers, TEST, dtype="<U5")
    partitions[shuffled(conformers, seed)[:train]] = TRAIN
    return partitions


def shuffled(conformers: int, seed: int) -> np.ndarray:
    """(conformers,) the conformers in random order."""
    return np.random.default_rng(seed).permutation(conformers)
