"""docs/tutorial.md does what it says: its files are written and its commands run, in its order."""

import re
from pathlib import Path

import pandas as pd
import pytest

from documents import blocks, run, written
from studies import copy_project

PLAN = re.compile(r"^(\w+) +(\d+)$", re.M)  # Snakemake's count of the jobs of a rule


@pytest.fixture(scope="module")
def followed(tmp_path_factory) -> tuple[Path, list[tuple[str, str, str]], dict[str, str]]:
    """A copy of the project in which somebody has followed the tutorial.

    With it each dry run, its output and the counts that the tutorial shows; and the last output of
    each command.
    """
    project = copy_project(tmp_path_factory.mktemp("tutorial") / "confsym")
    output, plans = {}, []
    for block in blocks("tutorial.md"):
        if block.language in ("yaml", "python"):
            written(project / re.split("[, ]", block.title)[0], block)
        elif block.language == "text":
            command, said = list(output.items())[-1]
            plans.append((command, said, block.text))
        elif block.language == "bash":
            for command in block.text.splitlines():
                output[command] = run(command, project)
    return project, plans, output


def test_the_first_step_is_a_target_of_the_makefile():
    first = next(blocks("tutorial.md"))
    assert first.language == ""
    assert first.text.splitlines() == ["make env", "source .venv/bin/activate"]


def test_dry_runs_plan_what_the_tutorial_shows(followed):
    _, plans, _ = followed
    assert len(plans) == 2
    for command, said, shown in plans:
        assert " -n " in command
        counts = dict(PLAN.findall(said[said.index("job ") :]))
        counts.pop("total")
        targets = {"notes", "symmetry"} & counts.keys()
        assert len(targets) == 1
        assert dict(PLAN.findall(shown)) == {
            rule: count for rule, count in counts.items() if rule not in targets
        }, command


def test_the_dry_run_says_why_conformers_are_pruned_again(followed):
    _, plans, _ = followed
    assert "Params have changed since last execution" in plans[0][1]


def test_only_the_new_molecule_is_planned(followed):
    _, plans, _ = followed
    assert "ether" in plans[1][1]
    assert not re.search(r"wildcards: .*molecule=octanol", plans[1][1])


def test_the_files_that_it_names_are_there(followed):
    project, *_ = followed
    results = project / "mine/results"
    for name in ("parity/notes.svg", "symmetry.svg", "learning_curves.svg"):
        assert (results / "octanol/figures" / name).stat().st_size
    assert (project / "own.svg").read_text().count("<path")
    archive, record = sorted(results.glob("archive/*.zip"), key=lambda path: len(path.name))
    assert record.name == f"{archive.stem}-record.zip"


def test_the_verdict_is_as_the_tutorial_reads_it(followed):
    project, _, output = followed
    table = pd.read_csv(project / "mine/results/octanol/tables/symmetry.csv")
    table = table.set_index("experiment")
    assert table.loc["invariant", "claimed"].tolist() == [True, True]
    assert table.loc["invariant", "holds"].all()
    assert not table.loc["notes", "claimed"].any()
    assert table.loc["notes", "defect_max"].min() > 0.1
    verdict = output["cat mine/results/octanol/tables/verdict.md"]
    assert verdict.startswith(f"All {table['claimed'].sum()} claims of 1 experiment hold")
