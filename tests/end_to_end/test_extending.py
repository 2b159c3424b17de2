"""docs/extending.md does what it says: each recipe is followed in a copy of the project."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from documents import blocks, command_behind, run, written
from studies import ROOT, copy_project

FURTHER = ("README.md", "pyproject.toml", "docs", "tests")
RECIPES = {
    "A descriptor": "features",
    "A model": "models",
    "A transform": "transforms",
    "A level": "energies",
}


@pytest.fixture(scope="module")
def extended(tmp_path_factory) -> Path:
    """A copy of the project in which every file of every recipe is written."""
    project = copy_project(tmp_path_factory.mktemp("extending") / "confsym")
    for part in FURTHER:
        source = ROOT / part
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, project / part, ignore=ignored)
        else:
            shutil.copy2(source, project / part)
    for block in blocks("extending.md"):
        if block.title:
            written(project / re.split("[, ]", block.title)[0], block)
    run(command_behind("make generated"), project)
    return project


@pytest.fixture(scope="module")
def study(extended) -> Path:
    """The results of the study that uses every recipe."""
    commands = [block.text for block in blocks("extending.md") if block.language == "bash"][-1]
    assert commands.startswith("make generated\nsnakemake ")
    for command in commands.splitlines()[1:]:  # the first one has run
        run(command, extended)
    return extended / "mine/results/butanol"


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_test_of_all_rows_tests_the_new_one(recipe, extended):
    (command,) = (
        block.text.strip()
        for block in blocks("extending.md", section=recipe)
        if block.language == "bash"
    )
    assert re.search(r"^[1-9]\d* passed", run(command, extended), re.M)


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_is_one_function_and_one_row(recipe):
    named = [block.title for block in blocks("extending.md", section=recipe) if block.title]
    room = f"workflow/scripts/confsym/{RECIPES[recipe]}"
    assert named[1:] == [f"{room}/registry.py, one row"]
    assert re.fullmatch(rf"{room}/\w+\.py", named[0])


def test_the_generated_parts_have_the_new_kinds(extended):
    reference = (extended / "config/README.md").read_text()
    schema = (extended / "workflow/schemas/config.schema.yaml").read_text()
    for kind in ("spread", "nearest_neighbours", "inversion", "nuclei"):
        assert f"| `{kind}` |" in reference
        assert f"{kind}" in schema
    results = (extended / "docs/results.md").read_text()
    assert "{molecule}/figures/errors.{svg,pdf,png}` | [plot_errors](" in results
    assert "[figures/errors.py](" in results


def test_the_study_has_its_verdict(study):
    table = pd.read_csv(study / "tables/symmetry.csv").set_index("experiment")
    assert table.loc["spread_neighbours", "claimed"].all()
    assert table.loc["spread_neighbours", "holds"].all()
    assert not table.loc["notes", "holds"].any()
    assert (study / "energies/nuclei.csv").is_file()
    assert "<svg" in (study / "figures/errors.svg").read_text()


def test_new_code_is_in_the_style_of_the_house(extended):
    run("ruff check workflow", extended)
    run("snakefmt --check workflow", extended)
    run("python -m pytest -q tests/workflow/test_style.py -k 'script or import or rule'", extended)
