"""Tables for people: what their pages are called."""

from pathlib import Path

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
