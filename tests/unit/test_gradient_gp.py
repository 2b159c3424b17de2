"""The Gaussian process on energies and forces: its kernel, its symmetries, its errors."""

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from confsym.conformers.ensemble import Ensemble
from confsym.energies import force_fields
from confsym.errors import StudyError
from confsym.evaluation.geometries import Geometries, predicting
from confsym.models.copies import distinct
from confsym.models.gradient_gp import certainty, descriptor, kernel, permutations, process, tuning
from confsym.models.gradient_gp.shape import Sample, Shape
from confsym.models.labelled import Labelled
from confsym.molecules import molecule
from confsym.molecules.topology import Topology
from confsym.provenance import memory
from confsym.transforms.moved import moved
from confsym.transforms.order import topology_after
from differences import along

METHANOL = "CO"
SETTINGS = {"steps": 30, "tuning_size": 20, "seed": 0}
MOTIONS = {
    "translation": {"kind": "translation", "vector": [13.0, -21.0, 7.0]},
    "rotation": {"kind": "rotation", "seed": 5},
    "reflection": {"kind": "reflection", "normal": [1, 2, -1]},
    "relabelling": {"kind": "relabelling", "seed": 5},
    "equivalent_swap": {"kind": "equivalent_swap", "seed": 5},
}
ACAC = "CC(=O)C=C(C)O"


def topology_of(smiles: str) -> Topology:
    return Topology.from_description(molecule.describe("x", smiles))


@pytest.fixture(scope="module")
def known(conformers) -> Labelled:
    """Methanol, shaken, with MMFF94's energies and forces."""
    target, found = conformers(METHANOL, 30)
    rng = np.random.default_rng(1)
    shaken = np.repeat(found, 4, axis=0)
    shaken = shaken + 0.06 * rng.normal(size=shaken.shape)
    energy, gradients = force_fields.mmff94(target, shaken, "x")
    return Labelled(topology_of(METHANOL), shaken, energy, -gradients)


@pytest.fixture(scope="module")
def model(known):
    return process.gradient_gp(known.of(np.arange(60)), [], **SETTINGS)


@pytest.fixture(scope="module")
def shape(known) -> Shape:
    relabellings = permutations.group(
        known.positions[:5], known.topology.numbers, known.topology.bonds
    )
    seen = descriptor.Distances.of(known.positions)
    return Shape.of(permutations.pair_relabellings(relabellings), seen.r)


@pytest.fixture
def parameters(shape, rng):
    start = tuning.start(shape)
    return {name: value + 0.1 * rng.normal(size=value.shape) for name, value in start.items()}


@pytest.fixture(scope="module")
def sample(known) -> Sample:
    seen = descriptor.Distances.of(known.positions)
    return Sample(seen.r, seen.slopes, known.energy / 30, -seen.along(known.forces) / 30)


# Which atoms can be exchanged.


@pytest.mark.parametrize(
    ("smiles", "count"), [("CO", 6), ("CCO", 12), ("O", 2), ("c1ccccc1", 12), ("CCCC", 288)]
)
def test_relabellings_are_the_graphs_own(smiles, count, conformers):
    topology = topology_of(smiles)
    _, found = conformers(smiles, 3)
    group = permutations.group(found, topology.numbers, topology.bonds)
    assert len(group) == count
    assert np.array_equal(group[0], np.arange(len(topology.numbers)))
    products = {tuple(one[other]) for one in group[:20] for other in group[:20]}
    assert products <= set(map(tuple, group))


def test_a_proton_that_went_over_adds_relabellings(conformers):
    """Acetylacetone: 36 relabellings of the enol; 72 with the mirror that a transfer opens."""
    topology = topology_of(ACAC)
    _, found = conformers(ACAC, 3)
    numbers, bonds = topology.numbers, topology.bonds
    assert len(permutations.group(found, numbers, bonds)) == 36
    (proton,) = [
        atom
        for atom, near in enumerate(topology.neighbours)
        if numbers[atom] == 1 and numbers[near[0]] == 8
    ]
    oxygens = np.flatnonzero(numbers == 8)
    (bare,) = [atom for atom in oxygens if proton not in topology.neighbours[atom]]
    away = found[0, bare] - found[0].mean(axis=0)
    transferred = found[:1].copy()
    transferred[0, proton] = found[0, bare] + 0.97 * away / np.linalg.norm(away)
    both = np.concatenate([found, transferred])
    assert len(permutations.group(both, numbers, bonds)) == 72


def test_too_many_relabellings_are_a_sentence(conformers):
    smiles = "CC(CCC)CC(C)(CCCC)O"
    topology = topology_of(smiles)
    with pytest.raises(StudyError, match=r"more than 1,000 of them; use linear_force_field"):
        permutations.group(conformers(smiles, 1)[1], topology.numbers, topology.bonds)


# The kernel.


def solved(metric, shape, sample, noise) -> kernel.Expansion:
    swaps = kernel.Swaps(shape.pairs)
    points = kernel.Points.of(metric, sample.r, sample.slopes)
    matrix = kernel.matrix(swaps, points, metric.amplitude)
    _, weights, _ = process.weighed(matrix, sample, noise)
    return kernel.Expansion.of(swaps, points, weights, metric.amplitude)


def test_the_map_commutes_with_every_relabelling(shape, parameters):
    metric = kernel.Metric.of(parameters, shape)
    for one in shape.pairs:
        assert np.allclose(metric.map[one][:, one], metric.map, rtol=0, atol=1e-15)
        assert np.array_equal(metric.origin[one], metric.origin)
        assert np.array_equal(metric.range[one], metric.range)


def test_the_kernel_matrix_is_the_definition_derived_by_jax(known, shape, parameters):
    metric = kernel.Metric.of(parameters, shape)
    first, second = np.triu_indices(len(known.topology.numbers), 1)
    few = known.positions[:3]
    seen = descriptor.Distances.of(few)

    def points(positions):
        r = jnp.linalg.norm(positions[first] - positions[second], axis=-1)
        return metric.map @ (metric.range * (1 - jnp.exp(-(r - metric.origin) / metric.range)))

    def covariance(one, other):
        x, y = points(one), points(other)
        squares = [jnp.sum((x - y[pair]) ** 2) for pair in shape.pairs]
        return metric.amplitude * sum(jnp.exp(-0.5 * one) for one in squares) / len(squares)

    with jax.enable_x64(True):
        found = kernel.matrix(
            kernel.Swaps(shape.pairs),
            kernel.Points.of(metric, seen.r, seen.slopes),
            metric.amplitude,
        )
        width = 1 + seen.slopes.shape[2]
        for i in range(3):
            for j in range(i + 1):
                pair = jnp.asarray(few[i]), jnp.asarray(few[j])
                left, right = seen.directions[i], seen.directions[j]
                size = left.shape[0]
                mixed = jax.jacobian(jax.grad(covariance, 0), 1)(*pair).reshape(size, size)
                block = found[i * width : (i + 1) * width, j * width : (j + 1) * width]
                assert block[0, 0] == pytest.approx(float(covariance(*pair)), rel=1e-12)
                slope = jax.grad(covariance, 0)(*pair).reshape(size)
                assert np.allclose(block[1:, 0], left.T @ slope, rtol=0, atol=1e-9)
                slope = jax.grad(covariance, 1)(*pair).reshape(size)
                assert np.allclose(block[0, 1:], right.T @ slope, rtol=0, atol=1e-9)
                assert np.allclose(block[1:, 1:], left.T @ mixed @ right, rtol=0, atol=1e-8)


def test_tuning_sees_the_error_of_the_process_itself(shape, parameters, sample):
    known, unknown = sample.take(np.arange(10)), sample.take(np.arange(10, 25))
    noise = 1e-3
    metric = kernel.Metric.of(parameters, shape)
    expansion = solved(metric, shape, known, noise)
    _, slope = expansion.values(metric.coordinates(unknown.r))
    along = np.einsum("np,npd->nd", slope, metric.slopes(unknown.r, unknown.slopes))
    error = np.mean((along - unknown.slope) ** 2) / np.mean(unknown.slope**2)
    with jax.enable_x64(True):
        found = tuning.held_out_error(shape, (noise, noise))(parameters, known, unknown)
    assert float(found) == pytest.approx(0.5 * np.log(error), abs=1e-7)


# Directions.


def test_directions_are_orthonormal_and_neither_translate_nor_rotate(known):
    directions = descriptor.internal_directions(known.positions)
    size = 3 * known.positions.shape[1]
    assert directions.shape[2] == size - 6
    products = np.einsum("nxd,nxe->nde", directions, directions)
    assert np.allclose(products, np.eye(size - 6), rtol=0, atol=1e-12)
    steps = directions.reshape(len(directions), -1, 3, size - 6)
    assert np.abs(steps.sum(axis=1)).max() < 1e-12
    centred = known.positions - known.positions.mean(axis=1, keepdims=True)
    turns = np.cross(centred[..., None], steps, axis=2)
    assert np.abs(turns.sum(axis=1)).max() < 1e-11


def test_a_linear_molecule_keeps_its_rotations():
    line = np.array([[[0, 0, -1.1], [0, 0, 0], [0, 0, 1.2]]])
    assert descriptor.internal_directions(line).shape[2] == 6


# The process.


def test_forces_of_unseen_geometries_are_learned(model, known):
    unseen = known.of(np.arange(60, 120))
    energy, forces = model.energies_and_forces(unseen.positions)
    spread = np.abs(unseen.energy - known.energy.mean()).mean()
    assert np.abs(energy - unseen.energy).mean() < 0.02 * spread
    assert np.abs(forces - unseen.forces).mean() < 0.03 * np.abs(unseen.forces).mean()


def test_forces_are_minus_the_gradient_of_the_energy(model, known, rng):
    def energy(positions):
        return model.energies_and_forces(positions)[0]

    flat = known.positions[100].copy()
    flat[:, 2] *= 1e-6  # all atoms all but in a plane
    for positions in (*known.positions[60:63], flat):
        _, (forces,) = model.energies_and_forces(positions[None])
        directions = rng.normal(size=(5, *positions.shape))
        directions /= np.linalg.norm(directions, axis=(1, 2), keepdims=True)
        slopes = along(energy, positions, directions, step=4e-3)
        expected = -np.tensordot(directions, forces, 2)
        np.testing.assert_allclose(slopes, expected, rtol=0, atol=1e-6 * np.linalg.norm(forces))


def test_net_force_and_torque_vanish(model, known):
    positions = known.positions[60:]
    _, forces = model.energies_and_forces(positions)
    assert np.abs(forces.sum(axis=1)).max() < 1e-9
    assert np.abs(np.cross(positions, forces).sum(axis=1)).max() < 1e-8


@pytest.mark.parametrize("motion", MOTIONS)
def test_energies_keep_every_symmetry(model, known, motion, conformers):
    target, _ = conformers(METHANOL, 1)
    transform = MOTIONS[motion]
    here = Ensemble(known.positions[60:], known.topology.numbers, np.arange(60))
    there = moved(here, np.ones(60, dtype=bool), target, transform)
    listed = Geometries(there.positions, topology_after(known.topology, transform))
    energy, _ = model.energies_and_forces(here.positions)
    found, deviation = predicting(model, known.topology)(listed)
    assert np.abs(found - energy).max() < 1e-7
    assert deviation is None


def test_left_out_errors_are_those_of_fits_without(shape, parameters, sample):
    few, noise = sample.take(np.arange(12)), 1e-2
    metric = kernel.Metric.of(parameters, shape)
    swaps = kernel.Swaps(shape.pairs)
    whole = kernel.matrix(swaps, kernel.Points.of(metric, few.r, few.slopes), metric.amplitude)
    width = 1 + few.slopes.shape[2]
    full = np.tril(whole) + np.tril(whole, -1).T + noise**2 * np.eye(len(whole))
    target = np.column_stack([few.energy - few.energy.mean(), few.slope])
    _, weights, factor = process.weighed(whole, few, noise)
    found = certainty.left_out(factor, weights, np.array([3, 8]))
    for place, probe in enumerate((3, 8)):
        here = np.arange(probe * width, (probe + 1) * width)
        there = np.delete(np.arange(len(full)), here)
        solution = np.linalg.solve(full[np.ix_(there, there)], target.ravel()[there])
        missed = target[probe] - full[np.ix_(here, there)] @ solution
        assert np.allclose(found[place], missed, rtol=1e-6, atol=1e-9)


def test_deviations_with_all_geometries_near_are_the_processs_own(
    shape, parameters, known, sample, monkeypatch
):
    few, noise = sample.take(np.arange(8)), 1e-2
    metric = kernel.Metric.of(parameters, shape)
    swaps = kernel.Swaps(shape.pairs)
    both = sample.take(np.arange(9))  # the last one is asked for
    points = kernel.Points.of(metric, both.r, both.slopes)
    whole = kernel.matrix(swaps, points, metric.amplitude)
    whole = np.tril(whole) + np.tril(whole, -1).T
    width = 1 + few.slopes.shape[2]
    cut = 8 * width
    inner = whole[:cut, :cut] + noise**2 * np.eye(cut)
    left = whole[cut:, cut:] - whole[cut:, :cut] @ np.linalg.solve(inner, whole[:cut, cut:])
    monkeypatch.setattr(certainty, "NEAREST", 8)
    sure = certainty.Certainty(metric, shape.pairs, known.positions[:8], noise, np.ones(2))
    energy, forces = sure.deviations(known.positions[8:9])
    assert energy[0] ** 2 == pytest.approx(left[0, 0], rel=1e-6)
    assert np.sum(forces**2) == pytest.approx(np.trace(left[1:, 1:]), rel=1e-6)


def test_deviations_have_the_size_of_errors_and_grow_where_nothing_is_known(model, known):
    unseen = known.of(np.arange(60, 120))
    energy, forces = model.energies_and_forces(unseen.positions)
    of_energy, of_forces = model.deviations(unseen.positions)
    for missed, deviation in (
        (energy - unseen.energy, of_energy),
        (forces - unseen.forces, of_forces),
    ):
        assert 0.4 < np.sqrt(np.mean((missed / deviation) ** 2)) < 2.5
    stretched = unseen.positions.copy()
    stretched[:, 1] *= 1.3
    assert np.median(model.deviations(stretched[:10])[0]) > 3 * np.median(of_energy)


def test_state_gives_the_same_process_back(model, known):
    data, arrays = model.state()
    again = process.GradientGP.from_state(data, arrays)
    for one, other in zip(
        model.energies_and_forces(known.positions[:7]),
        again.energies_and_forces(known.positions[:7]),
        strict=True,
    ):
        assert np.array_equal(one, other)
    assert repr(again) == repr(model)


def test_a_second_fit_is_the_same(known, model):
    again = process.gradient_gp(known.of(np.arange(60)), [], **SETTINGS)
    assert np.array_equal(again.expansion.slope, model.expansion.slope)
    assert np.array_equal(again.expansion.constant, model.expansion.constant)


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4, 5], [0, 1, 3, 4, 2, 5]])
def test_copies_of_geometries_change_nothing(known, model, order):
    """A copy tells nothing of how far to trust the process, however turned and relabelled."""
    turn = Rotation.random(random_state=3).as_matrix()
    turned = (one[:20, order] @ turn.T for one in (known.positions, known.forces))
    copies = Labelled(known.topology, next(turned), known.energy[:20], next(turned))
    first = known.of(np.arange(60))
    both = Labelled(
        known.topology,
        *(
            np.concatenate([getattr(one, name) for one in (first, copies, first)])
            for name in ("positions", "energy", "forces")
        ),
    )
    again = process.gradient_gp(both, [], **SETTINGS)
    for one, other in zip(again.state()[1].values(), model.state()[1].values(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert again.gaps().min() > 0


def test_copies_are_relabelled_and_not_rearranged():
    values = np.array([[1.0, 2, 3, 4], [2, 1, 4, 3], [2, 1, 3, 4], [1, 2, 3, 4.0001]])
    assert distinct(values, np.array([[0, 1, 2, 3], [1, 0, 3, 2]])).tolist() == [0, 2]
    assert distinct(values).tolist() == [0, 1, 2]
    values[3, 3] = 4.001
    assert distinct(values).tolist() == [0, 1, 2, 3]


def test_a_molecule_that_is_in_a_line_at_times(rng):
    """HCN: a geometry in a line has one rotation less."""
    target = molecule.build("x", "C#N")
    line = np.array([[0, 0, 0], [0, 0, 1.16], [0, 0, -1.07]])
    positions = line + 0.05 * rng.normal(size=(30, 3, 3))
    positions[[3, 8, 25], :, :2] = 0
    energy, gradients = force_fields.mmff94(target, positions, "x")
    labelled = Labelled(topology_of("C#N"), positions, energy, -gradients)
    found = process.gradient_gp(labelled.of(np.arange(20)), [], **SETTINGS)
    unseen = labelled.of(np.arange(20, 30))
    _, forces = found.energies_and_forces(unseen.positions)
    _, deviations = found.deviations(unseen.positions)
    missed = forces - unseen.forces
    assert np.abs(missed).mean() < 0.01 * np.abs(unseen.forces).mean()
    assert 0.3 < np.sqrt(np.sum(missed**2) / np.sum(deviations**2)) < 3
    directions = rng.normal(size=(5, 3, 3))
    for one, force in zip(unseen.positions[4:7], forces[4:7], strict=True):
        slopes = along(lambda some: found.energies_and_forces(some)[0], one, directions, 1e-4)
        expected = -np.tensordot(directions, force, 2)
        np.testing.assert_allclose(slopes, expected, rtol=0, atol=1e-5 * np.linalg.norm(force))


def test_no_geometries_have_no_energies(model):
    energy, forces = model.energies_and_forces(np.empty((0, 6, 3)))
    assert energy.shape == (0,)
    assert forces.shape == (0, 6, 3)


def test_what_cannot_be_is_a_sentence(known, model, monkeypatch):
    with pytest.raises(StudyError, match="4 different training geometries of 6 atoms and"):
        process.gradient_gp(known.of(np.arange(4)), [], **SETTINGS)
    other = Geometries(np.zeros((1, 7, 3)), topology_of("CN"))
    with pytest.raises(StudyError, match="learned another molecule"):
        predicting(model, known.topology)(other)
    free = SimpleNamespace(available=1e6)
    monkeypatch.setattr(memory.psutil, "virtual_memory", lambda: free)
    with pytest.raises(StudyError, match=r"needs .* for 60 .*train on at most 2\d"):
        process.gradient_gp(known.of(np.arange(60)), [], **SETTINGS)
