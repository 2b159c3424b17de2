"""Whether what a fit needs is there, before it starts."""

import psutil

from confsym.errors import StudyError

SPARE = 0.9  # of what is free, since other things need some too


def require(needed: float, conformers: int, model: str) -> float:
    """Stop with a sentence if a matrix over conformers does not fit in memory.

    Parameters
    ----------
    needed
        Bytes, which grow with the square of the number of conformers.
    conformers
        Number of training conformers.
    model
        Kind of model.

    Returns
    -------
    float
        Free memory, GB.

    Raises
    ------
    StudyError
        With the number of conformers that would fit.
    """
    free = SPARE * psutil.virtual_memory().available
    if needed > free:
        fits = int(conformers * (free / needed) ** 0.5)
        raise StudyError(
            f"{model} needs {needed / 1e9:.1f} GB for {conformers} training conformers, and "
            f"{free / 1e9:.1f} GB are free; train on at most {fits} (split.train, and "
            "learning_curves.sizes)."
        )
    return free / 1e9
