"""Tables for people: Markdown, LaTeX and HTML beside the CSV that has every digit."""

import html
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd
from tabulate import tabulate

from confsym.files import write_text
from confsym.latex import escaped, power

NARROW = 16  # characters of a heading's line in LaTeX
STYLE = """\
body { font: 14px sans-serif; margin: 1.5em; }
table { border-collapse: collapse; border-top: 2px solid; border-bottom: 2px solid; }
th { border-bottom: 1px solid; text-align: left; vertical-align: bottom; }
th, td { padding: 0.3em 1.2em 0.3em 0; }
tr:nth-child(even) td { background: #f3f5f7; }"""
PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Table</title>
<style>
{style}
</style>
<table>
{body}
</table>
</html>
"""


def for_people(table: pd.DataFrame, headings: Mapping[str, str], digits: int = 3) -> pd.DataFrame:
    """The table as text, with headings: so many significant digits, yes and no."""

    def cell(value: Any) -> str:
        if isinstance(value, bool | np.bool_):
            return "yes" if value else "no"
        if isinstance(value, float):
            return "" if np.isnan(value) else significant(value, digits)
        return str(value)

    return table.rename(columns=dict(headings)).map(cell)


def significant(value: float, digits: int = 3) -> str:
    """So many significant digits; all digits before the point, and an exponent for extremes."""
    size = abs(value)
    if value == 0 or 1e-3 <= size < 10 ** (digits - 1):
        return f"{value:#.{digits}g}" if value else "0"
    return f"{value:.0f}" if 10 ** (digits - 1) <= size < 1e5 else f"{value:.0e}"


def markdown(table: pd.DataFrame) -> str:
    """A Markdown table of text cells."""
    text = tabulate(table, headers="keys", tablefmt="pipe", showindex=False, disable_numparse=True)
    return f"{text}\n"


def latex(table: pd.DataFrame) -> str:
    """A booktabs table of text cells, special characters escaped."""
    head, *body = [
        " & ".join(cells) + r" \\"
        for cells in [
            map(_latex_heading, table.columns),
            *(map(_latex_cell, row) for row in table.itertuples(index=False)),
        ]
    ]
    columns = "l" * len(table.columns)
    lines = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", head, r"\midrule", *body]
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"]) + "\n"


def _latex_cell(text: str) -> str:
    if found := re.fullmatch(r"(-?[\d.]+)e([+-]\d+)", text):
        return power(found[1], int(found[2]))
    return rf"\ensuremath{{{text}}}" if re.fullmatch(r"-[\d.]+", text) else escaped(text)


def _latex_heading(text: str) -> str:
    """A heading on as many lines as it takes to be narrow."""
    lines = [escaped(line) for line in wrap(text, NARROW, break_long_words=False)]
    return lines[0] if len(lines) == 1 else r"\shortstack[l]{" + r"\\".join(lines) + "}"


def page(table: pd.DataFrame) -> str:
    """A table of text cells as a page of its own, for the report; nothing else is loaded."""
    head = "".join(f"<th>{html.escape(heading)}</th>" for heading in table.columns)
    rows = [
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in table.itertuples(index=False)
    ]
    body = "\n".join([f"<tr>{head}</tr>", *rows])
    return PAGE.format(style=STYLE, body=body)


def write(
    table: pd.DataFrame, headings: Mapping[str, str], paths: Iterable[str], digits: int = 3
) -> None:
    """Write a table as the paths end: CSV has every digit; Markdown, LaTeX, HTML are for people."""
    readable = for_people(table, headings, digits)
    as_text = {".csv": table.to_csv(index=False), ".md": markdown(readable)}
    as_text |= {".tex": latex(readable), ".html": page(readable)}
    for path in map(Path, paths):
        write_text(path, as_text[path.suffix])
