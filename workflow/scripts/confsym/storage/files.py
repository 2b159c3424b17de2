"""Files that are written whole or not at all, with the same bytes for the same content."""

import csv
import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from confsym.storage.numbers import as_read

WHOLE = re.compile(r"[-+]?\d+")

Table = Mapping[str, np.ndarray]

# Columns of text in tables that are read again. A name of a user's or of RDKit's may look like
# something else (NA, 1e5, true, 007), so that only the column can say what a cell is.
TEXT = frozenset(
    {
        *("experiment", "features", "model", "trained_on", "transform", "family", "label"),
        *("partition", "verdict", "note", "stereoisomer", "converged", "atoms"),
        *("term", "class", "constant", "unit", "tested_on", "split_by", "without", "baseline"),
        *("molecule", "level", "standing", "best", "next", "element", "quantity", "flag"),
        *("subject", "test", "path", "found", "part", "by", "measure", "approximation"),
        *("energy_verdict", "momentum_verdict", "angular_momentum_verdict"),
    }
)


@contextmanager
def atomic_write(path: str | Path) -> Iterator[Path]:
    """Give a path beside `path` to write to, and rename it to `path` when the body succeeds.

    Raises
    ------
    OSError
        As the body raised it, with `path` for its file where it names none: a library that finds
        the disk full says no more than that.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".part-{path.name}")
    try:
        yield part
        os.replace(part, path)
    except OSError as error:
        if error.filename is None or str(error.filename) == str(part):
            error.filename = str(path)
        raise
    finally:
        part.unlink(missing_ok=True)


def write_text(path: str | Path, text: str) -> None:
    """Write `text` as UTF-8 with Unix line ends."""
    with atomic_write(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: str | Path, content: Any) -> None:
    """Write `content` as indented JSON, keys in the order given."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def read_json(path: str | Path) -> Any:
    """Read a JSON file."""
    return json.loads(Path(path).read_text(encoding="utf-8"))


def sha256(path: str | Path) -> str:
    """SHA-256 of a file's content, in hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_npz(path: str | Path, **arrays: np.ndarray) -> None:
    """Write named arrays as NPZ."""
    with atomic_write(path) as part, part.open("wb") as handle:
        np.savez(handle, **arrays)


def read_npz(path: str | Path) -> dict[str, np.ndarray]:
    """Read all arrays of an NPZ."""
    with np.load(path) as arrays:
        return dict(arrays)


def write_csv(path: str | Path, table: Table) -> None:
    """Write columns of equal length as CSV; floats are the shortest that read back exactly.

    Raises
    ------
    ValueError
        If a column has text that would be read back as something else.
    """
    require_known(name for name, column in table.items() if np.asarray(column).dtype.kind in "OSU")
    columns = [np.asarray(column).tolist() for column in table.values()]
    with atomic_write(path) as part, part.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(table)
        writer.writerows(zip(*columns, strict=True))


def require_known(columns: Iterable[str]) -> None:
    """Refuse to write a column of text that would not be read back as text."""
    unknown = sorted(set(columns) - TEXT)
    if unknown:
        raise ValueError(f"column {unknown[0]} has text: add it to confsym.storage.files.TEXT")


def read_csv(path: str | Path) -> dict[str, np.ndarray]:
    """Read a table of a study: columns of text where `TEXT` says so, else of numbers or truths.

    A number is missing, NaN, where a cell is empty.
    """
    with Path(path).open(encoding="utf-8", newline="") as handle:
        header, *rows = list(csv.reader(handle))
    columns = zip(*rows, strict=True) if rows else ([] for _ in header)
    return {name: _typed(name, cells) for name, cells in zip(header, columns, strict=True)}


def _typed(name: str, cells: Sequence[str]) -> np.ndarray:
    if name in TEXT:
        return np.array(cells, dtype=str)
    if cells and set(cells) <= {"True", "False"}:
        return np.array([cell == "True" for cell in cells])
    if all(WHOLE.fullmatch(cell) for cell in cells):
        return np.array(cells, dtype=np.int64)
    return np.array([as_read(cell or "nan") for cell in cells])
