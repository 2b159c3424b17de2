"""Tables for people: Markdown and LaTeX beside the CSV that has every digit."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from tabulate import tabulate

from confsym.files import write_text


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
        " & ".join(map(_latex_cell, row)) + r" \\"
        for row in [table.columns, *table.itertuples(index=False)]
    ]
    columns = "l" * len(table.columns)
    lines = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", head, r"\midrule", *body]
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"]) + "\n"


def _latex_cell(text: str) -> str:
    if power := re.fullmatch(r"(-?[\d.]+)e([+-]\d+)", text):
        return rf"${power[1]} \times 10^{{{int(power[2])}}}$"
    if re.fullmatch(r"-[\d.]+", text):
        return f"${text}$"
    escapes = {"_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#", "±": r"$\pm$", "R²": "$R^2$"}
    for plain, escaped in escapes.items():
        text = text.replace(plain, escaped)
    return text


def write(
    table: pd.DataFrame, headings: Mapping[str, str], paths: Iterable[str], digits: int = 3
) -> None:
    """Write a table as CSV (every digit), Markdown or LaTeX (for people), as the paths end."""
    readable = for_people(table, headings, digits)
    as_text = {".csv": table.to_csv(index=False), ".md": markdown(readable)}
    as_text[".tex"] = latex(readable)
    for path in map(Path, paths):
        write_text(path, as_text[path.suffix])
