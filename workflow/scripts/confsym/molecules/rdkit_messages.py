"""What RDKit says while it works."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from rdkit import rdBase


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
    before = dict(line.split(":") for line in rdBase.LogStatus().split())
    lines: list[str] = []
    logger = logging.getLogger("rdkit")
    handlers, logger.handlers = logger.handlers, [_Collector(lines)]
    rdBase.LogToPythonLogger()
    try:
        yield lines
    finally:
        rdBase.LogToCppStreams()
        logger.handlers = handlers
        for name, state in before.items():
            (rdBase.EnableLog if state == "enabled" else rdBase.DisableLog)(name)
