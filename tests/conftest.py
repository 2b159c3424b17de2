"""Fixtures: finished studies, run once a session."""

import sys
from pathlib import Path

import numpy as np
import pytest

from confsym.conformers import embedding
from confsym.molecules import molecule
from studies import Study, copy_project, section, tiny

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


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Study:
    """The tiny study, run by a copy of the project that lies in the same folder."""
    folder: Path = tmp_path_factory.mktemp("finished")
    study = Study(folder, tiny(), project=copy_project(folder))
    study.said = study.run()
    return study
