"""Fixtures: the finished study, run once a test run, and what tests of conformers share."""

import os
import shutil
import sys
from pathlib import Path

import warm

os.environ.update(warm.ONE_THREAD)  # as jobs have it; more would only wait for each other's cores

import numpy as np
import pytest

from confsym.conformers import embedding
from confsym.molecules import molecule
from studies import SHARED, Study, alone, copy_project, section, tiny

OPTIONS = {key: entry["default"] for key, entry in section("embedding").items()}


@pytest.fixture
def options() -> dict:
    """The defaults of section `embedding`."""
    return dict(OPTIONS)


@pytest.fixture(scope="session")
def conformers():
    """Embed a SMILES: function of (smiles, attempts) to (molecule, positions), remembered."""
    known: dict = {}

    def embed(smiles: str, attempts: int = 30) -> tuple:
        if (smiles, attempts) not in known:
            target = molecule.build("test", smiles)
            positions, _ = embedding.embed(target, 0, attempts, OPTIONS)
            known[smiles, attempts] = target, positions
        target, positions = known[smiles, attempts]
        return target, positions.copy()

    return embed


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    """Matplotlib keeps those of a test, and warns of many."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20)


@pytest.fixture(scope="session", autouse=True)
def shared(tmp_path_factory) -> Path:
    """A folder that all processes of a test run have in common."""
    own = tmp_path_factory.getbasetemp()
    folder: Path = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    SHARED[:] = [folder]
    return folder


@pytest.fixture(scope="session")
def finished(shared, tmp_path_factory) -> Study:
    """The tiny study, run by a copy of the project that lies in the same folder.

    The process that comes first runs it; each has a copy of its own, since tests edit it.
    """
    said = shared / "finished.txt"
    with alone(shared / "finished.lock"):
        if not said.exists():
            first = Study(shared / "finished", tiny(), project=copy_project(shared / "finished"))
            process = first.cold()
            assert process.returncode == 0, process.stdout
            said.write_text(process.stdout, encoding="utf-8")
    folder: Path = tmp_path_factory.mktemp("finished") / "study"
    shutil.copytree(shared / "finished", folder)
    study = Study(folder, tiny(), project=folder)
    study.said = said.read_text(encoding="utf-8")
    return study
