"""What every job has in common: where its log goes and how it fails."""

import logging
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from os.path import abspath
from pathlib import Path
from typing import Any

from confsym.errors import StudyError
from confsym.provenance import checksums
from confsym.storage import shortage

INTERRUPTED = (
    "interrupted (Ctrl-C); finished jobs stay, so give the same command again to go on from there."
)
STATED: ContextVar[float | None] = ContextVar("memory that the job's rule states, MB", default=None)


class LogFile(logging.FileHandler):
    """A log that stops the job when it cannot be written, where Python's own only grumbles."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Let the error out, with the log for its file."""
        error = sys.exception()
        if isinstance(error, OSError):
            error.filename = self.baseFilename
        raise


class Terminal(logging.StreamHandler):
    """Shows warnings, errors and progress; a line of progress names its job.

    Parameters
    ----------
    log
        Path of the rule's log file, whose folders and name are the rule's and its wildcards.
    """

    def __init__(self, log: str) -> None:
        super().__init__(sys.stderr)
        self.job = " ".join(Path(log).with_suffix("").parts[-3:]).removeprefix("logs ")

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the terminal shows a record."""
        return record.levelno >= logging.WARNING or hasattr(record, "progress")

    def format(self, record: logging.LogRecord) -> str:
        """The record in a line."""
        if hasattr(record, "progress"):
            return f"{self.job}: {record.getMessage()}"
        return super().format(record)


@contextmanager
def job(script: Any) -> Iterator[logging.Logger]:
    """Run the body of a rule's script: `logged`, with what Snakemake tells the script.

    Parameters
    ----------
    script
        The script's object `snakemake`.
    """
    memory = script.resources.get("mem_mb")
    with logged(script.log[0], script.input, script.output, memory) as log:
        yield log


@contextmanager
def logged(
    log: str,
    inputs: Iterable[str] = (),
    outputs: Iterable[str] = (),
    memory: float | None = None,
) -> Iterator[logging.Logger]:
    """Run the body of a job with its log open.

    Everything logged goes to `log`; warnings, errors and how far the job is go to the terminal too.
    A `StudyError` leaves its sentence and exit status 1, so does what the machine lacks (disk,
    rights, memory) and an interrupt, anything else its traceback.

    Parameters
    ----------
    log
        Path of the rule's log file.
    inputs, outputs
        Files that the job reads, which have to be as they were written, and files that it writes.
    memory
        MB that the job may take, as its rule states; see `memory.require`.
    """
    token = STATED.set(memory)
    try:
        with _written_to(log) as logger:
            try:
                checksums.require_unchanged(inputs)
                yield logger
                checksums.record(outputs)
            except StudyError as error:
                logger.error("%s", error)
                sys.exit(1)
            except KeyboardInterrupt:
                logger.error(INTERRUPTED)
                sys.exit(1)
            except Exception as error:
                if getattr(error, "filename", None) == abspath(log):
                    raise
                if lacking := shortage.sentence(error):
                    logger.error("%s", lacking)
                else:
                    logger.exception(
                        "unexpected error; this is a defect of confsym, not of the study"
                    )
                sys.exit(1)
    except OSError as error:  # the log's own
        error.filename = error.filename or log
        sys.exit(f"ERROR: {shortage.sentence(error) or error}")
    finally:
        STATED.reset(token)


@contextmanager
def _written_to(log: str) -> Iterator[logging.Logger]:
    Path(log).parent.mkdir(parents=True, exist_ok=True)
    to_file = LogFile(log, mode="w", encoding="utf-8")
    to_terminal = Terminal(log)
    logging.basicConfig(
        level=logging.INFO,
        format="%(levelname)s: %(message)s",
        handlers=[to_terminal, to_file],  # so that the terminal has what the file cannot take
        force=True,
    )
    logging.captureWarnings(True)
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # a hundred lines for each PDF
    try:
        yield logging.getLogger("confsym")
    finally:
        for handler in (to_terminal, to_file):  # others are not this job's to close
            logging.root.removeHandler(handler)
            handler.close()
