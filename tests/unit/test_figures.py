"""Figures by structure: what is drawn, not how it looks."""

import itertools
import re
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from PIL import Image

from confsym.features import symmetry_functions as features
from confsym.features.registry import FEATURES
from confsym.figures import (
    body_order,
    calibration,
    drawing,
    learning_curves,
    panels,
    parity,
    parity_page,
    smoothness,
    symmetry_functions,
)
from confsym.symmetry.jumps import CONTINUOUS, ENERGIES, WHOLE
from molecules import three_atoms

STYLE = Path(drawing.__file__).parent / "confsym.mplstyle"


@pytest.fixture
def table(rng):
    energy = rng.normal(60, 10, size=200)
    partition = np.where(np.arange(200) < 120, "train", "test")
    parts = {"original": 0.0, "moved": 5.0, "rotated": 1.0}
    return {
        "conformer": np.tile(np.arange(200), 3),
        "partition": np.tile(partition, 3),
        "transform": np.repeat(list(parts), 200),
        "energy": np.tile(energy, 3),
        "predicted": np.concatenate([energy + shift for shift in parts.values()]),
    }


@pytest.fixture
def four(table):
    return panels.panels(table, "original", {"moved": "moved by (1, 1, 1) Å"})


def test_panels(four):
    assert [panel.title for panel in four] == [
        "training conformers",
        "held-out conformers",
        "training conformers, moved by (1, 1, 1) Å",
        "held-out conformers, moved by (1, 1, 1) Å",
    ]
    assert [len(panel.energy) for panel in four] == [120, 80, 120, 80]
    assert four[3].numbers["MAE"] == "5.00 kcal/mol"
    low, high = panels.shared_limits(four)
    assert low < min(panel.energy.min() for panel in four)
    assert high > max(panel.predicted.max() for panel in four)


def test_a_model_trained_on_the_moved_ones_is_shown_the_unmoved_ones(table):
    chosen = panels.panels(table, "moved", {"moved": "moved by (1, 1, 1) Å"})
    assert [panel.title for panel in chosen] == [
        "training conformers, moved (as trained)",
        "held-out conformers, moved (as trained)",
        "training conformers, as embedded",
        "held-out conformers, as embedded",
    ]
    assert (chosen[2].predicted == chosen[2].energy).all()


def test_round_off_of_an_exact_model_moves_no_mark(rng, tmp_path):
    """The same file, whichever way round-off went; and the panel says that the model is exact."""
    drawing.use_style(STYLE)
    energy = rng.normal(scale=20, size=80) - 217_000
    drawn = []
    for name in "ab":
        predicted = energy + rng.normal(scale=1e-10, size=80)
        chosen = [panels.Panel("held-out", np.arange(80), energy, predicted)]
        assert chosen[0].lines == ["n = 80", "exact to 1e-9 kcal/mol", "R² = 1.000"]
        drawing.save(parity.parity(chosen, "a title"), [tmp_path / f"{name}.svg"])
        drawn.append((tmp_path / f"{name}.svg").read_bytes())
    assert drawn[0] == drawn[1]


def test_point_density_is_highest_where_points_are():
    x = np.concatenate([np.full(50, 3.0), [9.0]])
    density = panels.point_density(x, x, (0, 10))
    assert density[:50] == pytest.approx(1)
    assert density[50] < 0.1


def test_parity_figure(four, tmp_path):
    drawing.use_style(STYLE)
    figure = parity.parity(four, "a title")
    assert len(figure.axes) == 4
    limits = panels.shared_limits(four)
    for axes, panel in zip(figure.axes, four, strict=True):
        assert axes.get_xlim() == axes.get_ylim() == pytest.approx(limits)
        assert axes.get_xlabel() == "computed energy (kcal/mol)"
        assert len(axes.collections[0].get_offsets()) == len(panel.energy)
        assert panel.numbers["R²"] in axes.texts[0].get_text()
        assert len(axes.child_axes) == 2
    drawing.save(figure, [tmp_path / "a.svg", tmp_path / "a.pdf"])
    drawing.save(parity.parity(four, "a title"), [tmp_path / "b.svg", tmp_path / "b.pdf"])
    for ending in ("svg", "pdf"):
        one, other = ((tmp_path / f"{name}.{ending}").read_bytes() for name in "ab")
        assert one == other
    assert b"FontFile2" in (tmp_path / "a.pdf").read_bytes()


@pytest.mark.parametrize("mean", [0, -27000])
def test_labels_of_an_axis_do_not_touch(table, mean):
    moved = table | {name: table[name] + mean for name in ("energy", "predicted")}
    chosen = panels.panels(moved, "original", {"moved": "moved by (1, 1, 1) Å"})
    with matplotlib.style.context(STYLE):
        figure = parity.parity(chosen, "model")
        figure.draw_without_rendering()
        boxes = [label.get_window_extent() for label in figure.axes[0].get_xticklabels()]
    assert len(boxes) > 2
    assert all(one.x1 < other.x0 for one, other in itertools.pairwise(boxes))


def test_the_last_bit_of_the_layout_does_not_show(tmp_path):
    drawing.use_style(STYLE)
    for name, shift in (("a", 0.0), ("b", 1e-15)):
        figure = plt.figure(figsize=(4, 3), layout="none")
        above, below = figure.subfigures(2, 1)
        above.bbox_relative.p0 += shift
        image = above.add_axes([0.1 + shift, 0.3 + shift, 0.8, 0.6]).imshow([[0, 1], [2, 3]])
        bar = above.colorbar(image, cax=above.add_axes([0.1, 0.2 + shift, 0.8, 0.05]))
        bar.set_label("energy")
        below.add_axes([0.1 + shift, 0.2 + shift, 0.8, 0.7 - shift]).plot([0, 1], [1, 0])
        drawing.save(figure, [tmp_path / f"{name}.{ending}" for ending in ("svg", "pdf", "png")])
    for ending in ("svg", "pdf", "png"):
        one, other = ((tmp_path / f"{name}.{ending}").read_bytes() for name in "ab")
        assert one == other


@pytest.mark.parametrize(("drawn", "key"), [(3.3, "single"), (6.85, "double")])
def test_figures_have_the_journals_width(drawn, key, tmp_path):
    drawing.use_style(STYLE)
    figure, axes = plt.subplots(figsize=(drawn, 2.0))
    axes.set(xlabel="x", ylabel="y")
    columns = {"single_column_mm": 90, "double_column_mm": 190}
    drawing.save(figure, [tmp_path / "a.png", tmp_path / "a.svg"], columns)
    width = columns[f"{key}_column_mm"] / 25.4
    with Image.open(tmp_path / "a.png") as image:
        assert image.width == int(width * 300)
        assert image.height == int(2.0 * width / drawn * 300)
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    points = float(re.search(r'width="([\d.]+)pt"', (tmp_path / "a.svg").read_text())[1])
    assert points == pytest.approx(width * 72, abs=0.01)


def calibrated(names: list[str]) -> pd.DataFrame:
    """A table of energies' calibration, the same for each experiment."""
    one = pd.DataFrame({"nominal": [0.1, 0.5, 0.9], "observed": [0.2, 0.4, 0.8]})
    one = one.assign(quantity="energy", half_width_kcal_mol=[0.1, 0.4, 1.0])
    return pd.concat([one.assign(experiment=name) for name in names])


def test_calibration_fits_one_column(tmp_path):
    """Nothing outside the figure, and the legend beside nothing."""
    drawing.use_style(STYLE)
    names = [f"a_rather_long_name_of_a_model_{index}" for index in range(3)]
    figure = calibration.calibration(calibrated(names), "dimethyldecanol, GFN2-xTB")
    drawing.fit(figure, {"single_column_mm": 84, "double_column_mm": 174})
    figure.draw_without_rendering()
    page = figure.bbox
    for box in (figure.get_tightbbox().transformed(figure.dpi_scale_trans),):
        assert box.x0 >= page.x0 - 1
        assert box.x1 <= page.x1 + 1
    assert figure.axes[0].get_window_extent().width > 0.4 * page.width


def test_a_users_own_style_changes_nothing(four, tmp_path):
    drawing.use_style(STYLE)
    drawing.save(parity.parity(four, "a title"), [tmp_path / "plain.svg"])
    matplotlib.rcParams.update({"axes.grid": True, "savefig.transparent": True, "font.size": 20})
    drawing.use_style(STYLE)
    drawing.save(parity.parity(four, "a title"), [tmp_path / "hostile.svg"])
    assert (tmp_path / "plain.svg").read_bytes() == (tmp_path / "hostile.svg").read_bytes()


def test_parity_page_is_whole_and_offline(four, tmp_path):
    page = parity_page.parity_page(four, "a <title>")
    assert page.count('class="plotly-graph-div"') == 4
    assert "a &lt;title&gt;" in page
    sources = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="([^"]+)"', page)
    assert sources == ["plotly.min.js"]
    parity_page.write_plotly(tmp_path / "plotly.min.js")
    assert (tmp_path / "plotly.min.js").stat().st_size > 1e6
    assert parity_page.parity_page(four, "a <title>") == page


def test_a_model_that_predicts_one_number_can_be_drawn(table):
    table["predicted"] = np.full(600, 60.0)
    chosen = panels.panels(table, "original", {})
    assert len(chosen) == 2
    assert "NaN" not in parity_page.parity_page(chosen, "mean")
    drawing.use_style(STYLE)
    assert len(parity.parity(chosen, "mean").axes) == 2


def test_further_sets_have_panels_after_the_others(table):
    further = {name: column[:50].copy() for name, column in table.items()}
    further["partition"] = np.full(50, "md_600K")
    further["transform"] = np.full(50, "original")
    both = {name: np.concatenate([column, further[name]]) for name, column in table.items()}
    chosen = panels.panels(both, "original", {})
    assert [panel.title for panel in chosen] == [
        "training conformers",
        "held-out conformers",
        "md_600K",
    ]
    assert (chosen[2].energy == further["energy"]).all()
    drawing.use_style(STYLE)
    figure = parity.parity(chosen, "x")
    assert [axes.axison for axes in figure.axes] == [True, True, True, False]


def curve(sizes, maes, tested_on="held out") -> pd.DataFrame:
    return pd.DataFrame({"size": sizes, "tested_on": tested_on, "mae": maes})


def test_learning_curves_have_axes_for_each_set():
    drawing.use_style(STYLE)
    sets = [curve([10, 20], [4, 2]), curve([10, 20], [8.0, 6.0], "md_600K")]
    figure = learning_curves.learning_curves({"soap": pd.concat(sets)}, "molecule, level")
    upper, lower = figure.axes
    labels = (upper.get_ylabel(), lower.get_ylabel())
    assert labels == ("held-out MAE (kcal/mol)", "md_600K MAE (kcal/mol)")
    assert upper.containers[0][0].get_ydata().tolist() == [4, 2]
    assert lower.containers[0][0].get_ydata().tolist() == [8, 6]


def test_learning_curves_show_every_experiment_worst_first():
    drawing.use_style(STYLE)
    curves = {
        name: curve([10, 10, 20, 20], np.array([4, 5, 2, 3]) * scale)
        for name, scale in {"good": 1.0, "bad": 2.0}.items()
    }
    figure = learning_curves.learning_curves(curves, "molecule, level")
    (axes,) = figure.axes
    assert axes.get_ylabel() == "held-out MAE (kcal/mol)"
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["bad", "good"]
    assert axes.containers[0][0].get_ydata().tolist() == [4.5, 2.5]


def test_learning_curves_that_are_next_to_nothing_have_an_axis_of_their_own():
    drawing.use_style(STYLE)
    curves = {
        name: curve([10, 10, 20, 20], np.array([4, 5, 2, 3]) * scale)
        for name, scale in {"exact": 1e-13, "good": 1.0, "none": 0.0}.items()
    }
    figure = learning_curves.learning_curves(curves, "molecule, level")
    upper, lower = figure.axes
    assert upper.get_ylim()[0] <= 2 < 5 <= upper.get_ylim()[1]
    assert lower.get_ylim()[0] <= 1e-9 < lower.get_ylim()[1] <= 1e-3
    exact = lower.containers[0].lines[0].get_ydata()
    assert set(exact) == {1e-9}  # round-off moves no mark
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == ["good", "exact", "none"]


def test_many_learning_curves_leave_room_for_the_axes_and_their_labels():
    drawing.use_style(STYLE)
    sizes = [100, 1000, 2500, 3000]
    curves = {
        f"experiment_{k}": curve(sizes, np.linspace(4, 2, 4) * 10.0**-k)
        for k in (0, 0.1, 8, *np.linspace(0.2, 1, 28))
    }
    figure = learning_curves.learning_curves(curves, "molecule, level")
    figure.draw_without_rendering()
    upper, lower = (axes.get_window_extent() for axes in figure.axes)
    assert upper.height + lower.height > 0.75 * figure.bbox.height
    legend = figure.legends[0].get_window_extent()
    assert upper.x1 < legend.x0
    assert legend.y0 >= 0
    boxes = [label.get_window_extent() for label in figure.axes[1].get_xticklabels()]
    assert len(boxes) == 3
    assert all(one.x1 < other.x0 for one, other in itertools.pairwise(boxes))


def test_series_are_told_apart_without_colour():
    styles = [tuple(drawing.series_style(index).values()) for index in range(40)]
    assert len(set(styles)) == 40


def test_calibration_draws_each_experiment_and_the_ideal():
    drawing.use_style(STYLE)
    figure = calibration.calibration(calibrated(["one", "two"]), "molecule, level")
    (axes,) = figure.axes
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == ["ideal", "one", "two"]
    assert axes.get_lines()[1].get_ydata().tolist() == [0.2, 0.4, 0.8]


def test_body_order_draws_a_series_for_each_size():
    drawing.use_style(STYLE)
    table = pd.DataFrame(
        {
            "experiment": ["counts", "radial"] * 2,
            "label": ["composition", "symmetry functions"] * 2,
            "body_order": [1, 2] * 2,
            "size": [100, 100, 1000, 1000],
            "mae_kcal_mol": [9.0, 3.0, 9.0, 1.0],
            "spread_kcal_mol": [0.1] * 4,
        }
    )
    (axes,) = body_order.body_order(table, "molecule, level").axes
    labels = [text.get_text() for text in axes.get_xticklabels()]
    assert labels == ["composition\n(1-body)", "symmetry\nfunctions\n(2-body)"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["100", "1,000"]
    assert axes.containers[1][0].get_ydata().tolist() == [9.0, 1.0]
    few, many = (container[0].get_xdata().astype(float) for container in axes.containers)
    assert (few < many).all()
    np.testing.assert_allclose((few + many) / 2, [0, 1], atol=1e-12)


@pytest.fixture
def settings() -> dict:
    """The defaults of symmetry functions."""
    parameters = FEATURES["symmetry_functions"].parameters
    return {name: entry["default"] for name, entry in parameters.items()}


def added(settings: dict, place: np.ndarray, kinds: tuple[str, ...]) -> list[float]:
    """Features of the first of three atoms whose names start in one of these ways."""
    names, values = features.symmetry_functions(place, three_atoms(6, 8, 7), **settings)
    return [v for name, v in zip(names, values[0], strict=True) if name.startswith(kinds)]


def test_the_radial_functions_drawn_are_what_one_neighbour_adds(settings):
    drawing.use_style(STYLE)
    place = np.array([[[0.0, 0, 0], [0, 0, 1.7], [0, 0, 19]]])  # the third out of reach
    figure = symmetry_functions.symmetry_functions(settings, place, "molecule, feature")
    drawn = [np.interp(1.7, *line.get_data()) for line in figure.axes[0].lines]
    assert drawn == pytest.approx(added(settings, place, ("G1_C_O", "G2_C_O")), abs=1e-3)
    assert all("(" in axes.get_xlabel() and "(" in axes.get_ylabel() for axes in figure.axes)


def test_radial_functions_alone_have_one_panel(settings):
    drawing.use_style(STYLE)
    place = np.array([[[0.0, 0, 0], [0, 0, 1.7], [0, 0, 3]]])
    settings |= {"angular_eta": []}
    assert len(symmetry_functions.symmetry_functions(settings, place, "x").axes) == 1


def test_the_angular_factors_drawn_multiply_to_what_two_neighbours_add(settings):
    drawing.use_style(STYLE)
    place = 1.3 * np.array([[[0.0, 0, 0], [1, 0, 0], [0.5, 0.75**0.5, 0]]])
    figure = symmetry_functions.symmetry_functions(settings, place, "molecule, feature")
    _, middle, right = figure.axes
    angular = [np.interp(60, *line.get_data()) for line in middle.lines]
    radial = [np.interp(1.3, *line.get_data()) for line in right.lines]
    products = [one * other for one in radial for other in angular]
    assert products == pytest.approx(added(settings, place, ("G4_C_NO",)), abs=1e-3)


@pytest.mark.parametrize(("spread", "said"), [(0.0, True), (1.0, False)])
def test_a_model_that_says_the_same_of_all_is_told_so(spread, said, rng):
    panel = panels.Panel(
        "held-out", np.arange(30), rng.normal(size=30), 3 + spread * rng.normal(size=30)
    )
    assert any("same prediction" in line for line in panel.lines) == said


def test_many_points_leave_out_what_others_hide(rng):
    """As many cells are covered, each by its densest point, and the numbers are of all points."""
    energy = rng.normal(size=parity.MANY + 1)
    panel = panels.Panel(
        "many", np.arange(len(energy)), energy, energy + 0.1 * rng.normal(size=len(energy))
    )
    limits = panels.shared_limits([panel])
    density = panels.point_density(panel.energy, panel.predicted, limits)
    order = np.argsort(density, kind="stable")
    shown = parity._visible(panel, limits, order)

    def cells(chosen):
        places = np.stack([panel.energy[chosen], panel.predicted[chosen]])
        scaled = parity.CELLS * (places - limits[0]) / (limits[1] - limits[0])
        return list(map(tuple, np.floor(scaled).astype(int).T.tolist()))

    topmost = dict(zip(cells(order), order.tolist(), strict=True))
    assert len(shown) < len(order)
    assert sorted(topmost.values()) == sorted(shown.tolist())
    assert (np.diff(density[shown]) >= 0).all()
    figure = parity.parity([panel], "a title")
    assert len(figure.axes[0].collections[0].get_offsets()) == len(shown)


@pytest.mark.parametrize(("largest", "lines"), [(1e-3, 1), (1e-12, 0)])
def test_misfits_that_mean_nothing_are_not_drawn(largest, lines):
    row = {"experiment": "ridge", "quantity": ENERGIES, "found": CONTINUOUS, "path": "straight"}
    row |= {"note": "from 0 to 1", "measured": 0.0, "at_angstrom": np.nan, "verdict": "kept"}
    at = np.linspace(0, 1, 50)
    curve = {"path": "straight", "experiment": "ridge", "part": WHOLE, "at_angstrom": at}
    misfit = {"path": "straight", "experiment": "ridge", "spacing_angstrom": at[1:]}
    figure = smoothness.smoothness(
        pd.DataFrame([row]),
        pd.DataFrame(curve | {"energy_kcal_mol": at**2}),
        pd.DataFrame(misfit | {"misfit_kcal_mol": largest * at[1:]}),
        "water",
    )
    figure.canvas.draw()
    last = figure.axes[-1]
    assert len(last.lines) == lines
    assert last.get_yscale() == ("log" if lines else "linear")
    plt.close(figure)
