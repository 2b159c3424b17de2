"""Steps and kinks of functions whose steps and kinks are known."""

import numpy as np
import pytest

from confsym.errors import StudyError
from confsym.symmetry.jumps import CONTINUOUS, KINK_ABOVE, KINKED, STEPPED, jumps

LENGTH = 3.0
PLACES = (0.123456, 1.2345, 1.5, 2.71828)


def wavy(at: np.ndarray) -> np.ndarray:
    """Smooth, as rough as an energy along a path: curvatures of hundreds."""
    return sum(50 / k**2 * np.sin(3.1 * k * at + k * k) for k in range(1, 8))


def rounded_off(function, size: float):
    """The function with what looks like round-off: it changes with the last digits of a place."""
    return lambda at: function(at) + size * np.sin(at * 1e15)


@pytest.mark.parametrize("noise", [0, 1e-12, 1e-9, 1e-7])
@pytest.mark.parametrize("height", [0, 1e3])
def test_smooth_functions_are_continuous(noise, height):
    found = jumps(rounded_off(lambda at: height + wavy(at), noise), LENGTH)
    assert (found.found, found.step, found.slope_jump) == (CONTINUOUS, 0, 0)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(StudyError, match=r"predicted 1\.0125 Å along the path is no finite number"):
        jumps(lambda at: np.where(at > 1, value, wavy(at)), LENGTH)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("size", "noise"), [(0.05, 1e-12), (0.3, 1e-10), (1, 1e-9), (100, 1e-8)])
def test_kinks_are_found_with_their_size(size, noise, place):
    kink = rounded_off(lambda at: wavy(at) + size / 2 * np.abs(at - place), noise)
    found = jumps(kink, LENGTH)
    assert (found.found, found.step) == (KINKED, 0)
    assert found.slope_jump == pytest.approx(size, rel=0.1)
    assert found.at == pytest.approx(place, abs=1e-3)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("size", [1e-4, 1e-2, 1, 100])
def test_steps_are_found_with_their_size(size, place):
    step = rounded_off(lambda at: wavy(at) + size * (at > place), 1e-10)
    found = jumps(step, LENGTH)
    assert found.found == STEPPED
    assert found.step == pytest.approx(size, rel=1e-3)
    assert found.at == pytest.approx(place, abs=1e-5)
    assert found.misfit[-1] == pytest.approx(size / 2, rel=1e-3)


@pytest.mark.parametrize("width", np.geomspace(1e-5, 1, 16))
@pytest.mark.parametrize(
    "shape",
    [np.tanh, lambda x: np.exp(-(x**2) / 2), lambda x: np.hypot(x, 1) * 1e-3],
    ids=["step", "peak", "kink"],
)
def test_sharp_but_smooth_functions_are_continuous(shape, width):
    sharp = rounded_off(lambda at: wavy(at) + 10 * shape((at - 1.2345) / width), 1e-11)
    assert jumps(sharp, LENGTH).found == CONTINUOUS


def test_a_jump_of_the_curvature_is_no_kink():
    bent = rounded_off(lambda at: wavy(at) + 100 * np.maximum(at - 1.2345, 0) ** 2, 1e-11)
    assert jumps(bent, LENGTH).found == CONTINUOUS


def test_a_step_counts_more_than_a_larger_kink():
    both = jumps(lambda at: 100 * np.abs(at - 1) + 0.01 * (at > 2), LENGTH)
    assert both.found == STEPPED
    assert both.step == pytest.approx(0.01, rel=1e-3)
    assert both.slope_jump == pytest.approx(200, rel=0.01)


def test_stairs_and_crossing_lines():
    """As trees and sorted values make them: many, and close to each other."""
    assert jumps(lambda at: np.round(wavy(at), 2), LENGTH).found == STEPPED
    slopes = np.random.default_rng(3).normal(size=(2, 30))
    lines = lambda at: np.sort(np.outer(at, slopes[0]) + slopes[1], axis=1)  # noqa: E731
    weight = np.linspace(-5, 5, 30)
    found = jumps(lambda at: lines(at) @ weight, LENGTH)
    assert found.found == KINKED
    assert found.slope_jump > KINK_ABOVE


def test_vectors_and_constants():
    def vector(at):
        return np.stack([wavy(at), wavy(at) + 0.1 * (at > 1)], axis=1).reshape(len(at), 1, 2)

    assert jumps(vector, LENGTH).step == pytest.approx(0.1, rel=1e-3)
    assert jumps(lambda at: np.full(len(at), 3.0), LENGTH).found == CONTINUOUS


def test_misfits_follow_the_spacing():
    """A smooth one falls with the sixth power, a kink with the first, a step not at all."""
    smooth = jumps(wavy, LENGTH)
    assert smooth.misfit[3] / smooth.misfit[4] == pytest.approx(2**6, rel=0.1)
    kink = jumps(lambda at: 10 * np.abs(at - 1.2345), LENGTH)
    assert 4**5 / 5 < kink.misfit[-6] / kink.misfit[-1] < 5 * 4**5
    ratio = kink.spacing[4:-1] / kink.spacing[5:]
    np.testing.assert_allclose(ratio, 4)
