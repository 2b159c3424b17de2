"""What a job has no memory for is refused before it starts, with the number that fits."""

import re

import numpy as np
import psutil
import pytest

from confsym.errors import StudyError
from confsym.features import tables
from confsym.features.point_cloud import point_cloud
from confsym.models import inducing
from confsym.models.gaussian_process import AdditiveGP
from confsym.models.gradient_gp.process import (
    RATE,
    TUNING_NOISE,
    Distances,
    Sample,
    Shape,
    group,
    pair_relabellings,
)
from confsym.models.gradient_gp.tuning import tune
from confsym.models.kernel import LeaveOneOutKernelRidge
from confsym.models.network.equivariant import EquivariantNetwork
from confsym.models.symmetrised_kernel import SymmetrisedKernelRidge
from confsym.molecules import molecule
from confsym.molecules.topology import Topology
from confsym.provenance import memory
from confsym.provenance.jobs import STATED, logged


@pytest.fixture
def little(monkeypatch):
    """A machine with 100 kB."""
    free = type("Memory", (), {"available": 1e5 / memory.SPARE})
    monkeypatch.setattr(memory.psutil, "virtual_memory", lambda: free)


def square(rows: int) -> float:
    return 8.0 * rows**2


def test_the_number_that_fits_is_the_largest(little):
    with pytest.raises(StudyError) as stop:
        memory.require(square, 1000, "a fit")
    said = str(stop.value)
    assert said.startswith(
        "a fit needs 8.00 MB for 1000 training conformers, and 0.100 MB are free; "
    )
    fits = int(re.search(r"train on at most (\d+) \(split\.train", said)[1])
    assert square(fits) <= 1e5 < square(fits + 1)
    memory.require(square, fits, "a fit")


def test_where_even_one_is_too_many_it_says_so(little):
    with pytest.raises(StudyError, match=r"even one takes more; take another model, .*\.$"):
        memory.require(lambda rows: 1e9, 10, "a fit")


def test_what_the_job_states_counts_where_it_is_less():
    used = psutil.Process().memory_info().rss / 1e6
    before = STATED.set(used + 50)
    try:
        memory.require(lambda rows: 1e6 * rows, 10, "a fit")
        with pytest.raises(StudyError, match=r"MB are left of the .*its job may take \(mem_mb"):
            memory.require(lambda rows: 1e6 * rows, 90, "a fit")
        STATED.set(1e9)
        assert memory.require(lambda rows: 1e6 * rows, 90, "a fit") < psutil.virtual_memory().total
    finally:
        STATED.reset(before)


def test_a_job_hands_on_what_its_rule_states(tmp_path):
    with logged(str(tmp_path / "x.log"), memory=500):
        assert STATED.get() == 500
    assert STATED.get() is None


def test_a_job_that_needs_more_ends_in_a_sentence(tmp_path, capsys):
    with pytest.raises(SystemExit), logged(str(tmp_path / "x.log"), memory=1):
        LeaveOneOutKernelRidge().fit(np.eye(30), np.arange(30))
    said = capsys.readouterr().err
    assert re.fullmatch(r"ERROR: kernel_ridge needs .* MB for 30 training rows, .*\.\n", said)


@pytest.mark.parametrize("model", [LeaveOneOutKernelRidge(), AdditiveGP()])
def test_kernels_are_refused(model, little, rng, monkeypatch):
    values = rng.normal(size=(150, 3))
    with pytest.raises(StudyError, match=r"inducing_points, or train on at most \d+ "):
        model.fit(values, values[:, 0])
    model.set_params(inducing_points=40)
    monkeypatch.setattr(inducing, "BLOCK", 10)
    model.fit(values, values[:, 0])


def test_the_symmetrised_kernel_is_refused(little, conformers):
    _, positions = conformers("CCO", 100)
    topology = Topology.from_description(molecule.describe("x", "CCO"))
    rows = point_cloud(np.concatenate([positions] * 3), topology)[1]
    with pytest.raises(StudyError, match="symmetrised_kernel_ridge needs"):
        SymmetrisedKernelRidge().fit(rows, rows[:, 0])


def test_feature_tables_are_refused(little, conformers):
    _, positions = conformers("CCO", 100)
    topology = Topology.from_description(molecule.describe("x", "CCO"))
    kind = "confsym.features.raw:raw_coordinates"
    many = np.concatenate([positions] * 40)
    with pytest.raises(StudyError, match=r"features\.raw: a table of 27 columns needs .*attempts"):
        tables.compute("raw", kind, {}, many, topology)


def test_a_networks_batch_is_refused(little, conformers):
    _, positions = conformers("CCO", 100)
    rows = point_cloud(positions, Topology.from_description(molecule.describe("x", "CCO")))[1]
    with pytest.raises(StudyError, match=r"equivariant_network needs .* a batch, .* set batch to"):
        EquivariantNetwork(channels=8).fit(rows, rows[:, 0])


def test_the_tuning_of_a_process_is_refused(little, conformers):
    _, positions = conformers("CCO", 100)
    topology = Topology.from_description(molecule.describe("x", "CCO"))
    pairs = pair_relabellings(group(positions, topology.numbers, topology.bonds))
    seen = Distances.of(positions)
    energy = seen.r.sum(axis=1)
    sample = Sample(seen.r, seen.slopes, energy, seen.slopes.sum(axis=1))
    shape = Shape.of(pairs, seen.r)
    said = r"tuning gradient_gp needs .* for 60 geometries, .* set tuning_size to at most \d\."
    with pytest.raises(StudyError, match=said):
        tune(shape, sample, TUNING_NOISE, 5, 60, RATE, 0)
