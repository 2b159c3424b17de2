"""What every job has in common: where its log goes and how it fails."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from confsym.errors import StudyError


@contextmanager
def job(log: str) -> Iterator[logging.Logger]:
    """Run the body of a job with its log open.

    Everything logged goes to `log`; warnings and errors go to the terminal too. A `StudyError`
    leaves its sentence and exit status 1, anything else its traceback.

    Parameters
    ----------
    log
        Path of the rule's log file.
    """
    Path(log).parent.mkdir(parents=True, exist_ok=True)
    to_file = logging.FileHandler(log, mode="w", encoding="utf-8")
    to_terminal = logging.StreamHandler(sys.stderr)
    to_terminal.setLevel(logging.WARNING)
    logging.basicConfig(
        level=logging.INFO,
        format="%(levelname)s: %(message)s",
        handlers=[to_file, to_terminal],
        force=True,
    )
    logging.captureWarnings(True)
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # a hundred lines for each PDF
    logger = logging.getLogger("confsym")
    try:
        yield logger
    except StudyError as error:
        logger.error("%s", error)
        sys.exit(1)
    except Exception:
        logger.exception("unexpected error; this is a defect of confsym, not of the study")
        sys.exit(1)
    finally:
        for handler in (to_file, to_terminal):  # others are not this job's to close
            logging.root.removeHandler(handler)
            handler.close()
