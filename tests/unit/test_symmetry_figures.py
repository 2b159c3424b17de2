"""Figures of the trial, by structure: what is drawn, not how it looks."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from confsym.evaluation.verdicts import NOT_KEPT
from confsym.figures import augmentation, canonical_pose, drawing, symmetry
from confsym.figures.colours import MOVED, UNMOVED

STYLE = Path(drawing.__file__).parent / "confsym.mplstyle"
TRANSFORMS = {
    "rotated": {"kind": "rotation"},
    "mirrored": {"kind": "reflection"},
    "torn": {"kind": "same_element_swap"},
}


@pytest.fixture(autouse=True)
def style():
    drawing.use_style(STYLE)


def verdicts(**cells) -> pd.DataFrame:
    """A table of verdicts: for each experiment (claimed, defect, verdict) of each transform."""
    rows = [
        {
            "experiment": experiment,
            "transform": transform,
            "claimed": claimed,
            "defect_max": defect,
            "holds": defect <= 1e-6,
            "verdict": verdict,
        }
        for experiment, found in cells.items()
        for transform, (claimed, defect, verdict) in zip(TRANSFORMS, found, strict=True)
    ]
    return pd.DataFrame(rows)


@pytest.fixture
def table() -> pd.DataFrame:
    return verdicts(
        raw=[(False, 12.3, NOT_KEPT), (False, 3.0, NOT_KEPT), (False, 7.0, "probe")],
        good=[(True, 1e-12, "kept"), (True, 0.0, "kept"), (False, 2e6, "probe")],
    )


@pytest.fixture
def others() -> tuple[pd.DataFrame, pd.DataFrame]:
    rotations = pd.DataFrame({"experiment": ["raw", "good"], "spread_rms_kcal_mol": [5.0, 1e-13]})
    summary = pd.DataFrame(
        {"experiment": ["good", "raw"], "resplit_mae_mean_kcal_mol": [0.125, 6.8]}
    )
    return rotations, summary


def test_a_cell_for_each_verdict_best_experiment_first(table, others):
    figure = symmetry.symmetry(table, *others, TRANSFORMS, "here")
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["good", "raw"]
    cells = {
        (round(p.get_x() + 0.44), round(p.get_y() + 0.4)): to_hex(p.get_facecolor(), False)
        for p in axes.patches
    }
    assert len(cells) == 6
    assert cells[0, 0] == cells[1, 0] == UNMOVED[0].lower()
    assert cells[0, 1] == cells[1, 1] == MOVED[0].lower()
    assert cells[2, 0] == cells[2, 1] not in (UNMOVED[0].lower(), MOVED[0].lower())
    framed = {round(p.get_y() + 0.4) for p in axes.patches if p.get_linewidth() > 0}
    assert framed == {0}
    texts = {(round(t.get_position()[0]), t.get_position()[1]): t.get_text() for t in axes.texts}
    assert [texts[column, 1] for column in range(3)] == ["12", "3.0", "7.0"]
    assert [texts[column, 0] for column in range(3)] == ["0", "0", "2e+06"]
    words = [text.get_text() for text in axes.texts]
    assert {"0.12", "6.8", "5.0"} <= set(words)
    assert "kcal/mol" in figure.get_suptitle()
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["unmoved", "moved", "not judged", "claimed"]


def test_a_broken_claim_stands_out(others):
    table = verdicts(
        raw=[(True, 12.3, "claim broken"), (False, 3.0, NOT_KEPT), (False, 7.0, "probe")],
        good=[(True, 1e-12, "kept"), (True, 0.0, "kept"), (False, 2e6, "probe")],
    )
    figure = symmetry.symmetry(table, *others, TRANSFORMS, "here")
    colours = [to_hex(patch.get_facecolor()) for patch in figure.axes[0].patches]
    assert colours.count("#000000") == 1
    assert "a claim broken" in [text.get_text() for text in figure.legends[0].get_texts()]


def test_nothing_is_outside_the_page(table, others):
    figure = symmetry.symmetry(table, *others, TRANSFORMS, "here")
    figure.draw_without_rendering()
    page = figure.bbox
    for text in [*figure.axes[0].texts, *figure.axes[0].get_xticklabels()]:
        box = text.get_window_extent()
        assert page.x0 <= box.x0
        assert box.x1 <= page.x1
        assert box.y1 <= page.y1


def test_augmentation_is_drawn_against_copies_with_invariant_lines():
    entries = [("notes", False, 0), ("four", False, 4), ("many", False, 16), ("best", True, 0)]
    table = pd.DataFrame(
        [
            {
                "family": "raw",
                "experiment": name,
                "invariant": invariant,
                "copies": copies,
                "rows": 100 * (1 + copies),
                "repeat": repeat,
                "mae_embedded_kcal_mol": 7.0 + repeat,
                "mae_posed_kcal_mol": 3.0 if invariant else 10.0 + repeat,
            }
            for name, invariant, copies in entries
            for repeat in range(2)
        ]
    )
    figure = augmentation.augmentation(table, "here")
    (axes,) = figure.axes
    ticks = [label.get_text() for label in axes.get_xticklabels()]
    assert ticks == ["0\n100 rows", "4\n500 rows", "16\n1,700 rows"]
    means = [container.lines[0].get_ydata().tolist() for container in axes.containers]
    assert means == [[7.5] * 3, [10.5] * 3]
    (line,) = [line for line in axes.lines if list(line.get_ydata()) == [3.0, 3.0]]
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert sorted(names) == ["as embedded", "best, any pose", "in a random pose"]
    assert line.get_label() == "best, any pose"
    assert "kcal/mol" in axes.get_ylabel()


def test_a_long_title_of_a_family_stays_on_the_page():
    family = "raw and hgb above uff, copies moved by rotation and translation, displacement 100.0 Å"
    row = {"invariant": False, "copies": 4, "rows": 500, "experiment": "four", "repeat": 0}
    errors = dict.fromkeys(augmentation.POSES, 1.0)
    figure = augmentation.augmentation(
        pd.DataFrame([row | errors | {"family": family}]), "dimethyldecanol, MMFF94"
    )
    figure.draw_without_rendering()
    box = figure.axes[0].title.get_window_extent()
    assert figure.bbox.x0 <= box.x0
    assert box.x1 <= figure.bbox.x1


def test_the_canonical_poses_jumps_are_counted(rng):
    table = pd.DataFrame(
        {
            "gap": rng.random(40),
            "skewness": rng.random(40),
            "moved_A": np.where(np.arange(40) < 3, 5.0, 0.03),
            "mirrored_A": 4.0,
        }
    )
    figure = canonical_pose.canonical_pose(table, "here")
    assert len(figure.axes) == 2
    labels = [text.get_text() for text in figure.axes[1].get_legend().get_texts()]
    assert labels == ["stays (37)", "jumps (3)"]
    assert "3 of 40 held-out conformers change their pose; 40 are" in figure.get_suptitle()
    for axes in figure.axes:
        assert sorted(len(points.get_offsets()) for points in axes.collections) == [3, 37]


@pytest.mark.filterwarnings("error")
def test_a_pose_that_nothing_decides_is_drawn_too():
    """As of a linear molecule, whose third moments are zero: a logarithm would lose the points."""
    nothing = {"gap": [0.0, 1e-18], "skewness": 0.0, "moved_A": 0.01, "mirrored_A": 0.0}
    figure = canonical_pose.canonical_pose(pd.DataFrame(nothing), "here")
    figure.canvas.draw()
    for axes in figure.axes:
        low, high = axes.get_xlim()
        places = np.concatenate([points.get_offsets()[:, 0] for points in axes.collections])
        assert len(places) == 2
        assert ((places > low) & (places < high)).all()


def test_a_pose_within_a_decade_has_labels_that_do_not_overlap(rng):
    table = pd.DataFrame({"gap": 0.2 + 0.2 * rng.random(40), "skewness": 0.3, "mirrored_A": 4.0})
    figure = canonical_pose.canonical_pose(table.assign(moved_A=0.03), "here")
    figure.canvas.draw()
    for axes in figure.axes:
        texts = [text for text in axes.get_xticklabels(which="both") if text.get_text()]
        boxes = sorted((text.get_window_extent() for text in texts), key=lambda box: box.x0)
        assert len(boxes) >= 2
        assert all(one.x1 < other.x0 for one, other in pairwise(boxes))
