"""Text and numbers as LaTeX."""

import re

from confsym.storage.numbers import BOUND, LOWERED, RAISED, exponent

SPECIAL = {
    "\\": r"\textbackslash{}",
    **{character: f"\\{character}" for character in "_%&#${}"},
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    # What pdfLaTeX's fonts do not have; \ensuremath serves in text and in formulas.
    "±": r"\ensuremath{\pm}",
    **{chr(0x2080 + digit): rf"\ensuremath{{{{}}_{digit}}}" for digit in range(10)},
    "−": r"\ensuremath{-}",
    "×": r"\ensuremath{\times}",
    **{one: rf"\ensuremath{{{{}}^{one.translate(LOWERED)}}}" for one in RAISED},
    "°": r"\ensuremath{{}^\circ}",
    "Å": r"\AA{}",
    "σ": r"\ensuremath{\sigma}",
    "…": r"\ldots{}",
}


def escaped(text: str) -> str:
    """Text with all special characters escaped, and hyphens side by side kept from being a dash."""
    return re.sub("-(?=-)", "-{}", "".join(SPECIAL.get(character, character) for character in text))


def number(text: str) -> str:
    """A cell with a number as `significant` writes it, good in text and in formulas; or words."""
    if text == BOUND:
        return rf"\ensuremath{{< 10^{{{exponent(BOUND)}}}}}"
    if match := re.fullmatch(r"(-?[\d.]+)e[+-]?\d+", text):
        return rf"\ensuremath{{{match[1]} \times 10^{{{exponent(text)}}}}}"
    return rf"\ensuremath{{{text}}}" if re.fullmatch(r"-[\d.]+", text) else escaped(text)
