"""The target `periodicity`, on a few crystals."""

import pandas as pd
import pytest

from studies import Study, copy_project, reported, text_of, tiny

HERE = "results/crystals"
JOBS = ["build_crystals", "predict_crystals", "plot_periodicity", "judge_crystals"]
PACKAGE = "workflow/scripts/confsym"


def few() -> dict:
    return tiny(crystals={"cells": 90, "train": 40})


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Study:
    folder = tmp_path_factory.mktemp("periodicity")
    study = Study(folder, few(), project=copy_project(folder))
    study.run("periodicity")
    return study


def planned_after_edit(study: Study, name: str) -> set[str]:
    path = study.project / PACKAGE / name
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}\n# a comment\n", encoding="utf-8")
    try:
        return set(study.plan("periodicity"))
    finally:
        path.write_text(before, encoding="utf-8")


def test_what_the_target_writes(study):
    tables = {f"{HERE}/tables/symmetry.{ending}" for ending in ("html", "csv", "md", "tex")}
    figures = {f"{HERE}/figures/periodicity.{ending}" for ending in ("svg", "pdf", "png")}
    data = {"structures.extxyz", "energies.csv", "split.csv", "predictions.parquet"}
    assert set(study.checksums()) == {
        *tables,
        *figures,
        *(f"{HERE}/{name}" for name in data),
        f"{HERE}/tables/verdicts.csv",
    }
    split = pd.read_csv(study.folder / HERE / "split.csv")["partition"]
    assert split.value_counts().to_dict() == {"test": 50, "train": 40}


def test_claims_are_kept_and_what_is_not_claimed_fails(study):
    table = pd.read_csv(study.folder / HERE / "tables/symmetry.csv")
    assert len(table) == 21
    assert (table["holds"] == table["claimed"]).all()
    assert "meV/atom" in (study.folder / HERE / "tables/symmetry.md").read_text(encoding="utf-8")


def test_the_report_quotes_the_table(study, tmp_path):
    path = tmp_path / "report.html"
    process = study.snakemake("periodicity", "--report", str(path))
    assert process.returncode == 0, process.stdout
    caption = reported(path, "results")[f"{HERE}/figures/periodicity.svg"]["caption"]
    assert "system-message" not in caption
    table = pd.read_csv(study.folder / HERE / "tables/symmetry.csv")
    for name, own in table.groupby("experiment"):
        kept = f"{name}: {own['holds'].sum()} of 7 motions change no prediction"
        assert kept in text_of(caption)
    assert "the largest change is below 10 -6 meV/atom" in text_of(caption)


def test_nothing_else_asks_for_crystals(study):
    assert not set(study.plan("all")) & set(JOBS)


def test_nothing_reruns_for_nothing_and_an_edit_reruns_these_jobs_alone(study):
    assert not study.plan("periodicity")
    assert planned_after_edit(study, "crystals/features.py") == set(JOBS[1:])
    assert planned_after_edit(study, "figures/periodicity.py") == set(JOBS[2:])
    assert not planned_after_edit(study, "features/internal.py")


def test_another_cutoff_draws_no_crystals_again(study):
    study.configure(tiny(crystals={"cells": 90, "train": 40, "cutoff": 4.0}))
    planned = set(study.plan("periodicity"))
    study.configure(few())
    assert planned == set(JOBS[1:])


def test_a_broken_claim_fails_the_target_and_leaves_the_rest(study, tmp_path):
    """An author who claims too much; one core and another folder give the same bytes otherwise."""
    other = Study(tmp_path, few(), project=copy_project(tmp_path))
    path = other.project / PACKAGE / "crystals/registry.py"
    text = path.read_text(encoding="utf-8")
    boastful = text.replace("claimed=BUT_SUPERCELL,", 'claimed=BUT_SUPERCELL | {"supercell"},')
    assert boastful != text
    path.write_text(boastful, encoding="utf-8")
    process = other.snakemake("periodicity", cores=1)
    assert process.returncode != 0
    assert "1 of 14 claims of symmetry are broken, worst soap_sum under superc" in process.stdout
    assert "Traceback" not in process.stdout
    here, there = study.checksums(), other.checksums()
    tables = {f"{HERE}/tables/symmetry.{ending}" for ending in ("html", "csv", "md", "tex")}
    figures = {f"{HERE}/figures/periodicity.{ending}" for ending in ("svg", "pdf", "png")}
    assert {name for name in here if here[name] != there.get(name)} == {
        *tables,
        *figures,
        f"{HERE}/tables/verdicts.csv",
    }
    table = pd.read_csv(other.folder / HERE / "tables/symmetry.csv")
    assert table["verdict"].tolist().count("claim broken") == 1
    assert set(there) == set(here) - {f"{HERE}/tables/verdicts.csv"}
