"""Which geometries of a pool are labelled next."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from confsym.acquisition.acquired import Acquired
from confsym.errors import StudyError
from confsym.models.labelled import ForceModel

CHOSEN, RANDOM = "chosen", "random"  # by the model's uncertainty, or by nothing
POWER = 4  # of the standard deviation: a larger one is nearer to taking the most uncertain ones


def choose(
    pool: np.ndarray,
    positions: np.ndarray,
    acquired: Sequence[Acquired],
    models: Sequence[ForceModel],
    settings: Mapping[str, Any],
    repeat: int,
    number: int,
) -> np.ndarray:
    """Choose the geometries of a round.

    Parameters
    ----------
    pool : (n,)
        Numbers of the geometries to choose from.
    positions : (all, atoms, 3)
        Å.
    acquired
        The rounds before, as one; none at the start.
    models
        The model that has learned from these, which chooses; none to choose at random. The start is
        at random in any case, and the same for both.
    settings
        seed of the experiment's `acquire`, and its start at the start, its batch from there on.
    repeat, number
        Of the repeat, and of the round: 0 is the start.

    Returns
    -------
    (k,)
        Numbers of geometries, none of which was chosen before.

    Raises
    ------
    StudyError
        If the pool is too small.
    """
    taken = acquired[0].conformer if acquired else np.empty(0, dtype=int)
    count = settings["batch"] if acquired else settings["start"]
    if len(pool) < len(taken) + count:
        raise StudyError(
            f"round {number} of acquire needs {len(taken) + count} geometries in all, and its pool "
            f"has {len(pool)}; make the pool larger, or ask for fewer rounds or smaller batches."
        )
    if not models:
        order = np.random.default_rng([settings["seed"], repeat]).permutation(pool)
        return order[len(taken) : len(taken) + count]
    unlabelled = np.setdiff1d(pool, taken)
    deviation = uncertainty(models[0], positions[unlabelled])
    rng = np.random.default_rng([settings["seed"], repeat, number])
    return unlabelled[draw(deviation, count, rng)]


def uncertainty(model: ForceModel, positions: np.ndarray) -> np.ndarray:
    """(n,) root-mean-square standard deviation of the forces of each geometry, kcal/mol/Å.

    Parameters
    ----------
    model
        One that has `deviations`.
    positions : (n, atoms, 3)
        Å.
    """
    _, forces = model.deviations(positions)
    return np.sqrt(np.mean(forces**2, axis=(1, 2)))


def draw(deviation: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Draw geometries without replacement, with probabilities that grow with their uncertainty.

    The most uncertain geometries of a pool are much alike: the label of one tells the others. So
    geometries are drawn, with probabilities that go with a power of the deviation, by Gumbel's
    trick. Kirsch et al., Stochastic batch acquisition, Transactions on Machine Learning Research
    (2023), arXiv:2106.12059.

    Parameters
    ----------
    deviation : (n,)
        In any unit.
    count
        How many to draw.
    rng
        Random numbers.

    Returns
    -------
    (count,)
        Places in `deviation`.
    """
    tiny = np.finfo(float).tiny
    score = POWER * np.log(np.maximum(deviation, tiny)) + rng.gumbel(size=len(deviation))
    return np.argsort(-score, kind="stable")[:count]
