"""How far a file that was computed again is from the archived one."""

import csv
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import yaml

from confsym.archive.contents import sha256
from confsym.evaluation.verdicts import HOLDS_BELOW
from confsym.storage import files, parquet
from confsym.storage.numbers import BOUND, ascii_numbers

IDENTICAL, CLOSE, UNJUDGED, DIFFERENT = "identical", "within tolerance", "unjudged", "different"

# What another processor's last bits may do to a number, in its column's unit. Sums in another order
# differ by 1e-16 of what is added up, and a fit makes that larger, the more the smaller its penalty
# is. A prediction that moves by ABSOLUTE is unmoved everywhere in a study, and no energy that
# anyone quotes changes. Large numbers may differ by more, in proportion to themselves or to how far
# their column varies, whichever is less: total energies of -200,000 kcal/mol that differ by a few
# are no less exact than those few are. Whole numbers and words have to be the same.
ABSOLUTE, RELATIVE = HOLDS_BELOW, 1e-8

# One unit of a number's last digit is rounding if it is no more than this share of the number:
# 2e+05 is not 1e+05 rounded. What is nearly as small as ABSOLUTE may double by rounding.
ROUNDED, NEXT_TO_NOTHING = 0.1, 100 * ABSOLUTE

QUOTED = '["text"]'  # in JSON the key of a number as people read it
DECIMAL = re.compile(r"[-+]?\d+(\.\d+([eE][-+]?\d+)?|[eE][-+]?\d+)")
NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])")

Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class Verdict:
    """What became of one file.

    Attributes
    ----------
    status : str
        One of the four above.
    deviation : float
        Largest |a - b| of any number; 0 where there is none.
    place : str
        Where that is, or what is different.
    """

    status: str
    deviation: float = 0.0
    detail: str = ""


def compare(archived: Path, reproduced: Path) -> Verdict:
    """Compare two files: bytes, then numbers where the kind of file has some.

    Figures and models (PDF, PNG, HTML, joblib) hold no numbers of their own: they are drawn from
    tables and judged by predictions that are compared. Of an SVG the elements have to be the same,
    and what is written in it within tolerance. A file that cannot be read is different.
    """
    if sha256(archived) == sha256(reproduced):
        return Verdict(IDENTICAL)
    if not reproduced.stat().st_size:
        return Verdict(DIFFERENT, detail="is empty now")
    try:
        return _judge(archived, reproduced)
    except Exception as error:  # readers raise what they like, and one bad file hides no other
        return Verdict(DIFFERENT, detail=f"cannot be read: {str(error).splitlines()[:1]}")


def _judge(archived: Path, reproduced: Path) -> Verdict:
    if archived.suffix == ".svg":
        return of_drawings(*(path.read_text(encoding="utf-8") for path in (archived, reproduced)))
    if archived.suffix in TEXTS:
        return of_texts(*(path.read_text(encoding="utf-8") for path in (archived, reproduced)))
    if archived.suffix == ".json":
        return of_documents(*map(files.read_json, (archived, reproduced)))
    if archived.suffix == ".zip":
        return of_force_fields(archived, reproduced)
    if archived.suffix not in READERS:
        return Verdict(UNJUDGED, detail="no numbers to compare")
    return of_columns(*(READERS[archived.suffix](path) for path in (archived, reproduced)))


def of_texts(archived: str, reproduced: str) -> Verdict:
    """Compare texts: words and whole numbers by equality, decimal numbers by tolerance.

    Those are rounded, so that the last digit may be one more or less, where that is little: a tenth
    of the number, or next to nothing. Spaces and lines of dashes, which follow the width of a
    number, do not count.
    """
    (words, numbers, units), (other_words, other_numbers, other_units) = map(
        _parts, (archived, reproduced)
    )
    if words != other_words:
        pairs = zip(words + [""], other_words + [""], strict=False)
        pair = next(pair for pair in pairs if pair[0] != pair[1])
        return Verdict(DIFFERENT, detail="{!r} became {!r}".format(*pair))
    rounding = np.minimum(units, other_units)
    little = np.maximum(
        ROUNDED * np.maximum(np.abs(numbers), np.abs(other_numbers)), NEXT_TO_NOTHING
    )
    rounding[rounding > 1.001 * little] = 0.0
    return of_columns({"decimal": numbers}, {"decimal": other_numbers}, {"decimal": rounding})


def _parts(text: str) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Words, decimal numbers, and one unit of each number's last digit.

    A bound, as `< 1e-9`, counts as 0. The unit of 0 is 0: the tolerance covers round-off.
    """
    numbers, units = [], []

    def noted(match: re.Match) -> str:
        digits, _, exponent = match[0].lower().partition("e")
        number = float(match[0])
        if number and match[0].lstrip("+-").isdigit():
            return match[0]
        numbers.append(number)
        units.append(10.0 ** (int(exponent or 0) - len(digits.partition(".")[2])) * bool(number))
        return "#"

    without_bounds = ascii_numbers(re.sub("--+", " ", text)).replace(BOUND, "0")
    words = NUMBER.sub(noted, without_bounds).split()
    return words, np.array(numbers), np.array(units)


def of_columns(
    archived: Columns,
    reproduced: Columns,
    rounding: Mapping[str, np.ndarray] = MappingProxyType({}),
) -> Verdict:
    """Compare named columns: floats by tolerance, everything else by equality.

    `rounding` is added to the tolerance of a column.
    """
    if missing := sorted(set(archived) ^ set(reproduced)):
        return Verdict(DIFFERENT, detail=f"{missing[0]} is in only one of them")
    status, largest, detail = CLOSE, 0.0, "the same numbers, written in another way"
    for name, a in archived.items():
        b = reproduced[name]
        if a.shape != b.shape:
            return Verdict(DIFFERENT, detail=f"{name} has shape {b.shape}, not {a.shape}")
        if a.dtype.kind != "f" or b.dtype.kind != "f":
            if not np.array_equal(a, b):
                return Verdict(DIFFERENT, detail=f"{name}: {_first(a != b, a, b)}")
            continue
        equal = (a == b) | (np.isnan(a) & np.isnan(b))
        deviation = np.nan_to_num(np.where(equal, 0.0, np.abs(a - b)), nan=np.inf)
        allowed = ABSOLUTE + RELATIVE * _scale(a) + 1.001 * rounding.get(name, 0.0)
        if deviation.size and deviation.max() > largest:
            index = np.unravel_index(deviation.argmax(), deviation.shape)
            largest = float(deviation[index])
            detail = f"{name}{list(map(int, index))}: {a[index]!s} became {b[index]!s}"
        if (deviation > allowed).any():
            status = DIFFERENT
    return Verdict(status, largest, detail)


def _scale(values: np.ndarray) -> np.ndarray:
    """What a relative tolerance is relative to: a number, or if less the range of its column.

    One number alone has no range, and may be a total energy.
    """
    sizes = np.nan_to_num(np.abs(values), posinf=0)
    finite = values[np.isfinite(values)]
    return np.minimum(sizes, np.ptp(finite) if finite.size else 0.0)


def of_documents(archived: Any, reproduced: Any) -> Verdict:
    """Compare JSON: floats by tolerance, numbers as people read them as texts, all else equal."""
    columns, texts = [], []
    for content in (archived, reproduced):
        values_by_path = dict(leaves(content))
        texts.append(
            "\n".join(values_by_path[path] for path in values_by_path if path.endswith(QUOTED))
        )
        columns.append(
            {
                path: np.array(["a text" if path.endswith(QUOTED) else value])
                for path, value in values_by_path.items()
            }
        )
    return _worse(of_columns(*columns), of_texts(*texts))


def of_drawings(archived: str, reproduced: str) -> Verdict:
    """Compare SVG: the same elements, and the same words and numbers within tolerance."""
    if elements(archived) != elements(reproduced):
        return Verdict(DIFFERENT, detail="other elements")
    verdict = of_texts("\n".join(written(archived)), "\n".join(written(reproduced)))
    same_content = Verdict(UNJUDGED, detail="the same elements and words")
    return verdict if verdict.status == DIFFERENT else same_content


def of_force_fields(archived: Path, reproduced: Path) -> Verdict:
    """Compare force fields, whatever commit wrote them; other numbers are judged by predictions."""
    if _but_for_commit(archived) == _but_for_commit(reproduced):
        return Verdict(CLOSE, detail="the same force field, written by another commit")
    return Verdict(UNJUDGED, detail="no numbers to compare")


def _but_for_commit(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        members: dict[str, Any] = {name: archive.read(name) for name in archive.namelist()}
    for name in [name for name in members if name.endswith(".json")]:
        members[name] = json.loads(members[name]) | {"commit": None}
    return members


def elements(svg: str) -> list[str]:
    """Names of an SVG's elements in their order, but for letters, which `written` reads."""
    letters = re.compile(r'<defs>|<path id="\w+-[0-9a-f]+"|<use xlink:href="#[A-Z]\w+-[0-9a-f]+"')
    return re.findall(r"<(\w[\w:.-]*)", letters.sub("", svg))


def written(svg: str) -> list[str]:
    """What is written in an SVG; Matplotlib draws letters and says each line in a comment."""
    matches = re.findall(r"<!--(.*?)-->|<text[^>]*>(.*?)</", svg, re.DOTALL)
    return [comment or text for comment, text in matches]


def _worse(one: Verdict, other: Verdict) -> Verdict:
    """Of two verdicts the one that is different, or else has the larger deviation."""
    return max(one, other, key=lambda verdict: (verdict.status == DIFFERENT, verdict.deviation))


def _csv(path: Path) -> Columns:
    """A table's decimal numbers, column by column, and all else in it as it is written."""
    with path.open(encoding="utf-8", newline="") as handle:
        header, *rows = csv.reader(handle, strict=True)
    if len(set(header)) < len(header) or {len(row) for row in rows} - {len(header)}:
        raise ValueError("rows of other widths, or two columns of one name")
    columns: Columns = {}
    for position, name in enumerate(header):
        cells = [row[position] for row in rows]
        decimals = [DECIMAL.fullmatch(cell) is not None for cell in cells]
        if any(decimals) and name not in files.TEXT:
            pairs = list(zip(cells, decimals, strict=True))
            columns[name] = np.array(
                [float(cell) if is_decimal else np.nan for cell, is_decimal in pairs]
            )
            cells = ["a decimal number" if is_decimal else cell for cell, is_decimal in pairs]
            name = f"{name}, but for decimal numbers"
        columns[name] = np.array(cells, dtype=str)
    return columns


def leaves(content: Any, path: str = "$") -> Iterator[tuple[str, Any]]:
    """Every number, word, truth, nothing, object and list in a JSON document, by the way to it."""
    if isinstance(content, dict | list):
        items: Any = content.items() if isinstance(content, dict) else enumerate(content)
        yield path, f"{type(content).__name__} of {len(content)}"
        for key, value in items:
            yield from leaves(value, f"{path}[{json.dumps(key)}]")
    else:
        number = isinstance(content, int | float) and not isinstance(content, bool)
        yield path, content if number else json.dumps(content, ensure_ascii=False)


def _yaml(path: Path) -> Columns:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {path_in_document: np.array([value]) for path_in_document, value in leaves(content)}


READERS: dict[str, Callable[[Path], Columns]] = {
    ".csv": _csv,
    ".npz": files.read_npz,
    ".parquet": parquet.read_parquet,
    ".yaml": _yaml,
}
TEXTS = (".md", ".rst", ".sdf", ".tex", ".txt", ".extxyz")


def _first(differs: Any, a: np.ndarray, b: np.ndarray) -> str:
    where = tuple(map(int, np.argwhere(np.atleast_1d(differs))[0]))
    return f"{np.atleast_1d(a)[where]!s} became {np.atleast_1d(b)[where]!s} at {list(where)}"
