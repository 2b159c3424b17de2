"""One table of verdicts on all subjects, and what is said of it."""

import numpy as np
import pandas as pd
import pytest

from confsym.evaluation.verdicts import NOT_KEPT
from confsym.features.registry import FEATURES
from confsym.figures import smoothness as figures
from confsym.models.registry import MODELS
from confsym.storage import readable
from confsym.study.experiments import smooth, why_no_forces
from confsym.symmetry import claims, trial
from confsym.symmetry.composed import Composed
from confsym.symmetry.paths import Path
from confsym.symmetry.smoothness import HEADINGS, smoothness

STUDY = {
    "features": {
        "raw": {"kind": "raw_coordinates"},
        "sorted": {"kind": "inverse_distances", "order": "sorted"},
        "listed": {"kind": "inverse_distances", "order": "atoms"},
    },
    "models": {
        "trees": {"kind": "hist_gradient_boosting"},
        "kernel": {"kind": "kernel_ridge"},
        "linear": {"kind": "linear_force_field"},
    },
    "experiments": {
        "stairs": {"features": "raw", "model": "trees"},
        "corner": {"features": "sorted", "model": "kernel"},
        "smooth": {"features": ["raw", "listed"], "model": "kernel"},
        "forces": {"features": "listed", "model": "linear", "learn": "energies_and_forces"},
    },
}
CURVES = {
    "stairs": lambda x: np.floor(20 * x),
    "corner": lambda x: 5 * np.abs(x - 0.51),
    "smooth": lambda x: np.sin(9 * x),
    "forces": lambda x: x**2,
}


class Square:
    """E = x² of the first atom; forces that step where they are told to."""

    def __init__(self, step: float = 0.0):
        self.step = step

    def energies_and_forces(self, positions):
        x = positions[:, 0, 0]
        forces = np.zeros(positions.shape)
        forces[:, 0, 0] = -2 * x + self.step * (x > 0.7)
        return x**2, forces


def along_x(share: np.ndarray) -> np.ndarray:
    positions = np.zeros((len(share), 2, 3))
    positions[:, 0, 0] = share
    return positions


LINE = Path("straight", "a line", along_x)


def followed(step: float = 0.0, curves=CURVES, path: Path | None = LINE) -> pd.DataFrame:
    models = {name: (["x"], lambda v, f=f: f(v[:, 0])) for name, f in curves.items()}
    known = Composed({"x": lambda p: p[:, 0, :1]}, models, {"forces": Square(step)})
    return smoothness(STUDY, known, {"straight": (path, "" if path else "there is none")})


def test_claims_of_smoothness_are_those_of_features_and_model():
    assert {name: smooth(STUDY, name) for name in STUDY["experiments"]} == {
        "stairs": False,
        "corner": False,
        "smooth": True,
        "forces": True,
    }
    assert not smooth(
        STUDY | {"experiments": {"x": {"features": ["raw", "sorted"], "model": "kernel"}}}, "x"
    )


def test_each_kind_says_whether_it_is_smooth_and_each_model_why_it_has_no_forces():
    assert FEATURES["soap"].smooth is False
    assert [row.name for row in MODELS.values() if not row.smooth] == (
        ["hist_gradient_boosting", "estimator"]
    )
    assert all(row.no_forces for row in MODELS.values() if not row.forces)
    asked = {"x": {"features": "listed", "model": "linear"}}
    said = why_no_forces(STUDY | {"experiments": asked}, "x")
    assert said == "was asked to learn energies alone"


def test_verdicts_on_smoothness():
    table, curves, misfits = followed()
    assert list(table) == list(HEADINGS)
    rows = table.set_index(["experiment", "quantity"])
    assert rows["found"].to_dict() == {
        ("stairs", "energies"): "stepped",
        ("corner", "energies"): "kinked",
        ("smooth", "energies"): "continuous",
        ("forces", "energies"): "continuous",
        ("forces", "forces"): "continuous",
    }
    assert rows["verdict"].tolist() == [NOT_KEPT, NOT_KEPT, "kept", "kept", "kept"]
    assert rows.loc[("stairs", "energies"), ["measured", "unit"]].tolist() == [1.0, "kcal/mol"]
    assert rows.loc[("corner", "energies"), ["measured", "unit"]].tolist() == [10, "kcal/mol/Å"]
    assert rows.loc[("corner", "energies"), "at_angstrom"] == pytest.approx(0.51, abs=1e-3)
    assert set(curves["experiment"]) == set(misfits["experiment"]) == set(STUDY["experiments"])
    close = curves[(curves["experiment"] == "corner") & (curves["part"] != "whole path")]
    assert close["energy_kcal_mol"].min() == pytest.approx(0, abs=1e-3)


def test_no_finite_numbers_along_a_path_are_refused():
    rows = followed(np.nan, CURVES | {"corner": lambda x: np.where(x < 0.5, x, np.inf)}).table
    rows = rows.set_index(["experiment", "quantity"])
    for place, said in (("corner", NOT_KEPT), ("forces", "claim broken")):
        row = rows.loc[(place, "forces" if place == "forces" else "energies")]
        assert (row["found"], row["verdict"]) == ("refused", said)
        assert "along the path is no finite number" in row["note"]
    assert rows.loc[("forces", "energies"), "verdict"] == "kept"


def test_a_claim_of_smoothness_that_fails_is_named():
    broken = followed(0.3, CURVES | {"smooth": CURVES["corner"]}).table
    whole = trial.table(trial.smoothness(broken))
    said = claims.broken_elsewhere(whole)
    assert said == [
        "smooth makes a claim on smoothness (energies, straight path), and 10 kcal/mol/Å is more "
        "than 0.001",
        "forces makes a claim on smoothness (forces, straight path), and 0.30 kcal/mol/Å is more "
        "than 1e-06",
    ]
    complaint = claims.complaint("butanol", said)
    assert complaint.startswith("molecules.butanol: smooth makes a claim on smoothness")
    assert "tables/trial.csv" in complaint


def test_a_constant_and_a_missing_path_judge_nobody():
    flat = followed(curves=dict.fromkeys(CURVES, np.zeros_like)).table
    assert set(flat.loc[flat["experiment"] != "forces", "verdict"]) == {"constant"}
    assert flat["note"].str.startswith("one value all along").all()
    missing = followed(path=None).table
    assert set(missing["verdict"]) == {"no path"}
    assert set(missing["note"]) == {"there is none"}
    assert claims.broken_elsewhere(trial.table(trial.smoothness(missing))) == []


def test_the_figure_has_one_example_of_each_kind_and_all_misfits():
    found = followed()
    figure = figures.smoothness(*found, "some molecule")
    *examples, misfits = figure.axes
    titles = [axes.get_title() for axes in examples[::2]]
    assert titles == ["stepped: stairs", "kinked: corner", "continuous: smooth"]
    seen = found.misfits[found.misfits["misfit_kcal_mol"] > figures.SHOWN_FROM]
    assert len(misfits.get_lines()) == seen["experiment"].nunique() > 2
    slope = examples[3].get_lines()[-1].get_ydata()
    assert [slope[0], slope[-1]] == pytest.approx([-5, 5])
    assert examples[5].get_lines()[0].get_ydata()[0] == pytest.approx(9, rel=1e-2)


def test_the_figure_says_why_it_has_no_path():
    figure = figures.smoothness(*followed(path=None), "some molecule")
    assert figure.axes[0].texts[0].get_text() == "some molecule: there is none"


def test_a_study_of_constants_is_drawn_too():
    flat = followed(curves=dict.fromkeys(CURVES, np.zeros_like))
    assert figures.smoothness(*flat, "some molecule").axes[0].get_title().startswith("continuous")


@pytest.fixture
def whole() -> pd.DataFrame:
    symmetry = pd.DataFrame(
        {
            "experiment": ["smooth", "stairs", "smooth", "stairs"],
            "transform": ["moved", "moved", "torn", "torn"],
            "claimed": [True, False, False, False],
            "defect_max": [0.0, 3.0, 9.0, 9.0],
            "holds": [True, False, False, False],
            "verdict": ["kept", NOT_KEPT, "probe", "probe"],
            "note": "",
        }
    )
    rotations = pd.DataFrame(
        {
            "experiment": ["stairs", "smooth"],
            "claimed": [False, True],
            "spread_max_kcal_mol": [2.0, 0.0],
        }
    )
    forces = pd.DataFrame(
        {
            "experiment": ["forces"],
            "test": ["net force"],
            "claimed": [True],
            "largest": [1e-12],
            "unit": ["kcal/mol/Å"],
            "limit": [1e-6],
            "verdict": ["kept"],
            "note": [""],
        }
    )
    return trial.table(
        trial.energies(symmetry, rotations),
        trial.forces(forces),
        trial.without_forces(STUDY),
        trial.smoothness(followed().table),
    )


def test_one_table_has_every_experiment_and_subject(whole, tmp_path):
    assert list(whole) == list(trial.HEADINGS)
    subjects = whole.groupby("experiment")["subject"].agg(set)
    assert subjects["stairs"] == subjects["smooth"] == {"energies", "forces", "smoothness"}
    assert whole["experiment"].drop_duplicates().tolist() == [
        "smooth",
        "stairs",
        "forces",
        "corner",
    ]
    reasons = whole[whole["verdict"] == "no forces"].set_index("experiment")["note"]
    assert set(reasons.index) == {"stairs", "corner", "smooth"}
    assert reasons["stairs"] == MODELS["hist_gradient_boosting"].no_forces
    spread = whole[whole["test"] == trial.SPREAD].set_index("experiment")["verdict"]
    assert spread.to_dict() == {"stairs": NOT_KEPT, "smooth": "kept"}
    paths = [tmp_path / f"trial.{ending}" for ending in ("csv", "md", "tex", "html")]
    readable.write(whole, trial.HEADINGS, paths)
    pd.testing.assert_frame_equal(readable.read_frame(paths[0]), whole)


def test_further_subjects_can_be_added(whole):
    dynamics = whole[:1].assign(subject="dynamics", test="drift", experiment="forces")
    more = trial.table(whole, dynamics)
    assert len(more) == len(whole) + 1
    assert more[more["experiment"] == "forces"]["subject"].iloc[-1] == "dynamics"


def test_the_verdict_speaks_of_each_subject_in_one_line(whole):
    symmetry = pd.DataFrame(
        {
            "experiment": ["smooth", "stairs"],
            "transform": "moved",
            "claimed": [True, False],
            "defect_max": [0.0, 3.0],
            "holds": [True, False],
            "verdict": ["kept", NOT_KEPT],
        }
    )
    said = claims.verdict(symmetry, whole)
    assert said.count("\n") == 1
    assert said.startswith(claims.sentence(symmetry).strip())
    assert said.endswith(
        "Forces: the one claim holds. Smoothness: all 3 claims of 2 experiments hold; of 2 tests "
        "that nobody claims 2 are not kept.\n"
    )
