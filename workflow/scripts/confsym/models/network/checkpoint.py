"""The state that a killed training leaves behind, so that it can go on."""

import logging
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import numpy as np

from confsym.storage.files import atomic_write

LENGTH = sha256().digest_size

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
        """Write arrays, whole or not at all, behind the SHA-256 of their bytes."""
        if self.path is None:
            return
        content = BytesIO()
        named_arrays = {f"array_{index}": array for index, array in enumerate(arrays)}
        np.savez(content, digest=np.array(self.digest), **named_arrays)
        with atomic_write(self.path) as part:
            part.write_bytes(sha256(content.getvalue()).digest() + content.getvalue())

    def read(self) -> list[np.ndarray] | None:
        """Read the arrays that a killed training of the same digest left, if there are any."""
        if self.path is None or not Path(self.path).exists():
            return None
        content = Path(self.path).read_bytes()
        if sha256(content[LENGTH:]).digest() != content[:LENGTH]:
            log.info("the checkpoint %s is damaged: starting anew", self.path)
            return None
        with np.load(BytesIO(content[LENGTH:])) as arrays:
            contents = dict(arrays)
        if str(contents.pop("digest", "")) != self.digest:
            log.info(
                "the checkpoint %s is of other data, settings or code: starting anew", self.path
            )
            return None
        log.info("going on from the checkpoint %s", self.path)
        return list(contents.values())

    def remove(self) -> None:
        """Forget it: the training is finished."""
        if self.path is not None:
            Path(self.path).unlink(missing_ok=True)
