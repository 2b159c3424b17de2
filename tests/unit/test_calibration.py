import matplotlib.pyplot as plt
import numpy as np
import pytest

from confsym.evaluation import calibration, intervals
from confsym.evaluation.intervals import ENERGY, FORCE, AbsoluteErrors
from confsym.figures import calibration as figure
from confsym.paper import findings


@pytest.mark.parametrize(
    ("honesty", "lower", "upper"), [(1, -0.02, 0.02), (0.5, -0.4, 0), (2, 0, 0.4)]
)
def test_intervals_hold_what_they_promise_when_the_deviations_are_honest(honesty, lower, upper):
    rng = np.random.default_rng(7)
    true = rng.uniform(0.5, 2, size=20000)
    table = {
        "partition": np.repeat(["test", "train"], [15000, 5000]),
        "transform": np.repeat(["original", "moved", "original"], [10000, 5000, 5000]),
        "energy": np.zeros(20000),
        "predicted": true * rng.normal(size=20000),
        "predicted_std": honesty * true,
    }
    table["predicted"][10000:] = 100.0  # neither moved nor training conformers count
    found = calibration.calibration(intervals.of_energies(table)["held out"])
    off = found["observed"] - found["nominal"]
    assert off.between(lower, upper).all()
    if honesty != 1:
        assert off.abs().max() > 0.2
    width = found.set_index("nominal").loc[0.95, "half_width"]
    assert width == pytest.approx(1.96 * honesty * true[:10000].mean(), rel=1e-3)


def missed(rng, size: float, components: int) -> dict[str, AbsoluteErrors]:
    error = size * np.abs(rng.normal(size=(300, components)))
    return {"held out": AbsoluteErrors(error, np.full_like(error, size))}


@pytest.mark.parametrize("panels", [1, 2])
def test_energies_and_forces_stand_side_by_side(panels, rng):
    found = {("gp", ENERGY): missed(rng, 0.1, 1), ("additive", ENERGY): missed(rng, 2.0, 1)}
    found[("exact", ENERGY)] = missed(rng, 1e-13, 1)
    if panels == 2:
        found |= {("gp", FORCE): missed(rng, 0.5, 9), ("exact", FORCE): missed(rng, 1e-13, 9)}
    table = calibration.table(found)
    drawn = figure.calibration(table, "ethanol, PBE")
    assert len(drawn.axes) == panels
    counts = [[len(line.get_xdata()) for line in axes.lines] for axes in drawn.axes]
    assert counts == [[2, 11, 11, 0], [2, 11, 0]][:panels]
    said = [text.get_text() for text in drawn.legends[0].get_texts()]
    assert said == ["ideal", "gp", "additive", "exact: exact (< 1e-9), not drawn"]
    colours = [[line.get_color() for line in axes.lines] for axes in drawn.axes]
    assert all(one[1] == colours[0][1] and one[-1] == colours[0][-1] for one in colours)
    plt.close(drawn)
    forces = table[table["quantity"] == FORCE]
    assert forces["half_width_kcal_mol"].isna().all()
    assert forces["half_width_kcal_mol_angstrom"].notna().all()
    quoted = {number.name: number.value for number in findings.of_calibration(table)}
    assert ("gp/force_inside_interval" in quoted) == (panels == 2)
    assert quoted["gp/inside_interval"] == pytest.approx(0.95, abs=0.05)
