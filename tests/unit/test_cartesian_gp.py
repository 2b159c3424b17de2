"""The Gaussian process on Cartesian coordinates: kernel, slopes, and what it does not know."""

import json

import numpy as np
import pytest

from confsym.errors import StudyError
from confsym.models import cartesian_gp, fitted
from confsym.models.cartesian_gp import CartesianGP
from confsym.models.labelled import Labelled
from confsym.models.registry import MODELS
from confsym.molecules.topology import Topology
from confsym.provenance import memory
from confsym.registry import resolve
from confsym.storage.files import write_json
from force_fields import DESCRIPTION, level, turned

LENGTH = 1.7
STEP = 1e-4


@pytest.fixture(scope="module")
def known() -> Labelled:
    """Ethanol at MMFF94, shaken, in one pose."""
    positions = turned(60, 0.04)
    return Labelled(Topology.from_description(DESCRIPTION), positions, *level(positions))


@pytest.fixture(scope="module")
def model(known) -> CartesianGP:
    return cartesian_gp.cartesian_gp(known, [], conformers=40, seed=0)


def covariance(one: np.ndarray, other: np.ndarray) -> float:
    """Of two energies."""
    return LENGTH**2 * np.exp(-np.sum((one - other) ** 2) / (2 * LENGTH**2))


def slow(x: np.ndarray) -> np.ndarray:
    """All covariances by central differences of that of two energies, one by one."""
    count, width = x.shape
    shifts = np.vstack([np.zeros(width), STEP * np.eye(width)])
    found = np.empty((count, 1 + width, count, 1 + width))
    for i, a, j, b in np.ndindex(*found.shape):
        signs = [(s, t) for s in ((1, -1) if a else (1,)) for t in ((1, -1) if b else (1,))]
        terms = [s * t * covariance(x[i] + s * shifts[a], x[j] + t * shifts[b]) for s, t in signs]
        found[i, a, j, b] = sum(terms) / (2 * STEP) ** (bool(a) + bool(b))
    return found.reshape(count * (1 + width), -1)


def test_the_kernel_is_that_of_energies_and_its_derivatives(rng):
    x = rng.normal(size=(4, 6))
    matrix = cartesian_gp.matrix(x, LENGTH)
    np.testing.assert_allclose(matrix, slow(x), atol=1e-7)
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-14)
    assert np.linalg.eigvalsh(matrix).min() > 0


def test_an_expansion_is_the_kernel_times_its_weights(rng):
    x, weights = rng.normal(size=(5, 6)), rng.normal(size=(5, 7))
    energies, slopes = cartesian_gp.expansion(x, x, weights, LENGTH)
    expected = (cartesian_gp.matrix(x, LENGTH) @ weights.ravel()).reshape(5, 7)
    np.testing.assert_allclose(np.column_stack([energies, slopes]), expected, atol=1e-12)


def test_forces_are_minus_the_slope_of_the_energy(model, rng):
    place = turned(3, 0.1, seed=5)
    _, forces = model.energies_and_forces(place)
    for atom, axis in [(0, 0), (2, 1), (8, 2)]:
        ends = []
        for sign in (1, -1):
            moved = place.copy()
            moved[:, atom, axis] += sign * STEP
            ends.append(model.energies_and_forces(moved)[0])
        slope = (ends[0] - ends[1]) / (2 * STEP)
        np.testing.assert_allclose(slope, -forces[:, atom, axis], rtol=1e-6, atol=1e-5)


def test_what_it_learned_it_knows(known, model):
    learned = known.of(cartesian_gp.evenly(60, 40))
    energy, forces = model.energies_and_forces(learned.positions)
    np.testing.assert_allclose(energy, learned.energy, atol=0.02)
    assert np.sqrt(np.mean((forces - learned.forces) ** 2)) < 1e-2 * model.unit
    others = known.of(np.setdiff1d(np.arange(60), cartesian_gp.evenly(60, 40)))
    missed = model.energies_and_forces(others.positions)[1] - others.forces
    assert np.sqrt(np.mean(missed**2)) < 0.9 * model.unit  # in the pose that it learned


def test_it_knows_no_symmetry(model):
    place = turned(1, 0.02, seed=7)
    energy, forces = model.energies_and_forces(place)
    assert np.linalg.norm(forces.sum(axis=1)) > 0.1  # kcal/mol/Å
    moved, _ = model.energies_and_forces(place + 1.0)
    assert abs(moved - energy) > 0.1
    assert not MODELS["cartesian_gp"].claimed


def test_its_state_is_plain_and_comes_back_bit_for_bit(model, tmp_path):
    data, arrays = model.state()
    write_json(tmp_path / "state.json", data)
    again = resolve(MODELS["cartesian_gp"].fitted).from_state(
        json.loads((tmp_path / "state.json").read_text()), arrays
    )
    place = turned(4, 0.1, seed=3)
    for one, other in zip(
        model.energies_and_forces(place), again.energies_and_forces(place), strict=True
    ):
        assert np.array_equal(one, other)


def test_it_takes_geometries_evenly():
    assert cartesian_gp.evenly(5, 9).tolist() == [0, 1, 2, 3, 4]
    assert cartesian_gp.evenly(9, 3).tolist() == [0, 4, 8]


def test_it_says_how_many_geometries_it_learned_from(known, model):
    assert fitted.approximation(model) == "learned from 40 of 60 training conformers"
    whole = cartesian_gp.cartesian_gp(known.of(np.arange(40)), [], conformers=40, seed=0)
    assert fitted.approximation(whole) == ""


def test_the_same_seed_fits_the_same_model(known, model):
    again = cartesian_gp.cartesian_gp(known, [], conformers=40, seed=0)
    assert np.array_equal(again.weights, model.weights)
    assert again.length == model.length


@pytest.mark.parametrize("moved", [0, 1e-10, 1e-5])
def test_copies_of_geometries_change_nothing(known, rng, moved):
    """The length scale is not their distance."""
    copies = known.positions + moved * rng.normal(size=known.positions.shape)
    twice = Labelled(
        known.topology,
        np.concatenate([known.positions, copies]),
        *(np.tile(one, (2, *[1] * (one.ndim - 1))) for one in (known.energy, known.forces)),
    )
    one, other = (
        cartesian_gp.cartesian_gp(some, [], conformers=60, seed=0) for some in (known, twice)
    )
    assert one.length == other.length
    assert np.array_equal(one.weights, other.weights)


def test_too_few_geometries_and_too_little_memory_are_sentences(known, monkeypatch):
    with pytest.raises(StudyError, match="2 different training geometries and needs at least 3"):
        cartesian_gp.cartesian_gp(known.of(np.arange(2)), [], conformers=40, seed=0)
    free = type("Memory", (), {"available": 1e4})
    monkeypatch.setattr(memory.psutil, "virtual_memory", lambda: free)
    with pytest.raises(StudyError, match=r"cartesian_gp needs .* for 40 training conformers"):
        cartesian_gp.cartesian_gp(known, [], conformers=40, seed=0)
