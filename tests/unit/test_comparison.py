"""Molecules side by side: ranks, ties and wins, by hand."""

import runpy
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from confsym.evaluation import comparison
from confsym.figures import comparison as figure
from confsym.figures import drawing
from confsym.storage import readable
from confsym.storage.files import write_csv
from studies import ROOT

SCRIPTS = ROOT / "workflow/scripts"
ROWS = {  # molecule: experiment: mean and standard deviation of the MAE over splits
    "clear": {"a": (1.0, 0.1), "b": (1.5, 0.1), "c": (4.0, 0.5)},
    "close": {"a": (1.2, 0.3), "b": (1.0, 0.4), "c": (4.0, 0.5)},
    "exact": {"a": (1e-9, 1e-10), "b": (3e-8, 1e-9), "c": (2.0, 0.1)},
}
DEVIATIONS = {"clear": 2.0, "close": 4.0, "exact": 5.0}


class Files(SimpleNamespace):
    """Input or output of a job: files by name, and one after the other."""

    def __iter__(self):
        for found in vars(self).values():
            yield from found if isinstance(found, list) else [found]


def summary(rows) -> pd.DataFrame:
    """As `summary.csv` has it, best first."""
    found = [
        {
            "experiment": name,
            "tested_on": "held out",
            "n_test": 60,
            "resplit_mae_mean_kcal_mol": mean,
            "resplit_mae_std_kcal_mol": std,
        }
        for name, (mean, std) in rows.items()
    ]
    return pd.DataFrame(found).sort_values("resplit_mae_mean_kcal_mol", ignore_index=True)


def errors_of(summaries, deviations) -> pd.DataFrame:
    """Of molecules at one level."""
    return comparison.errors(summaries, deviations, dict.fromkeys(summaries, "MMFF94"))


@pytest.fixture
def errors() -> pd.DataFrame:
    summaries = {molecule: summary(rows) for molecule, rows in ROWS.items()}
    return errors_of(summaries, DEVIATIONS)


def of(table, molecule, column):
    part = table[table["molecule"] == molecule]
    return dict(zip(part["experiment"], part[column], strict=True))


def test_colours_begin_at_a_step_below_the_smallest_error():
    for share, step in ((0.09, 3), (0.35, 10), (0.9, 10), (0.03, 3), (0.0001, 0.3)):
        assert figure.palest(pd.Series([share, 1.2, np.nan])) == step
    assert figure.palest(pd.Series([np.nan])) == 0.3


def test_an_error_is_held_against_the_spread_of_the_energies(errors):
    assert list(errors) == list(comparison.ERRORS_HEADINGS)
    assert of(errors, "clear", "relative_mae") == {"a": 0.5, "b": 0.75, "c": 2.0}
    assert of(errors, "close", "relative_mae") == {"a": 0.3, "b": 0.25, "c": 1.0}
    partition = np.array(["train", "test", "test", "test", "unused"])
    found = comparison.held_out_std(np.array([99.0, 1.0, 2.0, 3.0, 77.0]), partition)
    assert found == pytest.approx(np.sqrt(2 / 3))


def test_a_difference_within_the_spread_is_no_win(errors):
    """0.5 > √(0.1² + 0.1²); 0.2 < √(0.3² + 0.4²) = 0.5."""
    assert of(errors, "clear", "standing") == {"a": "best", "b": "", "c": ""}
    assert of(errors, "close", "standing") == {
        "b": "among the best",
        "a": "among the best",
        "c": "",
    }


@pytest.mark.parametrize(("error", "standing"), [(1.499, "among the best"), (1.501, "")])
def test_the_limit_is_that_of_two_independent_errors(error, standing):
    table = errors_of({"m": summary({"a": (1.0, 0.3), "b": (error, 0.4)})}, {"m": 1.0})
    assert of(table, "m", "standing")["b"] == standing


def test_errors_that_mean_nothing_share_a_rank(errors):
    assert of(errors, "exact", "rank") == {"a": 1.5, "b": 1.5, "c": 3.0}
    assert of(errors, "close", "rank") == {"b": 1.0, "a": 2.0, "c": 3.0}
    same = errors_of({"m": summary({"a": (1.0, 0.1), "b": (1.0, 0.1)})}, {"m": 1.0})
    assert same["rank"].tolist() == [1.5, 1.5]


def test_winners(errors):
    table = comparison.winners(errors).set_index("molecule")
    assert list(table.reset_index()) == list(comparison.WINNERS_HEADINGS)
    assert table["verdict"].to_dict() == {"clear": "win", "close": "tie", "exact": "tie"}
    assert table["best"].to_dict() == {"clear": "a", "close": "b, a", "exact": "a, b"}
    assert table["next"].to_dict() == {"clear": "b", "close": "c", "exact": "c"}
    assert table.loc["clear", "difference_kcal_mol"] == pytest.approx(0.5)
    assert table.loc["clear", "resolved_kcal_mol"] == pytest.approx(np.sqrt(0.02))
    assert comparison.in_words(table) == (
        "3 molecules: one experiment is best on 1, several cannot be told apart on 2"
    )


def test_ranks(errors):
    table = comparison.ranks(errors).set_index("experiment")
    assert list(table.reset_index()) == list(comparison.RANKS_HEADINGS)
    assert table["mean_rank"].to_dict() == pytest.approx({"a": 1.5, "b": 4.5 / 3, "c": 3.0})
    assert table["wins"].to_dict() == {"a": 1, "b": 0, "c": 0}
    assert table["ties"].to_dict() == {"a": 2, "b": 2, "c": 0}
    assert table.loc["a", "median_relative_mae"] == pytest.approx(0.3)
    assert table.loc["c", "largest_relative_mae"] == pytest.approx(2.0)


def test_one_split_says_nothing():
    rows = {"a": (1.0, np.nan), "b": (5.0, np.nan)}
    table = errors_of({"m": summary(rows)}, {"m": 1.0})
    assert table["standing"].tolist() == ["not known", "not known"]
    winner = comparison.winners(table).iloc[0]
    assert winner["verdict"] == "one split says nothing"
    assert comparison.ranks(table)[["wins", "ties"]].to_numpy().sum() == 0
    assert "on 1 one split alone says nothing" in comparison.in_words(comparison.winners(table))


def test_an_experiment_on_one_split_is_taken_to_vary_as_the_other():
    assert comparison.resolved(1.0, np.nan, 0.3) == pytest.approx(0.3 * np.sqrt(2))
    assert comparison.resolved(1.0, 0.3, np.nan) == pytest.approx(0.3 * np.sqrt(2))
    assert np.isnan(comparison.resolved(1.0, np.nan, np.nan))
    assert comparison.resolved(1.0, 0.0, 0.0) == 1e-3


def test_what_fails_on_some_splits_is_not_among_the_best():
    """Its spread is as large as its error; twice the best one's error is the limit."""
    rows = {"a": (2.0, 0.3), "b": (3.9, 8.0), "c": (4.1, 8.0), "d": (9e5, 2e6)}
    table = errors_of({"m": summary(rows)}, {"m": 1.0})
    assert table["standing"].tolist() == ["among the best", "among the best", "", ""]
    assert comparison.winners(table)["resolved_kcal_mol"].tolist() == [2.0]


def test_equal_energies_have_no_relative_error():
    table = errors_of({"m": summary({"a": (0.0, 0.0), "b": (0.0, 0.0)})}, {"m": 1e-5})
    assert table["relative_mae"].isna().all()
    assert table["standing"].tolist() == ["among the best"] * 2


def test_rows_of_further_sets_are_left_out():
    own = summary({"a": (1.0, 0.1), "b": (2.0, 0.1)})
    further = own.assign(tested_on="md", resplit_mae_mean_kcal_mol=[9.0, 0.1])
    both = pd.concat([own, further])
    alone = errors_of({"m": own}, {"m": 1.0})
    pd.testing.assert_frame_equal(errors_of({"m": both}, {"m": 1.0}), alone)


def test_the_scripts_read_what_the_rules_write(errors, tmp_path):
    """Both scripts on files of three molecules, as Snakemake would start them."""
    inputs = {"summaries": [], "energies": [], "splits": []}
    for molecule, rows in ROWS.items():
        here = tmp_path / molecule
        here.mkdir()
        summary(rows).to_csv(here / "summary.csv", index=False)
        energy = DEVIATIONS[molecule] * np.array([1.0, -1.0, 1.0, -1.0, 50.0])
        write_csv(here / "energies.csv", {"conformer": np.arange(5), "energy_kcal_mol": energy})
        partition = np.array(["test"] * 4 + ["train"])
        write_csv(here / "split.csv", {"conformer": np.arange(5), "partition": partition})
        for kind, name in zip(inputs, ("summary", "energies", "split"), strict=True):
            inputs[kind].append(here / f"{name}.csv")
    tables = {name: tmp_path / f"{name}.csv" for name in ("winners", "ranks", "errors")}
    started = SimpleNamespace(
        log=[str(tmp_path / "log")],
        resources={},
        input=Files(**inputs),
        params=SimpleNamespace(
            molecules=list(ROWS), levels=dict.fromkeys(ROWS, "MMFF94"), units="kcal/mol"
        ),
        output=Files(**{name: [path] for name, path in tables.items()}),
    )
    runpy.run_path(str(SCRIPTS / "compare_molecules.py"), init_globals={"snakemake": started})
    for name, expected in (("errors", errors), ("winners", comparison.winners(errors))):
        found = readable.read_frame(tables[name])
        pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    assert "3 molecules: one experiment is best on 1" in (tmp_path / "log").read_text()
    drawn = SimpleNamespace(
        log=started.log,
        resources={},
        input=Files(style=SCRIPTS / "confsym/figures/confsym.mplstyle", **tables),
        params=SimpleNamespace(title="MMFF94", columns=None),
        output=[tmp_path / "errors.svg"],
    )
    runpy.run_path(str(SCRIPTS / "plot_comparison.py"), init_globals={"snakemake": drawn})
    assert (tmp_path / "errors.svg").stat().st_size > 10_000


def test_levels_that_differ_are_said():
    rows = {"m": summary({"a": (1.0, 0.1)}), "n": summary({"a": (2.0, 0.1)})}
    deviations = {"m": 1.0, "n": 4.0}
    alike = errors_of(rows, deviations)
    assert "levels" not in comparison.in_words(comparison.winners(alike))
    table = comparison.errors(rows, deviations, {"m": "UFF", "n": "GFN2-xTB"})
    winners = comparison.winners(table)
    assert winners["level"].tolist() == ["UFF", "GFN2-xTB"]
    assert "energies are of 2 levels, UFF, GFN2-xTB, so that" in comparison.in_words(winners)
    pd.testing.assert_frame_equal(comparison.ranks(table), comparison.ranks(alike))
    for errors, labels in ((table, ["m, UFF (1.0)", "n, GFN2-xTB (4.0)"]), (alike, ["m (1.0)"])):
        drawn = figure.comparison(errors, comparison.ranks(errors), "UFF, GFN2-xTB")
        seen = [label.get_text() for label in drawn.axes[0].get_yticklabels()]
        assert seen[: len(labels)] == labels


# The figure.


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0004, "0"),
        (0.0006, "0.1"),
        (0.0994, "9.9"),
        (0.0996, "10"),
        (1.234, "123"),
        (9.99, "999"),
        (12.0, "1e3"),
        (8.2e5, "8e7"),
        (np.nan, "–"),
    ],
)
def test_a_share_in_few_characters(share, text):
    assert figure.per_cent(share) == text


def test_long_names_lose_their_middles_unless_that_makes_two_alike():
    long = ["a" * 20 + "b" * 20, "c" * 40]
    short = figure.shortened(long)
    assert all(len(name) == figure.LONGEST for name in short)
    assert short[0] == "a" * 15 + "…" + "b" * 14
    twins = ["a" * 20 + middle + "b" * 20 for middle in "xy"]
    assert figure.shortened(twins) == twins


@pytest.mark.parametrize(("molecules", "experiments"), [(2, 2), (3, 12), (50, 30)])
def test_every_value_fits_its_cell(molecules, experiments, tmp_path):
    """No number is wider than its column or higher than its row, in print."""
    rng = np.random.default_rng(0)
    rows = {
        f"m{m}": summary({f"e{e}": (10 ** rng.uniform(-2, 0.4), 0.01) for e in range(experiments)})
        for m in range(molecules)
    }
    table = errors_of(rows, dict.fromkeys(rows, 1.0))
    drawn = figure.comparison(table, comparison.ranks(table), "MMFF94")
    drawing.fit(drawn, {"single_column_mm": 84, "double_column_mm": 174})
    assert drawn.get_size_inches()[1] < 9.7  # a page
    drawn.draw_without_rendering()
    axes = drawn.axes[0]
    (left, bottom), (right, top) = axes.transData.transform([(0, 1), (1, 0)])
    texts = [text for text in axes.texts if text.get_text()]
    assert len(texts) == (molecules + 3) * experiments
    assert min(text.get_fontsize() for text in texts) >= 5
    for text in texts:
        box = text.get_window_extent()
        assert box.width <= right - left
        assert box.height <= 1.1 * (top - bottom)
    drawing.save(drawn, [tmp_path / "comparison.png"])


def test_frames_say_who_is_the_best(errors):
    drawn = figure.comparison(errors, comparison.ranks(errors), "MMFF94")
    framed = [patch for patch in drawn.axes[0].patches if not patch.get_fill()]
    widths = sorted(patch.get_linewidth() for patch in framed)
    alone, shared = figure.ALONE_EDGE["linewidth"], figure.SHARED_EDGE["linewidth"]
    assert widths == [shared] * 4 + [alone]
    drawing.plt.close(drawn)
