"""Text as LaTeX."""

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
    "²": r"\ensuremath{{}^2}",
    "³": r"\ensuremath{{}^3}",
    "°": r"\ensuremath{{}^\circ}",
    "Å": r"\AA{}",
    "σ": r"\ensuremath{\sigma}",
    "…": r"\ldots{}",
}


def escaped(text: str) -> str:
    """Text with all special characters escaped."""
    return "".join(SPECIAL.get(character, character) for character in text)


def power(mantissa: str, exponent: int) -> str:
    """A number with a power of ten, good in text and in formulas."""
    return rf"\ensuremath{{{mantissa} \times 10^{{{exponent}}}}}"
