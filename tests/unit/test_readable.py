"""Tables for people: what their pages are called, and which columns they have."""

from pathlib import Path

import numpy as np
import pandas as pd

from confsym.storage import readable


def test_a_page_says_what_it_is_of():
    assert readable.title_of(Path("results/butanol/tables/summary.html")) == "butanol: summary"
    of_experiment = Path("results/a/experiments/force_field/constants.html")
    assert readable.title_of(of_experiment) == "a, force_field: constants"
    assert (
        readable.title_of(Path("results/comparison/tables/winners.html")) == "comparison: winners"
    )
    assert readable.title_of(Path("elsewhere/force_symmetry.html")) == "force symmetry"
    page = readable.page(pd.DataFrame({"x": ["1"]}), "a <b>")
    assert "<title>a &lt;b&gt;</title>" in page


def test_short_columns_of_a_page_are_on_one_line():
    table = pd.DataFrame({"verdict": ["not kept, not claimed"], "note": ["a long word " * 9]})
    assert "\ntd:nth-child(1) { white-space: nowrap; }\n" in readable.page(table, "x")
    assert "nowrap" not in readable.page(table[["note"]], "x")


def test_a_column_that_is_empty_in_every_row_is_for_the_csv_alone(tmp_path):
    table = pd.DataFrame({"unit": ["x", "y"], "mae": np.nan, "test": ["", "z"], "note": ""})
    paths = [tmp_path / f"table.{ending}" for ending in ("csv", "md", "tex", "html")]
    readable.write(table, {"mae": "MAE", "test": "Test"}, paths)
    assert list(readable.read_frame(paths[0])) == ["unit", "mae", "test", "note"]
    for path in paths[1:]:
        assert "Test" in path.read_text()
        assert "MAE" not in path.read_text()
    assert list(readable.for_people(table, {})) == ["unit", "test"]
    assert list(readable.for_people(table[:0], {})) == ["unit", "mae", "test", "note"]


def test_limits_and_r_squared_are_written_as_elsewhere():
    table = pd.DataFrame(
        {"measured": [2.7182, 1e-12], "limit": [1e-3, 1e-6], "test_r2": [0, -8e-5]}
    )
    assert readable.for_people(table.astype(float), {}).to_numpy().tolist() == [
        ["2.72", "0.001", "0.000"],
        ["< 1e-9", "1e-06", "0.000"],
    ]
