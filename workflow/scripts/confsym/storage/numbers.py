"""How a number is written for people, everywhere: so many significant digits."""

import math

POINT_BELOW = 5  # decimal exponent from which a number is written with one
POINT_FROM = -3  # and below which


def significant(value: float, digits: int = 3, extreme: int = 1, *, commas: bool = False) -> str:
    """Write a number with so many significant digits, and all digits before the point.

    What rounds to less than 0.001, or to 100,000 and more, has an exponent. No number ends in a
    point.

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
    """
    if not math.isfinite(value):
        return str(float(value))
    if value == 0:
        return "0"
    exponent = int(f"{value:.{digits - 1}e}".partition("e")[2])  # after rounding: 99.96 is 1e2
    decimals = max(digits - 1 - exponent, 0)
    plain = f"{value:,.{decimals}f}"
    whole = len(plain.lstrip("-").partition(".")[0].replace(",", ""))
    if exponent >= POINT_FROM and (commas or whole <= POINT_BELOW):
        return plain if commas else plain.replace(",", "")
    return f"{value:.{extreme - 1}e}"
