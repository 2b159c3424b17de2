"""How a number is written for people, everywhere, and read back from what was written."""

import math
import re
from dataclasses import dataclass
from numbers import Integral
from typing import Any

POINT_BELOW = 5  # decimal exponent from which a number is written with one
POINT_FROM = -3  # and below which
COMMAS_BELOW = 1e7  # total energies are quoted with all digits before the point

# Below what a result can mean, in the unit of its column: energies in kcal/mol, lengths in Å,
# constants. Round-off of sums of them is 1e-12 and less, and differs between processors.
NOTHING = 1e-9
BOUND = "< 1e-9"

MINUS, UNKNOWN = "−", "–"
PLAIN, RAISED = "+-0123456789", "⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
SUPERSCRIPT, LOWERED = str.maketrans(PLAIN, RAISED), str.maketrans(RAISED, PLAIN)
MANTISSA = r"(?<![\w.])(-?\d+(?:\.\d+)?)"


def significant(
    value: float,
    digits: int = 3,
    extreme: int = 1,
    *,
    commas: bool = False,
    nothing: float = NOTHING,
) -> str:
    """Write a number with so many significant digits, and all digits before the point.

    What rounds to less than 0.001, or to 100,000 and more, has an exponent. No number ends in a
    point. What is nearer to 0 than a result can mean is a bound, whatever its sign; 0 itself is 0.

    Parameters
    ----------
    value
        In any unit.
    digits
        Significant digits of what has no exponent.
    extreme
        Significant digits of what has one.
    commas
        Separate thousands, and write large numbers without an exponent.
    nothing
        `NOTHING`, or 0 for round-off that is itself what is to be said.
    """
    if not math.isfinite(value):
        return str(float(value))
    if value == 0:
        return "0"
    if abs(value) < nothing:
        return BOUND
    power = exponent(f"{value:.{digits - 1}e}")  # after rounding: 99.96 is 1e2
    decimals = max(digits - 1 - power, 0)
    plain = f"{value:,.{decimals}f}"
    whole_digits = len(plain.lstrip("-").partition(".")[0].replace(",", ""))
    if power >= POINT_FROM and (commas or whole_digits <= POINT_BELOW):
        return plain if commas else plain.replace(",", "")
    return f"{value:.{extreme - 1}e}"


def fixed(value: float, decimals: int) -> str:
    """Write a number with so many decimals and a real minus sign, which 0 has not."""
    return f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", MINUS)


def as_read(text: str) -> float:
    """The number that a text is.

    Raises
    ------
    ValueError
        If it is none. Python reads 1_0 as ten, and no other program does.
    """
    if "_" in text:
        raise ValueError(f"{text!r} is no number")
    return float(text)


def value_and_spread(value: float, spread: float | None, decimals: int, sign: str = "") -> str:
    """Write a number and its spread with the same decimals; nothing where the spread is none.

    Parameters
    ----------
    value, spread
        In one unit. A spread of nothing, or one that is no number, is none.
    decimals
        So many, or more where they show less than three digits of the number or none of the
        spread: as many as end at the spread's first digit.
    sign
        "+" for a change, which has a sign in any case.
    """
    if spread is None or not NOTHING <= spread < math.inf:
        return ""
    if abs(value) < 10.0 ** (2 - decimals) or not float(f"{spread:.{decimals}f}"):
        decimals = max(decimals, -exponent(f"{spread:.0e}"))
    return f"{value:{sign}.{decimals}f} ± {spread:.{decimals}f}"


def typeset(text: str) -> str:
    """Write 4e-14 as 4 × 10⁻¹⁴, < 1e-9 as < 10⁻⁹, and a minus sign as one."""
    if text == BOUND:
        return f"< 10{raised(BOUND)}"
    if match := re.fullmatch(r"(-?[\d.]+)e([+-]\d+)", text):
        text = f"{match[1]} × 10{raised(text)}"
    return re.sub(r"^-", MINUS, text)


def exponent(text: str) -> int:
    """The power of ten of a number: -14 of 4e-14."""
    return int(text.partition("e")[2])


def raised(text: str) -> str:
    """The same for print: ⁻¹⁴ of 4e-14."""
    return str(exponent(text)).translate(SUPERSCRIPT)


def ascii_numbers(text: str) -> str:
    r"""Write each number in a text as 4e-14, be it 4 × 10⁻¹⁴ or \ensuremath{4 \times 10^{-14}}."""
    text = re.sub(rf"{MINUS}(?=\d)", "-", text)
    text = re.sub(
        rf"{MANTISSA}\s(?:×|\\times)\s10(?:\^\{{(-?\d+)\}}|([{RAISED}]+))",
        lambda found: f"{found[1]}e{found[2] or found[3].translate(LOWERED)}",
        text,
    )
    text = re.sub(rf"(?<![\w.])10([{RAISED}]+)", lambda x: f"1e{x[1].translate(LOWERED)}", text)
    text = re.sub(r"(?<![\w.])10\^\{(-?\d+)\}", r"1e\1", text)
    return re.sub(r"\\ensuremath\{([-<\d][^{}]*)\}", r"\1", text)


def for_people(value: Any) -> str:
    """Write a value in a sentence: words as they are, commas in thousands, – for no number."""
    if isinstance(value, str):
        return value
    if isinstance(value, Integral):
        return f"{value:,}"
    if math.isnan(value):
        return UNKNOWN
    return typeset(significant(value, commas=abs(value) < COMMAS_BELOW))


@dataclass(frozen=True)
class Number:
    """A number that a paper or a caption quotes.

    Parameters
    ----------
    name
        The name that it is quoted by.
    value
        With every digit; text for a name.
    unit
        "" where there is none.
    about
        What it is, or which file it comes from and the column or key there.
    written
        As people read it, where that is not as `for_people` says.
    """

    name: str
    value: Any
    unit: str
    about: str
    written: str = ""

    @property
    def text(self) -> str:
        """As people read it."""
        return self.written or for_people(self.value)
