"""Tables for people: Markdown, LaTeX and HTML beside the CSV that has every digit."""

from collections.abc import Collection, Iterable, Mapping
from functools import partial
from html import escape
from pathlib import Path
from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd
from tabulate import tabulate

from confsym.atomic_units import EV
from confsym.storage.files import read_csv, require_known, write_text
from confsym.storage.latex import escaped, number
from confsym.storage.numbers import significant

KCAL_MOL = "kcal/mol"
PER_KCAL_MOL = {KCAL_MOL: 1.0, "meV": 1e3 / EV}
ON_A_LINE = 32  # characters of a cell in HTML
NARROW = 16  # characters of a heading's line in LaTeX
STYLE = """\
body { font: 14px sans-serif; margin: 1.5em; }
h1 { font-size: 1.1em; }
table { border-collapse: collapse; border-top: 2px solid; border-bottom: 2px solid; }
th { border-bottom: 1px solid; text-align: left; vertical-align: bottom; }
th, td { padding: 0.3em 1.2em 0.3em 0; }
tr:nth-child(even) td { background: #f3f5f7; }"""
PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<style>
{style}
</style>
<h1>{title}</h1>
{table}
</html>
"""


def for_people(table: pd.DataFrame, headings: Mapping[str, str], digits: int = 3) -> pd.DataFrame:
    """The table as text, with headings: so many significant digits, yes and no.

    A limit has one digit and R² three decimals, as figures and sentences have them.
    Without columns that are empty in every row, which the CSV keeps.
    """

    def cell(value: Any, column: str) -> str:
        if isinstance(value, bool | np.bool_):
            return "yes" if value else "no"
        if not isinstance(value, float):
            return str(value)
        if np.isnan(value):
            return ""
        if column.endswith("r2"):
            return f"{round(value, 3) + 0.0:.3f}"
        return significant(value, 1 if column == "limit" else digits)

    text = table.apply(lambda column: column.map(partial(cell, column=column.name)))
    told = [name for name in text if not len(text) or (text[name] != "").any()]
    return text[told].rename(columns=dict(headings))


def markdown(table: pd.DataFrame) -> str:
    """A Markdown table of text cells."""
    return f"{_tabulated(table, 'pipe')}\n"


def _tabulated(table: pd.DataFrame, format: str) -> str:
    """Text cells as they are, in one of the formats of the package tabulate."""
    return tabulate(table, headers="keys", tablefmt=format, showindex=False, disable_numparse=True)


def latex(table: pd.DataFrame, words: Collection[str] = ()) -> str:
    """A booktabs table of text cells, special characters escaped.

    Cells that read like numbers are set as such, but in columns of `words`. The package tabulate
    knows neither these nor the signs that LaTeX's fonts lack; pandas's `to_latex` writes the same
    bytes and takes a hundred times as long.
    """
    setters = [escaped if name in words else number for name in table.columns]
    head, *body = [
        " & ".join(cells) + r" \\"
        for cells in [
            map(_latex_heading, table.columns),
            *(
                [set_cell(cell) for set_cell, cell in zip(setters, row, strict=True)]
                for row in table.itertuples(index=False)
            ),
        ]
    ]
    columns = "l" * len(table.columns)
    lines = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", head, r"\midrule", *body]
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"]) + "\n"


def _latex_heading(text: str) -> str:
    """A heading on as many lines as it takes to be narrow."""
    lines = [escaped(line) for line in wrap(text, NARROW, break_long_words=False)]
    return lines[0] if len(lines) == 1 else r"\shortstack[l]{" + r"\\".join(lines) + "}"


def page(table: pd.DataFrame, title: str) -> str:
    """A table of text cells as a page of its own, for the report; nothing else is loaded.

    Words of columns that are short in every row stay on one line.
    """
    short = [
        f"td:nth-child({number})"
        for number, name in enumerate(table, 1)
        if len(table) and table[name].str.len().max() <= ON_A_LINE
    ]
    style = f"{STYLE}\n{', '.join(short)} {{ white-space: nowrap; }}" if short else STYLE
    return PAGE.format(style=style, title=escape(title), table=_tabulated(table, "html"))


def title_of(path: Path) -> str:
    """What a table is of and what it is called, from its place under results/."""
    _, _, inside = path.parent.as_posix().rpartition("results/")
    folders = [part for part in inside.split("/") if part not in ("tables", "experiments", "")]
    named = path.stem.replace("_", " ")
    return f"{', '.join(folders)}: {named}" if "results" in path.parts and folders else named


def read_frame(path: str | Path) -> pd.DataFrame:
    """Read a CSV of a study; see `confsym.storage.files.read_csv`."""
    return pd.DataFrame(read_csv(path))


def in_unit(
    table: pd.DataFrame, headings: Mapping[str, str], unit: str
) -> tuple[pd.DataFrame, dict[str, str]]:
    """A table and its headings with energies in another unit: where headings say kcal/mol."""
    energies = [name for name in table if KCAL_MOL in headings.get(name, "")]
    factor = PER_KCAL_MOL[unit]
    return (
        table.assign(**{name: factor * table[name] for name in energies if factor != 1}),
        {name: heading.replace(KCAL_MOL, unit) for name, heading in headings.items()},
    )


def write(
    table: pd.DataFrame,
    headings: Mapping[str, str],
    paths: Iterable[str],
    digits: int = 3,
    unit: str = "kcal/mol",
) -> None:
    """Write a table as the paths end: CSV has every digit; Markdown, LaTeX, HTML are for people.

    These have energies in `unit`, "kcal/mol" or "meV"; CSV always has kcal/mol.

    Raises
    ------
    ValueError
        If a column has text that would be read back as something else.
    """
    words = [name for name in table if not pd.api.types.is_numeric_dtype(table[name])]
    require_known(words)
    converted, headings = in_unit(table, headings, unit)
    readable = for_people(converted, headings, digits)
    names = [headings.get(name, name) for name in words]
    as_text = {".csv": table.to_csv(index=False), ".md": markdown(readable)}
    as_text |= {".tex": latex(readable, names)}
    for path in map(Path, paths):
        html = path.suffix == ".html"
        write_text(path, page(readable, title_of(path)) if html else as_text[path.suffix])
