"""Whether flags put geometries in the order of their errors."""

import numpy as np
import pytest

from confsym.evaluation import flags
from confsym.storage import readable


def scan(error, distance, deviation=np.nan) -> dict[str, np.ndarray]:
    error = np.asarray(error, dtype=float)
    level = np.linspace(-4, 7, len(error))
    return {
        "degrees": np.arange(len(error)) * 15.0,
        "model_kcal_mol": level - error - 0.3,  # another zero
        "level_kcal_mol": level,
        "deviation_kcal_mol": np.full(len(error), deviation),
        "distance": np.asarray(distance, dtype=float),
    }


def ranks(values) -> np.ndarray:
    """The slow way, with means of tied ranks."""
    values = np.asarray(values)
    return np.array([np.sum(values < one) + (np.sum(values == one) - 1) / 2 for one in values])


def test_the_correlation_is_one_of_ranks(rng):
    distance = np.round(rng.exponential(size=24), 1) + 0.1  # with ties
    distance[7] = 0.05  # the nearest: the zero of both
    error = 0.3 * rng.normal(size=24) + distance
    away = np.delete(np.abs(error - error[7]), 7)
    known = scan(error, distance, 0.1 + np.abs(error - error[7]))
    found = flags.flags({"gp": known}).set_index("flag")
    expected = np.corrcoef(ranks(np.delete(distance, 7)), ranks(away))[0, 1]
    assert found.loc["distance", "rank_correlation"] == pytest.approx(expected)
    assert found.loc["standard deviation", "rank_correlation"] == pytest.approx(1)
    assert found.loc["distance", "max_error_kcal_mol"] == pytest.approx(away.max())
    assert found.loc["distance", "median_error_kcal_mol"] == pytest.approx(np.median(away))
    assert found.loc["distance", "n"] == 23


def test_a_false_minimum_is_an_error():
    """The model is lowest where it is wrong, far from what it learned: the flag is right."""
    error = np.linspace(0.1, 1, 24)
    error[10:14] = [310, 640, 500, 320]
    found = flags.flags({"gp": scan(error, error)})
    assert found["rank_correlation"].tolist() == [pytest.approx(1)]


def test_what_says_nothing_is_a_note(tmp_path, rng):
    error, empty = rng.normal(size=24), np.empty(0)
    scans = {
        "linear": scan(error, np.zeros(24)),
        "given": scan(np.full(24, np.nan), np.arange(24)),
        "two": scan(error[:2], [1, 2]),
        "lost": scan(empty, empty),
    }
    path = tmp_path / "flags.csv"
    readable.write(flags.flags(scans), flags.HEADINGS, [path])
    table = readable.read_frame(path)
    assert table["experiment"].tolist() == ["linear", "given", "two", "lost"]
    assert (table["flag"] == "distance").all()  # none of them has deviations
    expected = [flags.CONSTANT, flags.UNKNOWN, flags.NOT_RELAXED, flags.NOT_RELAXED]
    assert table["note"].tolist() == expected
    assert table["rank_correlation"].isna().all()


def test_a_geometry_that_the_level_cannot_describe_is_left_out(rng):
    distance = np.arange(24.0)
    error = 0.1 * distance
    error[5] = np.nan
    (row,) = flags.flags({"gp": scan(error, distance)}).itertuples()
    assert (row.n, row.rank_correlation) == (22, pytest.approx(1))
