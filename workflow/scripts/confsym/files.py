"""Files that are written whole or not at all, with the same bytes for the same content."""

import csv
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

Table = Mapping[str, np.ndarray]


@contextmanager
def whole(path: str | Path) -> Iterator[Path]:
    """Give a path beside `path` to write to, and rename it to `path` when the body succeeds."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".part-{path.name}")
    try:
        yield part
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def write_text(path: str | Path, text: str) -> None:
    """Write `text` as UTF-8 with Unix line ends."""
    with whole(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: str | Path, content: Any) -> None:
    """Write `content` as indented JSON, keys in the order given."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def read_json(path: str | Path) -> Any:
    """Read a JSON file."""
    return json.loads(Path(path).read_text(encoding="utf-8"))


def write_npz(path: str | Path, **arrays: np.ndarray) -> None:
    """Write named arrays as NPZ."""
    with whole(path) as part, part.open("wb") as handle:
        np.savez(handle, **arrays)


def read_npz(path: str | Path) -> dict[str, np.ndarray]:
    """Read all arrays of an NPZ."""
    with np.load(path) as arrays:
        return dict(arrays)


def write_csv(path: str | Path, table: Table) -> None:
    """Write columns of equal length as CSV; floats are the shortest that read back exactly."""
    columns = [np.asarray(column).tolist() for column in table.values()]
    with whole(path) as part, part.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(table)
        writer.writerows(zip(*columns, strict=True))


def read_csv(path: str | Path) -> dict[str, np.ndarray]:
    """Read a CSV written by `write_csv`: columns of integers, floats or text."""
    with Path(path).open(encoding="utf-8", newline="") as handle:
        header, *rows = list(csv.reader(handle))
    columns = zip(*rows, strict=True) if rows else ([] for _ in header)
    return {name: _typed(values) for name, values in zip(header, columns, strict=True)}


def _typed(values: Any) -> np.ndarray:
    for kind in (np.int64, np.float64):
        try:
            return np.array(values, dtype=kind)
        except ValueError:
            continue  # not that type: try the next, text in the end
    return np.array(values, dtype=str)
