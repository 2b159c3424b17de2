"""Numbers to be quoted: a LaTeX command, a reStructuredText substitution and a JSON entry each."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from confsym.errors import StudyError
from confsym.storage import latex
from confsym.storage.numbers import Number, ascii_numbers, for_people, value_and_spread

DIGITS = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def with_spread(value: float, spread: float | None) -> str:
    """A mean and its standard deviation with the same decimals; the mean alone next to nothing."""
    if not value >= 1e-3:
        return for_people(value)
    return value_and_spread(value, spread, 3 if value < 1 else 2) or for_people(value)


def command(molecule: str, name: str) -> str:
    r"""LaTeX command of a number, letters alone: \confsymButanolNotesHeldOutMae."""
    words = re.findall(r"[A-Za-z]+|\d", f"{molecule}/{name}")
    spelled = [
        DIGITS[int(word)] if word.isdigit() else word[0].upper() + word[1:] for word in words
    ]
    return "\\confsym" + "".join(spelled)


def check_commands(molecule: str, numbers: Sequence[Number]) -> None:
    """Refuse names that only LaTeX cannot tell apart.

    Raises
    ------
    StudyError
        Where two numbers would get the same command.
    """
    commands = sorted((command(molecule, number.name), number.name) for number in numbers)
    for (first_command, first), (second_command, second) in pairwise(commands):
        if first_command == second_command:
            raise StudyError(
                f"molecules.{molecule}: {first} and {second} would be one LaTeX command, "
                f"{first_command}, since commands have letters only; give one of the experiments "
                "another name."
            )


def latex_text(text: str) -> str:
    """Text for LaTeX; a number serves in text and in formulas."""
    cell = ascii_numbers(text)
    if cell != text and (number := latex.number(cell)) != latex.escaped(cell):
        return number
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+", cell):
        digits = cell.replace(",", "{,}")  # no space behind the comma in formulas
        return rf"\ensuremath{{{digits}}}" if cell.startswith("-") else digits
    return latex.escaped(text).replace(r" \ensuremath{\pm} ", r"~\ensuremath{\pm}~")  # on one line


def tex(molecule: str, numbers: Sequence[Number]) -> str:
    """A file of LaTeX commands for a paper to input; the comments have unit and source."""
    check_commands(molecule, numbers)
    lines = [f"% Numbers of {molecule}: unit; file under results/{molecule}, column or key."]
    for number in numbers:
        definition = (
            rf"\newcommand{{{command(molecule, number.name)}}}{{{latex_text(number.text)}}}"
        )
        lines.append(f"{definition}% {number.unit or 'no unit'}; {number.about}")
    return "\n".join(lines) + "\n"


def rst(molecule: str, numbers: Sequence[Number]) -> str:
    """Substitutions for the report's captions: |butanol/notes/held_out_mae|."""
    lines = []
    for number in numbers:
        text = re.sub(r"([\\*`|_])", r"\\\1", number.text)
        text = re.sub(r" ([±×]) ", "\u00a0\\1\u00a0", text)  # kept on one line
        lines.append(f".. |{molecule}/{number.name}| replace:: {text}")
    return "\n".join(lines) + "\n"


def entries(molecule: str, numbers: Sequence[Number]) -> list[dict[str, Any]]:
    """The same for JSON, every digit kept."""
    return [
        {
            "name": number.name,
            "command": command(molecule, number.name),
            "value": number.value,
            "text": number.text,
            "unit": number.unit,
            "source": number.about,
        }
        for number in numbers
    ]


def table(molecule: str, numbers: Sequence[Number]) -> pd.DataFrame:
    """The same for the report, as people read it."""
    columns = {
        "name": "Number",
        "text": "Value",
        "unit": "Unit",
        "command": "LaTeX command",
        "source": "Source",
    }
    return pd.DataFrame(entries(molecule, numbers))[list(columns)].rename(columns=columns)
