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
    needed: Callable[[int], float],
    count: int,
    what: str,
    of: str = "training conformers",
    cure: str = TRAINING,
) -> float:
    """Stop with a sentence if a step needs more memory than the job may take.

    Parameters
    ----------
    needed
        From a number of rows to bytes, which grow with it.
    count
        Number of rows that there are.
    what, of
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
    if needed(count) > allowed:
        fits, beyond = 0, count
        while beyond - fits > 1:
            middle = (fits + beyond) // 2
            fits, beyond = (middle, beyond) if needed(middle) <= allowed else (fits, middle)
        cure = cure.format(fits=fits) if fits else NONE_FITS
        raise StudyError(
            f"{what} needs {_size(needed(count))} for {count} {of}, and {limit}; {cure}."
        )
    return allowed / 1e9


def _allowed() -> tuple[float, str]:
    """Bytes that the job may still take, and where the limit comes from in words."""
    free = SPARE * psutil.virtual_memory().available
    stated = STATED.get()
    if stated is None:
        return free, f"{_size(free)} are free"
    rest = max(1e6 * stated - psutil.Process().memory_info().rss, 0)
    if rest > free:
        return free, f"{_size(free)} are free"
    return rest, (
        f"{_size(rest)} are left of the {_size(1e6 * stated)} that its job may take (mem_mb, which "
        "--set-resources raises)"
    )


def _size(memory: float) -> str:
    """Bytes in words."""
    return f"{memory / 1e9:.1f} GB" if memory >= 1e9 else f"{significant(memory / 1e6)} MB"
