"""The page of a teaching figure: its tables, its numbers, and a caption made of them."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from confsym.storage import readable
from confsym.storage.files import write_text
from confsym.storage.numbers import Number

HEADINGS = {"meaning": "What", "value": "Value", "unit": "Unit"}


@dataclass(frozen=True, eq=False)
class TopicResults:
    """What a topic measured: a table for each part of its figure, and the numbers to quote."""

    tables: Mapping[str, pd.DataFrame]
    numbers: Sequence[Number]


def write(
    results: TopicResults, title: str, caption: str, tables: Iterable[str], numbers: str, page: str
) -> None:
    """Write a topic's tables, its numbers, and its page, which quotes the numbers.

    Parameters
    ----------
    results
        What was measured.
    title, caption
        Heading, and text with `{name}` where a number belongs.
    tables
        Paths of the tables as CSV, the name of each a key of `found.tables`.
    numbers
        Path of the CSV of all numbers: name, value, unit, meaning.
    page
        Path of the Markdown page: heading, caption, and the numbers as a table.
    """
    for path in tables:
        write_text(path, results.tables[Path(path).stem].to_csv(index=False))
    rows = [
        (number.name, str(_plain(number.value)), number.unit, number.about)
        for number in results.numbers
    ]
    columns = ["name", "value", "unit", "meaning"]
    number_table = pd.DataFrame(rows, columns=columns)
    write_text(numbers, number_table.to_csv(index=False))
    number_table["value"] = [number.text for number in results.numbers]
    text = caption.format(**dict(zip(number_table["name"], number_table["value"], strict=True)))
    text = textwrap.fill(" ".join(text.split()), width=100, break_on_hyphens=False)
    table = readable.markdown(number_table[list(HEADINGS)].rename(columns=HEADINGS))
    write_text(page, f"# {title}\n\n{text}\n\n{table}")


def _plain(value: float | int) -> float | int:
    return int(value) if isinstance(value, int | np.integer) else float(value)
