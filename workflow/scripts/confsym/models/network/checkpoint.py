"""What a long training leaves behind when it is killed, to go on from."""

import logging
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from confsym.storage import files

log = logging.getLogger("confsym")


@dataclass(frozen=True)
class Checkpoint:
    """A file of arrays.

    Parameters
    ----------
    path
        Where it is; None for a training that keeps none.
    digest
        Of all that the training depends on: a checkpoint with a different digest is ignored.
    """

    path: str | Path | None
    digest: str

    def write(self, arrays: list[np.ndarray]) -> None:
        """Write arrays, whole or not at all."""
        if self.path is not None:
            named = {f"array_{place}": array for place, array in enumerate(arrays)}
            files.write_npz(self.path, digest=np.array(self.digest), **named)

    def read(self) -> list[np.ndarray] | None:
        """Read the arrays that a killed training of the same digest left, if there are any."""
        if self.path is None or not Path(self.path).exists():
            return None
        try:
            found = files.read_npz(self.path)
        except (OSError, ValueError, EOFError, zipfile.BadZipFile):
            log.info("the checkpoint %s cannot be read: starting anew", self.path)
            return None
        if str(found.pop("digest", "")) != self.digest:
            log.info(
                "the checkpoint %s is of other data, settings or code: starting anew", self.path
            )
            return None
        log.info("going on from the checkpoint %s", self.path)
        return list(found.values())

    def remove(self) -> None:
        """Forget it: the training is finished."""
        if self.path is not None:
            Path(self.path).unlink(missing_ok=True)
