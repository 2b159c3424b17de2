"""The target `concepts` on the tiny study: eight topics, the same bytes twice, nothing stale."""

import re
import shutil
from importlib import import_module

import pandas as pd
import pytest

from studies import Study, reported, text_of

TOPICS = (
    *("bias_variance", "dimensionality", "empirical_risk", "feature_importance"),
    *("feature_selection", "hyperparameters", "kernel_trick", "linear_regression"),
)
ENDINGS = ("svg", "pdf", "png", "csv", "md")


@pytest.fixture(scope="module")
def taught(finished, tmp_path_factory) -> Study:
    """A copy of the finished tiny study in which the target has run as well."""
    folder = tmp_path_factory.mktemp("taught") / "study"
    shutil.copytree(finished.folder, folder)
    study = Study(folder, finished.config, project=folder)
    jobs = study.plan("concepts")
    assert set(jobs) == {f"plot_{topic}" for topic in TOPICS}
    assert sum(jobs.values()) <= 12
    study.run("concepts")
    return study


def test_grammar(taught, finished):
    new = set(taught.checksums()) - set(finished.checksums())
    here = "results/concepts"
    flat = {f"{here}/{topic}.{end}" for topic in TOPICS for end in ENDINGS}
    assert flat <= new
    tables = {re.sub(r"/[^/]+\.csv$", "", name) for name in new - flat}
    assert tables == {f"{here}/{topic}" for topic in TOPICS}


@pytest.mark.parametrize("topic", TOPICS)
def test_every_number_of_a_caption_is_in_its_table(taught, topic):
    here = taught.folder / "results/concepts"
    module = import_module(f"confsym.concepts.{topic}")
    page = (here / f"{topic}.md").read_text(encoding="utf-8")
    heading, caption, table = page.strip().split("\n\n")
    assert heading == f"# {module.TITLE}"
    rows = [[cell.strip() for cell in line.split("|")] for line in table.splitlines()[2:]]
    assert {len(row) for row in rows} == {5}, "a cell has a bar in it"
    numbers = pd.read_csv(here / f"{topic}.csv", keep_default_na=False)
    assert numbers["meaning"].tolist() == [row[1] for row in rows]
    shown = dict(zip(numbers["name"], (row[2] for row in rows), strict=True))
    assert len(shown) == len(numbers)
    assert caption.split() == module.CAPTION.format(**shown).split()
    # What the text says by itself are the notes' own dimensions and numbers in formulas.
    own = re.sub(r"\{\w+\}|\([^)]*\)|√\([^)]*\)|\^\S+", "", module.CAPTION)
    assert set(re.findall(r"[\d,.]*\d", own)) <= {"2", "10", "100", "10,000", "1/2", "1", "0"}


def test_the_report_shows_the_captions_with_their_numbers(taught, tmp_path):
    path = tmp_path / "report.html"
    process = taught.snakemake("concepts", "--report", str(path))
    assert process.returncode == 0, process.stdout
    results = reported(path, "results")
    assert len(results) == len(TOPICS)
    for topic in TOPICS:
        found = results[f"results/concepts/{topic}.svg"]
        assert "system-message" not in found["caption"], topic
        page = (taught.folder / f"results/concepts/{topic}.md").read_text(encoding="utf-8")
        expected = " ".join(page.split("\n\n")[1].replace("**", "").split())
        assert text_of(found["caption"]).startswith(expected), topic


def test_parts_of_the_error_add_up(taught):
    curves = pd.read_csv(taught.folder / "results/concepts/bias_variance/curves.csv")
    apart = curves["bias_squared"] + curves["variance"] - curves["error"]
    assert apart.abs().max() < 1e-9
    gap = (curves["error"] - curves["other_error"]).abs()
    assert (gap < 4 * (curves["error_spread"] + curves["other_spread"])).all()


def test_primal_is_dual(taught):
    found = pd.read_csv(taught.folder / "results/concepts/kernel_trick/agreement.csv")
    assert found["difference"].max() < 1e-8


def test_descent_arrives(taught):
    found = pd.read_csv(taught.folder / "results/concepts/linear_regression/distance.csv")
    assert found.groupby("columns")["distance"].min().max() <= 1e-6


RANDOM = ("feature_importance", "hyperparameters", "linear_regression")


@pytest.mark.parametrize("topics", [RANDOM, pytest.param(TOPICS, marks=pytest.mark.slow)], ids=len)
def test_same_bytes_again(taught, topics):
    """At once of what is drawn at random in three ways, the last by JAX; of all topics if asked."""
    before = taught.checksums()
    rules = [f"plot_{topic}" for topic in topics]
    process = taught.snakemake("concepts", "--forcerun", *rules, cores=1)
    assert process.returncode == 0, process.stdout
    jobs = len(topics)
    assert re.search(rf"\b({jobs} of {jobs}|{jobs + 1} of {jobs + 1})\b", process.stdout)
    assert taught.checksums() == before


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("concepts/kernel_trick.py", "kernel_trick"),
        ("concepts/gradient_descent.py", "linear_regression"),
        ("figures/concepts/hyperparameters.py", "hyperparameters"),
    ],
)
def test_an_edit_of_a_topic_reruns_it_alone(taught, name, topic):
    assert not taught.plan("concepts")
    path = taught.project / "workflow/scripts/confsym" / name
    before = path.read_text(encoding="utf-8")
    path.write_text(before + "\n# a comment\n", encoding="utf-8")
    try:
        assert set(taught.plan("concepts")) == {f"plot_{topic}"}
    finally:
        path.write_text(before, encoding="utf-8")
