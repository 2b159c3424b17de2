"""Extended XYZ files, a frame at a time, with the line of whatever is wrong.

ASE's reader stops at an empty line without a word and drops columns that have no name. So frames
are found and columns are read here; ASE reads the comment line, whose quoting is its own.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from io import TextIOWrapper
from itertools import islice

import numpy as np
from ase.io.extxyz import key_val_str_to_dict, parse_properties
from ase.io.formats import open_with_compression

from confsym.datasets.elements import numbers_of
from confsym.datasets.frames import Geometry, fault
from confsym.storage.numbers import as_read

PLAIN = "species:S:1:pos:R:3"  # what the columns of a plain XYZ file are
QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'|\{[^}]*\}|\[[^]]*\]')
KEY = re.compile(r"([^\s=]+)\s*=")
FORTRAN = re.compile(r"([-+]?\d*\.?\d*)[dD]([-+]?\d+)")
BETWEEN_DIGITS = re.compile(r"(?<=\d)_(?=\d)")  # which ASE, as Python, takes for a part of a number
HELD = "\ue000"  # in its place while ASE reads: no number has it
EMPTY_LINE = "comes after empty lines, which are skipped (ASE stops reading there)"
EXPONENT = "has Fortran's exponents, and 0.1D-01 is read as 0.1E-01"
UNNAMED = "has more columns than have a name in Properties, and those are left out"
BOX = "has a box, which a molecule does not need; positions are taken as they stand"
PERIODIC = (
    "has a periodic box; a molecule has none, so that it is left out and positions are taken as"
    " they stand"
)


def read_xyz(path: str, forces: str | None, source: str) -> Iterator[Geometry]:
    """Read a file frame by frame; no more than one is in memory.

    Parameters
    ----------
    path
        The file, which may be compressed.
    forces
        The name of the columns to give as forces.
    source
        Setting and file, for error messages.

    Raises
    ------
    StudyError
        If something cannot be read: which frame, which line, what.
    """
    with open_with_compression(path, "rb") as file:
        text = TextIOWrapper(file, encoding="utf-8-sig", errors="replace")
        lines = enumerate(text, start=1)
        for frame, (line, head, skipped) in enumerate(_heads(lines)):
            count = _count(head, frame, line, source)
            block = [text for _, text in islice(lines, count + 1)]
            yield _geometry(block, count, frame, line, skipped, forces, source)


def _heads(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str, bool]]:
    """Lines where frames begin, and whether empty lines were skipped between two frames."""
    skipped = False
    first = True
    for line, text in lines:
        if not text.strip():
            skipped = True
            continue
        yield line, text.strip(), skipped and not first
        skipped, first = False, False


def _count(head: str, frame: int, line: int, source: str) -> int:
    if "\0" in head or "\ufffd" in head:
        raise fault(
            source,
            frame,
            line,
            "begins with bytes that are no text in UTF-8; unpack it, or save it as plain text",
        )
    if not re.fullmatch(r"\+?\d{1,9}", head) or int(head) < 1:
        hint = f"; if it is an atom of frame {frame - 1}, that frame's number of atoms is too small"
        raise fault(
            source,
            frame,
            line,
            f"begins with {head[:60]!r}, where a number of atoms is needed"
            + (hint if frame else ""),
        )
    return int(head)


def _geometry(
    block: list[str],
    count: int,
    frame: int,
    line: int,
    skipped: bool,
    forces: str | None,
    source: str,
) -> Geometry:
    if len(block) < count + 1:
        atoms = max(len(block) - 1, 0)
        raise fault(source, frame, line, f"says {count} atoms, and the file ends after {atoms}")
    values = _comment(block[0].strip(), frame, line, source)
    columns = values.pop("Properties", None)
    names = _columns(columns or PLAIN)
    if names is None or "pos" not in names or not {"species", "Z"} & set(names):
        raise fault(
            source, frame, line, f"has Properties={columns}, which give no species or no pos"
        )
    width = max(stop for _, stop in names.values())
    rows = [text.split() for text in block[1:]]
    widths = {len(row) for row in rows}
    if min(widths) < width:
        short = next(k for k, row in enumerate(rows) if len(row) < width)
        raise fault(
            source,
            frame,
            line,
            f"says {count} atoms of {width} columns, and line {line + 2 + short} is"
            f" {block[1 + short].strip()[:60]!r}",
        )
    oddities = [EMPTY_LINE] * skipped + [UNNAMED] * (max(widths) > width)
    oddities += _box(values)
    location = frame, line, source
    column = names["species" if "species" in names else "Z"][0]
    numbers, symbol_oddities = numbers_of(tuple([row[column] for row in rows]), source, frame, line)
    positions, fortran = _floats(rows, *names["pos"], location)
    force_rows = None
    if forces in names:
        force_rows, also = _floats(rows, *names[forces], location)
        fortran |= also
    oddities += [*([] if "species" not in names else symbol_oddities), *[EXPONENT] * fortran]
    arrays = tuple(name for name in names if name not in ("species", "Z", "pos"))
    return Geometry(frame, line, numbers, positions, values, force_rows, arrays, tuple(oddities))


def _comment(text: str, frame: int, line: int, source: str) -> dict:
    """What the comment line says; free text gives keys that mean nothing."""
    if not text:
        return {}
    keys = KEY.findall(QUOTED.sub("", text))
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise fault(source, frame, line, f"says {twice}= more than once in its comment; keep one")
    try:
        found = key_val_str_to_dict(BETWEEN_DIGITS.sub(HELD, text))
    except ValueError as error:
        what = f"has a comment that cannot be read: {error}".replace(HELD, "_")
        raise fault(source, frame, line, what) from None
    return {
        key.replace(HELD, "_"): value.replace(HELD, "_") if isinstance(value, str) else value
        for key, value in found.items()
    }


@lru_cache(maxsize=64)
def _columns(properties: str) -> dict[str, tuple[int, int]] | None:
    """First and last-but-one column of each name; None for what is no list of columns."""
    try:
        widths, names, _, _ = parse_properties(properties)
    except (ValueError, AttributeError):
        return None
    stops = np.cumsum([widths[name][1] for name in names]).tolist()
    return {name: (stop - widths[name][1], stop) for name, stop in zip(names, stops, strict=True)}


def _box(values: dict) -> list[str]:
    """Take the box out of what the comment says, and say what it was."""
    lattice, periodic = values.pop("Lattice", None), values.pop("pbc", None)
    if (periodic is not None and np.any(periodic)) or (periodic is None and lattice is not None):
        return [PERIODIC]
    return [BOX] * (lattice is not None)


def _floats(
    rows: list[list[str]], start: int, stop: int, location: tuple[int, int, str]
) -> tuple[np.ndarray, bool]:
    """(atoms, columns) numbers, and whether Fortran wrote one of them."""
    cells = [row[start:stop] for row in rows]
    if not any("_" in "".join(row) for row in cells):
        try:
            return np.array(cells, dtype=float), False
        except ValueError:
            pass
    frame, line, source = location
    for k, row in enumerate(cells):
        for text in row:
            if not _is_number(from_fortran(text)):
                raise fault(
                    source, frame, line, f"has {text!r} for a number in line {line + 2 + k}"
                )
    return np.array([[from_fortran(text) for text in row] for row in cells], dtype=float), True


def from_fortran(text: str) -> str:
    """A number with the exponent that everybody but Fortran writes; other text as it is."""
    found = FORTRAN.fullmatch(text)
    return f"{found[1]}e{found[2]}" if found else text


def _is_number(text: str) -> bool:
    try:
        as_read(text)
    except ValueError:
        return False
    return True
