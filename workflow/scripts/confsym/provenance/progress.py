"""How far long work is: a line every ten seconds, in the log and on the terminal."""

import logging
from dataclasses import dataclass, field
from time import monotonic as now

from confsym.storage.numbers import significant

EVERY = 10.0  # seconds between two lines, and before the first

log = logging.getLogger("confsym")


@dataclass
class Progress:
    """Work that is done piece by piece.

    Parameters
    ----------
    total
        Number of pieces.
    what
        What they are, in the plural.
    """

    total: int
    what: str
    done: int = field(default=0, init=False)
    began: float = field(init=False)
    said: float = field(init=False)

    def __post_init__(self) -> None:
        """Look at the clock."""
        self.began = self.said = now()

    def add(self, count: int = 1) -> None:
        """Count pieces that are done, and say so if the last line is ten seconds old."""
        self.done += count
        moment = now()
        if moment - self.said < EVERY or self.done >= self.total:
            return
        self.said = moment
        rate = self.done / (moment - self.began)
        each = f"{significant(1 / rate, 2)} s each"
        log.info(
            "%s of %s %s, %s, %s left",
            *(f"{self.done:,}", f"{self.total:,}", self.what),
            f"{significant(rate, 2)} a second" if rate > 1 else each,
            duration((self.total - self.done) / rate),
            extra={"progress": True},
        )


def duration(seconds: float) -> str:
    """Write a time in one or two of its units."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"
