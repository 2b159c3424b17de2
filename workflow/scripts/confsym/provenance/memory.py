"""Whether the memory that a step needs is there, before it starts."""

from collections.abc import Callable

import psutil

from confsym.errors import StudyError
from confsym.provenance.jobs import STATED
from confsym.storage.numbers import significant

SPARE = 0.9  # of what is free, since other things need some too
NONE_FITS = "even one takes more; take another model, or a machine with more memory"
TRAINING = "train on at most {fits} (split.train, and learning_curves.sizes)"


def require(
    bytes_needed: Callable[[int], float],
    count: int,
    name: str,
    row_name: str = "training conformers",
    cure: str = TRAINING,
) -> float:
    """Stop with a sentence if a step needs more memory than the job may take.

    Parameters
    ----------
    bytes_needed
        From a number of rows to bytes, which grow with it.
    count
        Number of rows that there are.
    name, row_name
        What needs the memory, and what the rows are, for the sentence.
    cure
        What to do, with `{fits}` where the number of rows that fit stands.

    Returns
    -------
    float
        What the job may still take, GB.

    Raises
    ------
    StudyError
        With the number of rows that would fit.
    """
    allowed, limit = _allowed()
    if bytes_needed(count) > allowed:
        fits, beyond = 0, count
        while beyond - fits > 1:
            middle = (fits + beyond) // 2
            fits, beyond = (middle, beyond) if bytes_needed(middle) <= allowed else (fits, middle)
        cure = cure.format(fits=fits) if fits else NONE_FITS
        raise StudyError(
            f"{name} needs {_size(bytes_needed(count))} for {count} {row_name}, and {limit};"
            f" {cure}."
        )
    return allowed / 1e9


def _allowed() -> tuple[float, str]:
    """Bytes that the job may still take, and where the limit comes from in words."""
    free = SPARE * psutil.virtual_memory().available
    stated_mb = STATED.get()
    if stated_mb is None:
        return free, f"{_size(free)} are free"
    remaining = max(1e6 * stated_mb - psutil.Process().memory_info().rss, 0)
    if remaining > free:
        return free, f"{_size(free)} are free"
    return remaining, (
        f"{_size(remaining)} are left of the {_size(1e6 * stated_mb)} that its job may take "
        "(mem_mb, which --set-resources raises)"
    )


def _size(memory: float) -> str:
    """Bytes in words."""
    return f"{memory / 1e9:.1f} GB" if memory >= 1e9 else f"{significant(memory / 1e6)} MB"
