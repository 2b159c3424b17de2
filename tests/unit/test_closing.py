"""The last words of a run."""

import numpy as np
import pytest

from confsym.storage.files import write_csv, write_json, write_text
from confsym.study import closing

VERDICT = "All 2 claims of 1 experiment hold."


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Write what a run of some molecules leaves; its paths."""
    monkeypatch.chdir(tmp_path)

    def make(*molecules: str) -> set[str]:
        for name in molecules:
            folder = f"results/{name}"
            write_json(f"{folder}/conformers/pruning.json", {"attempts": 20, "kept": 12})
            errors = np.array([0.1234, 1.0, 2.5])
            experiments = np.array(["soap", "notes", "mean"])
            errors, experiments = np.repeat(errors, 2), np.repeat(experiments, 2)
            table = {"experiment": experiments, "resplit_mae_mean_kcal_mol": errors}
            table["tested_on"] = np.array(["held out", "md_600K"] * 3)
            write_csv(f"{folder}/tables/summary.csv", table)
            write_text(f"{folder}/tables/verdict.md", f"{VERDICT}\n")
            for view in (*closing.VIEWS, *closing.OTHER_VIEWS):
                write_text(f"{folder}/{view}", "")
        return {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*")}

    return make


def test_one_molecule(made):
    assert closing.lines(["butanol"], made("butanol"), "") == [
        "butanol: 12 conformers; best experiment soap (held-out MAE 0.123 kcal/mol), "
        "worst mean (held-out MAE 2.50 kcal/mol).",
        VERDICT,
        "Open first:",
        "  results/butanol/tables/summary.html",
        "  results/butanol/figures/symmetry.svg",
        "  results/butanol/figures/conformers.html",
    ]


def test_files_are_named_from_where_the_command_was_given(made):
    view = "results/butanol/figures/symmetry.svg"
    for folder, name in (("", view), ("mine", f"mine/{view}"), ("/mine", f"/mine/{view}")):
        assert closing.lines(["butanol"], {view}, folder) == ["Open first:", f"  {name}"]


@pytest.mark.parametrize(
    ("molecules", "verdicts", "more"), [(3, 3, False), (4, 0, False), (6, 0, False), (9, 0, True)]
)
def test_several_molecules_stay_within_ten_lines(made, molecules, verdicts, more):
    names = [f"m{number}" for number in range(molecules)]
    lines = closing.lines(names, made(*names), "")
    assert len(lines) <= 10
    assert lines.count(VERDICT) == verdicts
    assert sum("12 conformers" in line for line in lines) == (5 if more else molecules)
    assert ("and 4 molecules more" in lines) == more
    assert [line[:12] for line in lines[-3:]] == ["  results/m0"] * 3


def test_what_this_run_does_not_have_is_not_told(made):
    made("butanol")
    notes = {"results/butanol/conformers/pruning.json", "results/butanol/figures/parity/notes.svg"}
    assert closing.lines(["butanol"], notes, "") == [
        "butanol: 12 conformers.",
        "Open first:",
        "  results/butanol/figures/parity/notes.svg",
    ]
    assert closing.lines(["butanol"], set(), "") == []
    comparison = "results/comparison/figures/errors.svg"
    *_, first, second = closing.lines(["butanol"], notes | {comparison}, "")
    assert (first, second) == (f"  {comparison}", "  results/butanol/figures/parity/notes.svg")
    assert closing.lines(["butanol"], {"results/crystals/figures/periodicity.svg"}, "") == [
        "Open first:",
        "  results/crystals/figures/periodicity.svg",
    ]


def test_one_experiment_is_neither_best_nor_worst(made):
    files = made("butanol")
    table = {
        "experiment": np.array(["notes"]),
        "resplit_mae_mean_kcal_mol": np.array([1.5]),
        "tested_on": np.array(["held out"]),
    }
    write_csv("results/butanol/tables/summary.csv", table)
    (line, *_) = closing.lines(["butanol"], files, "")
    assert line == "butanol: 12 conformers; experiment notes (held-out MAE 1.50 kcal/mol)."
