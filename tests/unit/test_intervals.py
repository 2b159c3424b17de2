"""Split-conformal intervals: the quantile a slow second way, and what they promise."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from confsym.evaluation import forces, intervals
from confsym.evaluation.intervals import ENERGY, FORCE, AbsoluteErrors
from confsym.paper import findings
from confsym.storage import parquet, readable


def predictions(partition, error, **columns) -> dict[str, np.ndarray]:
    partition = np.asarray(partition)
    still = np.full(len(partition), "original")
    energy = np.linspace(-5, 5, len(partition))
    table = {"partition": partition, "transform": still, "energy": energy}
    return table | {"predicted": energy + error} | columns


def row(found: dict, quantity: str = ENERGY, **named) -> pd.Series:
    table = intervals.table({("gp", quantity): found})
    return table[table["tested_on"] == named.get("tested_on", "held out")].iloc[0]


def slow_width(error: np.ndarray) -> float:
    """The least width that holds 90 % of the components, one more conformer's at infinity."""
    values = [*error.ravel(), *[np.inf] * error.shape[1]]
    for one in sorted(values):
        if 10 * sum(value <= one for value in values) >= 9 * len(values):
            return one if np.isfinite(one) else np.nan
    raise AssertionError


@pytest.mark.parametrize("components", [1, 3, 12])
@pytest.mark.parametrize("count", [1, 8, 9, 10, 19, 20, 57, 101])
def test_the_width_is_a_quantile_with_one_conformer_more(count, components, rng):
    error = rng.exponential(size=(count, components))
    found = intervals.width(AbsoluteErrors(error, None))
    np.testing.assert_equal(found, slow_width(error))


@pytest.mark.parametrize("honesty", [None, 0.1, 30.0])
def test_exchangeable_energies_are_covered_whatever_the_deviations(honesty, rng):
    count, studies = 400, 60
    inside = 0
    for _ in range(studies):
        true = rng.uniform(0.5, 4, size=count)
        columns = {} if honesty is None else {"predicted_std": honesty * true}
        table = predictions(["test"] * count, true * rng.standard_t(3, size=count), **columns)
        calibration, rest = intervals.divisions(count)[0]
        missed = intervals.of_energies(table)["held out"]
        width = intervals.width(missed.take(calibration))
        inside += np.sum(missed.error[rest] / missed.unit[rest] <= width)
    # One of 201 ranks is left to chance: the coverage is between 0.9 and 0.9 + 1 / 201. Errors of
    # both halves make its variance twice the binomial one.
    expected = 181 / 201
    spread = np.sqrt(2) * binom(studies * count // 2, expected).std()
    assert abs(inside - expected * studies * count / 2) < 4 * spread


def test_deviations_make_intervals_of_the_same_coverage_narrower(rng):
    true = rng.choice([0.1, 2.0], size=3000)
    table = predictions(["test"] * 3000, true * rng.normal(size=3000), predicted_std=true)
    wise = row(intervals.of_energies(table))
    del table["predicted_std"]
    blind = row(intervals.of_energies(table))
    assert wise["by_deviation"]
    assert not blind["by_deviation"]
    assert wise["half_width_kcal_mol"] < 0.8 * blind["half_width_kcal_mol"]
    assert wise["coverage"] == pytest.approx(0.9, abs=0.02)
    assert blind["coverage"] == pytest.approx(0.9, abs=0.02)
    assert wise["half_width_kcal_mol"] == pytest.approx(1.645 * true.mean(), rel=0.1)


def force_table(sets: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """A table whose components miss by the errors (n, atoms, 3) of each set."""
    known = {
        name: forces.Forces(np.arange(len(error)), np.ones_like(error), 1 + error)
        for name, error in sets.items()
    }
    return forces.table(known, np.array([8, 1, 1]))


def test_forces_are_divided_by_conformer(rng):
    # All components of a conformer miss by as much: nine of ten would be too few, did atoms count.
    error = np.repeat(rng.exponential(size=400), 9).reshape(400, 3, 3)
    table = force_table({"train": 0 * error, "test": error})
    found = intervals.of_forces(table)
    np.testing.assert_allclose(found["held out"].error, error.reshape(400, 9))
    (calibration, rest), *_ = intervals.divisions(400)
    width = intervals.width(found["held out"].take(calibration))
    alone = error[:, 0, 0]
    assert width == pytest.approx(slow_width(alone[calibration][:, None]))
    seen = row(found, FORCE)
    assert seen["n_calibration"] == seen["n_test"] == 200
    assert seen["half_width_kcal_mol_angstrom"] == pytest.approx(width, rel=0.2)
    assert np.isnan(seen["half_width_kcal_mol"])
    assert seen["coverage"] == pytest.approx(0.9, abs=0.05)
    assert np.isin(np.round(200 * seen["coverage_least"], 9), np.arange(201))
    assert set(calibration) | set(rest) == set(range(400))


def test_further_sets_get_the_held_out_widths(rng):
    count = 500
    error = np.concatenate([rng.normal(size=count), 3 * rng.normal(size=count)])
    found = intervals.of_energies(predictions(["test"] * count + ["hot"] * count, error))
    held_out, hot = row(found), row(found, tested_on="hot")
    assert held_out["half_width_kcal_mol"] == hot["half_width_kcal_mol"]
    assert held_out["coverage"] == pytest.approx(0.9, abs=0.03)
    assert hot["coverage"] == pytest.approx(0.42, abs=0.05)  # of 1.645 / 3 standard deviations
    assert (hot["n_calibration"], hot["n_test"]) == (count // 2, count)


def test_training_and_moved_conformers_do_not_count(rng):
    table = predictions(["test"] * 100 + ["train"] * 50, rng.normal(size=150))
    table = {name: np.concatenate([column, column]) for name, column in table.items()}
    table["transform"][150:] = "rotated"
    table["predicted"][100:] = np.nan
    seen = row(intervals.of_energies(table))
    assert (seen["n_calibration"], seen["n_test"]) == (50, 50)
    assert 0 < seen["half_width_kcal_mol"] < 4


@pytest.mark.parametrize(("count", "enough"), [(2, False), (17, False), (18, True)])
def test_too_few_conformers_are_a_note(count, enough, rng):
    found = intervals.of_energies(predictions(["test"] * count, rng.normal(size=count)))
    seen = row(found)
    assert np.isfinite(seen["coverage"]) == enough
    assert np.isfinite(seen["half_width_kcal_mol"]) == enough
    expected = (
        "" if enough else f"90 % intervals need 18 held-out conformers, and there are {count}"
    )
    assert seen["note"] == expected


@pytest.mark.parametrize("error", [0.0, 1e-13, 0.25])
@pytest.mark.parametrize("deviation", [None, 0.0, 1e-13])
def test_equal_errors_are_all_inside(error, deviation):
    columns = {} if deviation is None else {"predicted_std": np.full(60, deviation)}
    table = predictions(["test"] * 60, 0.0, **columns)
    missed = AbsoluteErrors(
        np.full((60, 1), error), intervals.of_energies(table)["held out"].deviation
    )
    seen = row({"held out": missed})
    assert seen["coverage"] == seen["coverage_least"] == 1
    assert seen["half_width_kcal_mol"] == pytest.approx(error, abs=1e-15)
    assert (seen["note"] == intervals.ROUND_OFF) == (error < 1e-9)


def test_round_off_is_no_error_on_any_processor(rng):
    noise = 1e-13 * rng.normal(size=60)
    exact = predictions(["test"] * 60, noise, predicted_std=np.full(60, 3e-14))
    seen = row(intervals.of_energies(exact))
    assert (seen["coverage"], seen["half_width_kcal_mol"]) == (1, 0)
    assert seen["note"] == intervals.ROUND_OFF
    found = intervals.of_forces(force_table({"test": noise[:54].reshape(6, 3, 3)}))
    assert (found["held out"].error == 0).all()


def test_ties_cover_no_less(rng):
    error = rng.integers(0, 4, size=1000).astype(float)
    seen = row({"held out": AbsoluteErrors(error[:, None], None)})
    assert seen["half_width_kcal_mol"] == 3
    assert seen["coverage"] == 1


def test_a_prediction_that_is_no_number_is_outside(rng):
    error = rng.normal(size=400)
    error[::2] = np.nan
    seen = row(intervals.of_energies(predictions(["test"] * 400, error)))
    assert np.isnan(seen["half_width_kcal_mol"])
    assert seen["coverage"] == 0


def test_the_table_is_read_again_and_quoted(tmp_path, rng):
    one = predictions(["train", *["test"] * 99], rng.normal(size=100), conformer=np.arange(100))
    parquet.write_parquet(tmp_path / "x.parquet", one)
    read = parquet.read_parquet(tmp_path / "x.parquet", intervals.OF_ENERGIES)
    assert set(read) == set(intervals.OF_ENERGIES) - {"predicted_std"}
    error = rng.normal(size=(40, 3, 3))
    found = {
        ("gp", ENERGY): intervals.of_energies(read),
        ("gp", FORCE): intervals.of_forces(force_table({"test": error, "hot": 9 * error})),
        ("few", ENERGY): intervals.of_energies(predictions(["test"] * 3, 0.1)),
    }
    paths = [tmp_path / f"intervals.{ending}" for ending in ("csv", "md", "tex", "html")]
    readable.write(intervals.table(found), intervals.HEADINGS, paths, unit="meV")
    table = readable.read_frame(paths[0])
    assert table["quantity"].tolist() == [ENERGY, FORCE, FORCE, ENERGY]
    assert "meV/Å" in paths[1].read_text()
    quoted = {number.name: number for number in findings.of_intervals(table)}
    assert sorted(quoted) == [
        "gp/force_interval_coverage",
        "gp/force_interval_half_width",
        "gp/interval_coverage",
        "gp/interval_half_width",
    ]
    assert quoted["gp/force_interval_half_width"].unit == "kcal/mol/Å"
    assert quoted["gp/interval_half_width"].value == table["half_width_kcal_mol"][0]
