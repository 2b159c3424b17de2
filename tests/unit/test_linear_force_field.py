"""The linear force field: what it learns, and what stands behind it."""

import json
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from confsym.energies.force_fields import mmff94
from confsym.errors import StudyError
from confsym.features.differentiable import columns_of
from confsym.features.registry import FEATURES
from confsym.features.saturation import Saturation
from confsym.features.tables import compute
from confsym.models import force_noise, learned_weights
from confsym.models.evidence import Data, Prior, best_prior
from confsym.models.floors import distance_floors
from confsym.models.labelled import Labelled
from confsym.models.learned_weights import Fit
from confsym.models.linear_force_field import LinearForceField, linear_force_field
from confsym.models.reductions import Squares, Triangles
from confsym.models.registry import MODELS
from confsym.molecules import molecule
from confsym.molecules.topology import Topology
from confsym.provenance import memory
from confsym.registry import resolve
from differences import derivatives

DEFAULTS = {name: p["default"] for name, p in MODELS["linear_force_field"].parameters.items()}


def entry(kind: str, **chosen) -> dict:
    defaults = {name: p["default"] for name, p in FEATURES[kind].parameters.items()}
    return {"kind": kind} | defaults | chosen


MMFF = entry("force_field_terms", labels="mmff_types", pairs="mmff_radii")
BLIND = [
    entry("force_field_terms", labels="elements", pairs="inverse_powers", powers=[1, 6, 12]),
    entry("coupled_terms", labels="elements"),
]


@pytest.fixture(scope="module")
def butanol(conformers) -> Labelled:
    """2-Butanol with MMFF94's energies and forces, and bonds that vibrate."""
    smiles = "CCC(C)O"
    target, positions = conformers(smiles, 60)
    positions += 0.03 * np.random.default_rng(0).normal(size=positions.shape)
    energy, gradients = mmff94(target, positions, "butanol")
    topology = Topology.from_description(molecule.describe("butanol", smiles))
    return Labelled(topology, positions, energy, -gradients)


def some(labelled: Labelled, count: int) -> Labelled:
    return labelled.of(np.arange(count))


@pytest.fixture(scope="module")
def blind(butanol):
    """Fits of columns that know nothing of MMFF94, once: function of training conformers."""

    @cache
    def fit(count: int, saturate: bool) -> LinearForceField:
        return linear_force_field(some(butanol, count), BLIND, None, saturate)

    return lambda count, saturate=False: fit(count, saturate)


def slopes(model: LinearForceField, positions: np.ndarray) -> np.ndarray:
    """Of the energy of one geometry (atoms, 3)."""

    def energy(some):
        return model.energies_and_forces(some)[0]

    return derivatives(energy, positions, step=1e-4).reshape(positions.shape)


def test_the_registry_names_the_function():
    assert resolve(MODELS["linear_force_field"].forces) is linear_force_field
    assert DEFAULTS == {"force_weight": None, "saturate": False}


@pytest.mark.parametrize(
    ("smiles", "count"), [("CC(CCC)CC(C)(CCCC)O", 5), ("CC(=O)Nc1ccccc1", 8), ("N#CCC=C", 8)]
)
def test_mmff94_comes_out_exactly_from_few_conformers(smiles, count, conformers):
    target, positions = conformers(smiles, 12)
    positions += 0.03 * np.random.default_rng(0).normal(size=positions.shape)
    energy, gradients = mmff94(target, positions, "x")
    topology = Topology.from_description(molecule.describe("x", smiles))
    labelled = Labelled(topology, positions, energy, -gradients)
    model = linear_force_field(some(labelled, count), [MMFF], **DEFAULTS)
    energies, forces = model.energies_and_forces(positions)
    assert np.abs(energies - energy).max() < 1e-8
    assert np.abs(forces + gradients).max() < 1e-7


def test_other_columns_learn_too(butanol, blind):
    test = butanol.of(np.arange(30, len(butanol.energy)))
    energies, forces = blind(30).energies_and_forces(test.positions)
    assert np.abs(energies - test.energy).mean() < 0.1 * test.energy.std()
    assert np.abs(forces - test.forces).mean() < 0.1 * np.abs(test.forces).mean()


@pytest.mark.parametrize("saturate", [False, True])
def test_forces_are_slopes_of_the_energy(butanol, blind, saturate):
    model = blind(10, saturate)
    place = butanol.positions[20]
    _, forces = model.energies_and_forces(place[None])
    np.testing.assert_allclose(forces[0], -slopes(model, place), atol=1e-6)
    np.testing.assert_allclose(forces.sum(axis=1), 0, atol=1e-9)


@pytest.mark.parametrize("saturate", [False, True])
def test_so_they_are_where_lengths_are_all_but_equal(butanol, blind, saturate):
    """All hydrogens as far from what they are bonded to, but for 1e-9 of the difference."""
    model = blind(10, saturate)
    place, numbers = butanol.positions[20].copy(), butanol.topology.numbers
    for one, other in butanol.topology.bonds:
        heavy, light = (one, other) if numbers[other] == 1 else (other, one)
        if numbers[light] == 1:
            way = place[light] - place[heavy]
            length = np.linalg.norm(way)
            place[light] = place[heavy] + way * (1.09 + 1e-9 * (length - 1.09)) / length
    _, forces = model.energies_and_forces(place[None])
    np.testing.assert_allclose(forces[0], -slopes(model, place), rtol=0, atol=1e-6)


def test_columns_are_those_of_the_tables(butanol, blind):
    model = blind(10)
    place = butanol.positions[10:]
    tables = [
        compute("x", FEATURES[one["kind"]].function, one, place, butanol.topology)[1]
        for one in BLIND
    ]
    predicted = np.concatenate(tables, axis=1) @ model.weights + model.constant
    np.testing.assert_allclose(predicted, model.energies_and_forces(place)[0], atol=1e-9)


@pytest.mark.parametrize("saturate", [False, True])
def test_state(butanol, saturate):
    model = linear_force_field(some(butanol, 10), [MMFF, *BLIND], None, saturate)
    data, arrays = model.state()
    again = LinearForceField.from_state(json.loads(json.dumps(data)), dict(arrays))
    for one, other in zip(
        (*model.energies_and_forces(butanol.positions), *model.deviations(butanol.positions)),
        (*again.energies_and_forces(butanol.positions), *again.deviations(butanol.positions)),
        strict=True,
    ):
        assert (one == other).all()


def test_the_same_conformers_give_the_same_bits(butanol, blind):
    one, other = blind(12), linear_force_field(some(butanol, 12), BLIND, **DEFAULTS)
    assert (one.weights == other.weights).all()
    assert one.constant == other.constant


def swapped(labelled: Labelled) -> Labelled:
    """The same turned about, and two hydrogens of a methyl group relabelled."""
    (*_, one, other) = labelled.topology.neighbours[0]
    order = np.arange(len(labelled.topology.numbers))
    order[[one, other]] = other, one
    turn = Rotation.random(random_state=3).as_matrix()
    positions, forces = (a[:, order] @ turn.T for a in (labelled.positions, labelled.forces))
    return Labelled(labelled.topology, positions, labelled.energy, forces)


def joined(one: Labelled, other: Labelled) -> Labelled:
    both = zip(*(list(vars(some).values())[1:] for some in (one, other)), strict=True)
    return Labelled(one.topology, *map(np.concatenate, both))


def test_copies_of_conformers_change_nothing(butanol):
    """What is left out has no copy in the fit."""
    once = some(butanol, 12)
    twice = joined(joined(once, swapped(once)), once)
    one, other = (linear_force_field(known, BLIND, None, True) for known in (once, twice))
    for known, found in zip(one.state()[1].values(), other.state()[1].values(), strict=True):
        assert np.array_equal(known, found)


def test_relabelled_conformers_are_others_to_columns_of_listed_atoms(butanol):
    listed = [entry("inverse_distances", order="atoms")]
    once = some(butanol, 12)
    one, both = (
        linear_force_field(known, listed, **DEFAULTS)
        for known in (once, joined(once, swapped(once)))
    )
    assert not np.allclose(one.weights, both.weights)


def test_the_weight_of_forces_shifts_errors(butanol):
    train = some(butanol, 30)
    for_energies, for_forces = (
        linear_force_field(train, BLIND[:1], weight, False).energies_and_forces(train.positions)
        for weight in (1e-6, 1e4)
    )
    energy_errors = [np.abs(e - train.energy).mean() for e, _ in (for_energies, for_forces)]
    force_errors = [np.abs(f - train.forces).mean() for _, f in (for_energies, for_forces)]
    assert energy_errors[0] < energy_errors[1]
    assert force_errors[0] > force_errors[1]


def test_blocks_change_nothing(butanol, blind, monkeypatch):
    whole = blind(12)
    monkeypatch.setattr(learned_weights, "BLOCK", 1.0)
    parts = linear_force_field(some(butanol, 12), BLIND, **DEFAULTS)
    energies = [m.energies_and_forces(butanol.positions)[0] for m in (whole, parts)]
    np.testing.assert_allclose(*energies, atol=1e-6)


def test_few_conformers(butanol):
    for count in (2, 3):
        model = linear_force_field(some(butanol, count), BLIND, **DEFAULTS)
        _, forces = model.energies_and_forces(butanol.positions)
        assert np.abs(forces - butanol.forces).mean() < 0.5 * np.abs(butanol.forces).mean()
    with pytest.raises(StudyError, match=r"two different training conformers.*raise split\.train"):
        linear_force_field(some(butanol, 1), BLIND, **DEFAULTS)


def test_what_does_not_fit_is_refused_before_it_starts(butanol, monkeypatch):
    monkeypatch.setattr(learned_weights, "PATIENCE", 0.02)
    with pytest.raises(StudyError, match=r"can learn from \d+ conformers of 15 atoms"):
        linear_force_field(butanol, [MMFF], **DEFAULTS)
    monkeypatch.setattr(learned_weights, "PATIENCE", 1e-9)
    with pytest.raises(StudyError, match="fewer feature sets"):
        linear_force_field(butanol, BLIND, **DEFAULTS)
    columns = 238
    three = 8 * columns**2 * 16 + 4 * learned_weights.BLOCK + 8 * 4 * columns * 3
    free = SimpleNamespace(available=(three + 100) / memory.SPARE)
    monkeypatch.setattr(memory.psutil, "virtual_memory", lambda: free)
    with pytest.raises(StudyError, match=r"needs .* for .*; lower split\.train to 3, or"):
        linear_force_field(butanol, BLIND, **DEFAULTS)


def rows_of(rng, coefficients, errors, rows):
    values = rng.normal(size=(rows, len(coefficients)))
    target = values @ coefficients + errors * rng.normal(size=rows)
    return np.column_stack([values, target])


def test_both_ways_to_reduce_rows_say_the_same(rng):
    rows, more = rows_of(rng, np.arange(6.0), 0.1, 40), rows_of(rng, np.arange(6.0), 0.1, 3)
    deviations = np.linspace(0.5, 2, 6)
    found = []
    for way in (Squares(), Triangles()):
        whole = way.joined([way.reduced(part) for part in np.split(rows, [3, 20])])
        coefficients, factor = way.posterior(whole, more, deviations)
        precision = factor.T @ factor
        square = way.square(whole, coefficients)
        found.append([coefficients, precision, square, way.column_squares(whole)])
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9)
    both = np.concatenate([rows, more])
    expected = both[:, :-1].T @ both[:, :-1] + np.diag(deviations**-2)
    np.testing.assert_allclose(found[0][1], expected, rtol=1e-9)
    direct = np.linalg.solve(expected, both[:, :-1].T @ both[:, -1])
    np.testing.assert_allclose(found[0][0], direct, rtol=1e-9)


def test_evidence_finds_groups_and_errors(rng):
    groups = np.repeat([0, 1], 40)
    coefficients = np.where(groups == 0, 3.0, 0.1) * rng.normal(size=80)
    rows = rows_of(rng, coefficients, 0.5, 3000)
    energies = rows_of(rng, coefficients, 0.2, 300)
    way = Squares()
    data = Data(way, way.reduced(rows), len(rows), rows[:, -1].std(), energies)
    found = best_prior(data, Prior(np.ones(2), 1.0, 1.0), groups, 8)
    assert found.force == pytest.approx(0.5, rel=0.1)
    assert found.energy == pytest.approx(0.2, rel=0.2)
    assert found.coefficients == pytest.approx([3.0, 0.1], rel=0.4)


def test_covariance_of_forces_is_found(butanol, rng):
    blank = force_noise.independent(butanol.topology)
    places = butanol.positions[:40]
    np.testing.assert_allclose(blank.roots(places[:1])[0], np.eye(45))
    variances = np.zeros(len(blank.variances))
    variances[[0, 3, -1]] = 4.0, 1.0, 0.05
    true = force_noise.ForceNoise(blank.kinds, variances)
    errors = np.einsum("nab,nb->na", true.roots(places), rng.normal(size=(len(places), 45)))
    found = blank.fitted(places, errors.reshape(places.shape)).variances * (errors**2).mean()
    np.testing.assert_allclose(found[[0, 3, -1]], [4.0, 1.0, 0.05], rtol=0.35)
    assert found[[1, 2]].max() < 0.5
    root = true.roots(places[:2])
    expected = np.einsum("nab,nab->na", root, root).reshape(2, 15, 3)
    np.testing.assert_allclose(true.components(places[:2]), expected)
    white = force_noise.whitened(true.roots(places), errors[..., None])
    assert white.std() == pytest.approx(1, rel=0.1)


def test_deviations_are_those_of_the_posterior(butanol):
    """All rows written out, and the covariance of the weights as an inverse."""
    train, place = some(butanol, 9), butanol.positions[20:23]
    columns, _ = columns_of(BLIND[:1], butanol.topology)
    count = len(columns.names)
    groups = np.arange(count) % 3
    noise = force_noise.independent(butanol.topology)
    noise = replace(noise, variances=np.linspace(0.2, 1, len(noise.variances)))
    fit = Fit(train, columns, groups, noise, Squares())
    prior, ratio = Prior(np.array([3.0, 0.5, 8.0]), 1.0, 0.7), 0.3
    sure = fit.certainty(fit.solved(fit.folds, prior, ratio), prior, ratio)
    values, slopes = columns.jacobian(train.positions)
    information = np.diag(1 / (prior.coefficients[groups] * fit.scale) ** 2)
    centred = (values - values.mean(axis=0)) / (ratio * prior.force)
    information += centred.T @ centred
    for slope, root in zip(slopes, noise.roots(train.positions), strict=True):
        information += slope.T @ np.linalg.inv(prior.force**2 * root @ root.T) @ slope
    covariance = np.linalg.inv(information)
    np.testing.assert_allclose(sure.middle, values.mean(axis=0), rtol=1e-12)

    energies, forces = replace(sure, scale=np.array([2.0, 3.0])).deviations(columns, place)
    steps = 1e-5 * np.eye(45).reshape(45, 15, 3)
    for one, energy, force in zip(place, energies, forces, strict=True):
        apart = columns.values(one[None])[0] - values.mean(axis=0)
        expected = np.sqrt(apart @ covariance @ apart + (ratio * prior.force) ** 2)
        assert energy == pytest.approx(2 * expected, rel=1e-4)
        slope = (columns.values(one + steps) - columns.values(one - steps)) / 2e-5
        root = noise.roots(one[None])[0]
        whole = slope @ covariance @ slope.T + prior.force**2 * root @ root.T
        expected = 3 * np.sqrt(np.diag(whole)).reshape(15, 3)
        np.testing.assert_allclose(force, expected, rtol=1e-4)


def test_deviations_have_the_size_of_errors(butanol, blind):
    model, test = blind(30), butanol.of(np.arange(30, len(butanol.energy)))
    energies, forces = model.energies_and_forces(test.positions)
    of_energies, of_forces = model.deviations(test.positions)
    assert 0.6 < np.sqrt(np.mean(((energies - test.energy) / of_energies) ** 2)) < 1.6
    assert 0.8 < np.sqrt(np.mean(((forces - test.forces) / of_forces) ** 2)) < 1.25
    inside = np.abs(forces - test.forces) < 1.645 * of_forces
    assert 0.85 < inside.mean() < 0.95
    stretched = model.deviations(1.1 * test.positions)[0]
    assert np.median(stretched) > 1.5 * np.median(of_energies)


def test_an_exact_model_is_sure_to_round_off(butanol):
    model = linear_force_field(some(butanol, 20), [MMFF], **DEFAULTS)
    for deviation in model.deviations(butanol.positions[20:]):
        assert (deviation > 0).all()
        assert deviation.max() < 1e-9
    nothing = model.deviations(butanol.positions[:0])
    assert [one.shape for one in nothing] == [(0,), (0, 15, 3)]


def test_floors_are_low_quantiles(butanol):
    floors = distance_floors(butanol.topology, butanol.positions)
    apart = butanol.topology.bond_distances
    assert (floors[apart < 3] == 0).all()
    assert (floors == floors.T).all()
    vectors = butanol.positions[:, :, None] - butanol.positions[:, None]
    below = np.linalg.norm(vectors, axis=-1)[:, apart >= 3] < floors[apart >= 3]
    assert 0 < below.mean() < 0.01


def test_a_molecule_without_any_term_is_refused(butanol):
    dioxide = Topology.from_description(molecule.describe("dioxide", "O=C=O"))
    places = butanol.positions[:3, :3]
    labelled = Labelled(dioxide, places, np.arange(3.0), np.zeros_like(places))
    with pytest.raises(StudyError, match="no columns to learn"):
        linear_force_field(labelled, BLIND[1:], **DEFAULTS)


@pytest.mark.parametrize("ratios", [(1e-9, 0.2), (0.2, 1e-9)])
def test_the_ratio_of_errors_is_chosen_by_what_was_left_out(butanol, monkeypatch, ratios):
    """Energies that count for certain leave nothing of the forces."""
    columns, groups = columns_of(BLIND[:1], butanol.topology)
    noise = force_noise.independent(butanol.topology)
    fit = Fit(some(butanol, 20), columns, groups, noise, Squares())
    monkeypatch.setattr(learned_weights, "RATIOS", ratios)
    assert fit.best_ratio(fit.best_prior(None)) == 0.2


def test_saturated_columns_are_those_that_are_fitted(butanol):
    train = some(butanol, 12)
    saturation = Saturation(distance_floors(train.topology, train.positions))
    columns, groups = columns_of(BLIND[:1], train.topology, saturation)
    weights, constant, _ = learned_weights.learned(train, columns, groups, 0.04)
    model = linear_force_field(train, BLIND[:1], force_weight=0.04, saturate=True)
    assert np.array_equal(model.weights, weights)
    assert model.constant == constant
    plain = linear_force_field(train, BLIND[:1], force_weight=0.04, saturate=False)
    assert np.abs(plain.weights - weights).max() > 1e-3 * np.abs(weights).max()
