"""One way of writing a number for people."""

import math
import re
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pytest

from confsym.storage.numbers import Number, ascii_numbers, fixed, significant, value_and_spread
from studies import ROOT


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (123.4, "123"),
        (100.0, "100"),
        (99.96, "100"),
        (99.94, "99.9"),
        (999.5, "1000"),
        (999.4, "999"),
        (9.996, "10.0"),
        (9.995, "9.99"),  # the nearest double is below 9.995
        (1.0, "1.00"),
        (0.9996, "1.00"),
        (0.00123, "0.00123"),
        (0.0009996, "0.00100"),
        (0.00099, "1e-03"),
        (1.2e-9, "1e-09"),
        (1e-9, "1e-09"),
        (0.99e-9, "< 1e-9"),
        (-4e-14, "< 1e-9"),
        (99_999.4, "99999"),
        (99_999.6, "1e+05"),
        (1e300, "1e+300"),
        (5e-324, "< 1e-9"),
        (0.0, "0"),
        (-0.0, "0"),
        (-99.96, "-100"),
        (-1.234, "-1.23"),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (np.float32(2.5), "2.50"),
        (np.int64(42), "42.0"),
    ],
)
def test_three_significant_digits(value, text):
    assert significant(value) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(9.96, 2, "10"), (99.6, 2, "100"), (0.096, 1, "0.1"), (0.96, 1, "1"), (12.34, 2, "12")],
)
def test_other_numbers_of_digits(value, digits, text):
    assert significant(value, digits) == text


def test_extremes_and_thousands():
    assert significant(4.2e-14, nothing=0) == "4e-14"
    assert significant(1.234e-9, extreme=2) == "1.2e-09"
    assert significant(1.234e7, extreme=3) == "1.23e+07"
    assert significant(999.7, commas=True) == "1,000"
    assert significant(1234567.8, commas=True) == "1,234,568"
    assert significant(1.5, commas=True) == "1.50"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.12345, "0.123"), (-0.12345, "−0.123"), (-4e-17, "0.000"), (1 - 4e-17, "1.000")],
)
def test_fixed_decimals(value, text):
    assert fixed(value, 3) == text


@pytest.mark.parametrize(
    "written",
    [
        "4e-14 and 1e-9",
        "4 × 10⁻¹⁴ and 10⁻⁹",
        r"4 \times 10^{-14} and 10^{-9}",
    ],
)
def test_every_power_of_ten_is_read_back(written):
    assert ascii_numbers(written) == "4e-14 and 1e-9"
    assert ascii_numbers("−1.5 × 10⁷, 110⁻⁹ and C10") == "-1.5e7, 110⁻⁹ and C10"


def test_a_number_and_its_text():
    assert Number("a", np.int64(4164), "", "").text == "4,164"
    assert Number("a", np.nan, "", "").text == "–"
    assert Number("a", "word", "", "").text == "word"
    assert Number("a", 1.5, "", "", "1.5 or so").text == "1.5 or so"


def test_random_numbers_agree_with_decimal_arithmetic(rng):
    """Between the extremes: the value of decimal rounding, and never a point at the end."""
    for value in rng.uniform(0.1, 1, 3000) * 10 ** rng.uniform(-1.5, 4.9, 3000):
        exact, text = Decimal(float(value)), significant(value)
        assert not text.endswith(".")
        assert "e" not in text
        step = Decimal(1).scaleb(min(exact.adjusted() - 2, 0))
        rounded = exact.quantize(step, rounding=ROUND_HALF_EVEN)
        assert Decimal(text) == rounded
        assert len(text.replace("-", "").replace(".", "").lstrip("0")) >= 3


def test_nothing_else_rounds_to_significant_digits():
    """Names of columns alone are made with g and a number of digits: they are no prose."""
    own = ("features/symmetry_functions.py", "features/fchl19.py", "features/pair_correlations.py")
    for path in (ROOT / "workflow/scripts").rglob("*.py"):
        if not path.as_posix().endswith(own):
            assert not re.search(r":#?[,+]?\.\d[gG]\}", path.read_text(encoding="utf-8")), path.name


@pytest.mark.parametrize(
    ("value", "spread", "decimals", "text"),
    [
        (6.7891, 0.1049, 2, "6.79 ± 0.10"),
        (0.12488, 0.00081, 3, "0.125 ± 0.001"),
        (0.0014, 0.0004, 3, "0.0014 ± 0.0004"),
        (0.0014, 0.0006, 3, "0.0014 ± 0.0006"),  # not 0.001 ± 0.001
        (0.0049, 0.0004, 3, "0.0049 ± 0.0004"),
        (1.004, 0.003, 2, "1.004 ± 0.003"),
        (6.7891, 0.00096, 2, "6.789 ± 0.001"),
        (0.0312, 0.5, 3, "0.031 ± 0.500"),
        (-300.04, 0.02, 1, "-300.04 ± 0.02"),
        (6.7891, 0.0, 2, ""),
        (6.7891, 1e-14, 2, ""),
        (6.7891, math.nan, 2, ""),
        (6.7891, math.inf, 2, ""),
        (6.7891, None, 2, ""),
    ],
)
def test_a_spread_is_shown_by_its_first_digit_or_not_at_all(value, spread, decimals, text):
    assert value_and_spread(value, spread, decimals) == text


def test_a_change_with_its_spread_has_its_sign():
    assert value_and_spread(0.021, 0.004, 2, sign="+") == "+0.021 ± 0.004"
    assert value_and_spread(0.021, 0.0, 2, sign="+") == ""
