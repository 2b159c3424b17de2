"""docs/force_field.md: its code runs, in its order, from the force field of a study."""

import subprocess
import sys

import pytest
import yaml

from confsym.force_field import file
from documents import blocks
from force_fields import ethanol
from studies import ROOT, Study


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    file.write(folder / "results/ethanol/experiments/gp" / file.NAME, ethanol())
    return folder


def test_its_study_makes_that_force_field(tmp_path):
    (study,) = (block for block in blocks("force_field.md") if block.language == "yaml")
    made = Study(tmp_path / "study", yaml.safe_load(study.text))
    assert "export_force_field ethanol gp" in made.plan(
        "results/ethanol/experiments/gp/" + file.NAME
    )


def test_its_code_runs(folder):
    said = []
    for block in blocks("force_field.md"):
        if block.language == "python":
            process = subprocess.run(
                [sys.executable, "-c", block.text],
                cwd=folder,
                env={"PYTHONPATH": str(ROOT / "workflow/scripts")},
                capture_output=True,
                text=True,
                check=False,
            )
            assert process.returncode == 0, process.stderr
            said.append(process.stdout)
    relaxed, vibrations, band, _, energies = said
    assert relaxed.endswith(" eV\n")
    assert "Zero-point energy" in vibrations
    assert band.splitlines()[-1].count(",") == 6
    assert energies.count(" eV ") == 501
    assert (folder / "anti.xyz").stat().st_size
