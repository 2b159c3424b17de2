"""docs/force_field.md: its code runs, in its order, from the force field of a study."""

import shutil
import subprocess
import sys

import pytest
import yaml
from ase.build import molecule
from ase.calculators.socketio import SocketIOCalculator

import warm
from confsym.calculator import load
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
        if block.language == "python" and "SocketClient" not in block.text:
            process = subprocess.run(
                [sys.executable, "-c", block.text],
                cwd=folder,
                env=warm.ONE_THREAD | {"PYTHONPATH": str(ROOT / "workflow/scripts")},
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


def test_its_client_answers_through_a_socket(folder, tmp_path):
    (block,) = (one for one in blocks("force_field.md") if "SocketClient" in one.text)
    name = f"confsym_{tmp_path.parent.name}"
    folder_of_its_own = tmp_path / "results/ethanol/experiments/gp"
    folder_of_its_own.mkdir(parents=True)
    shutil.copy(folder / "results/ethanol/experiments/gp" / file.NAME, folder_of_its_own)
    atoms = molecule("CH3CH2OH")
    atoms.write(tmp_path / "anti.xyz")
    with SocketIOCalculator(unixsocket=name, timeout=60) as driver:
        client = subprocess.Popen(
            [sys.executable, "-c", block.text.replace('"confsym"', repr(name))],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT / "workflow/scripts")},
        )
        atoms.rattle(0.03, seed=1)
        driven = atoms.copy()
        driven.calc = driver
        energy, forces = driven.get_potential_energy(), driven.get_forces()
    assert client.wait(timeout=60) == 0
    atoms.calc = load(folder_of_its_own)
    assert energy == pytest.approx(atoms.get_potential_energy(), abs=1e-9)
    assert forces == pytest.approx(atoms.get_forces(), abs=1e-9)
