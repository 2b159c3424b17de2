"""What RDKit says while it works."""

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise

from rdkit import rdBase

CLOCK = re.compile(r"^\[\d\d:\d\d:\d\d\] ?")
BROKEN = ("Pre-condition Violation", "Post-condition Violation")
NEXT = "moving to the beginning of the next molecule"


class _Collector(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage().strip())


@contextmanager
def messages() -> Iterator[list[str]]:
    """Collect RDKit's warnings and errors instead of printing them.

    RDKit's logs are the process's own: those that were off are off again afterwards.
    """
    log_states = dict(line.split(":") for line in rdBase.LogStatus().split())
    lines: list[str] = []
    logger = logging.getLogger("rdkit")
    handlers, logger.handlers = logger.handlers, [_Collector(lines)]
    rdBase.LogToPythonLogger()
    try:
        yield lines
    finally:
        rdBase.LogToCppStreams()
        logger.handlers = handlers
        for name, state in log_states.items():
            (rdBase.EnableLog if state == "enabled" else rdBase.DisableLog)(name)


def reason(lines: Iterable[str]) -> str:
    """Why RDKit reads nothing, without the place in its code and without what it does next.

    Parameters
    ----------
    lines
        From `messages`.
    """
    cleaned = [CLOCK.sub("", line).removeprefix("ERROR: ").strip() for line in lines]
    if "Range Error" in cleaned:
        return "it names an atom that is not there"
    for message, following in pairwise(cleaned):
        if message in BROKEN:
            return following
    telling = [line for line in cleaned if line and line != NEXT]
    return telling[-1] if telling else "no reason given"
