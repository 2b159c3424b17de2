import itertools

import numpy as np
import pytest
from scipy.spatial.distance import pdist
from scipy.spatial.transform import Rotation
from sklearn.linear_model import Ridge
from sklearn.model_selection import LeaveOneOut, cross_val_predict

from confsym.features.pair_correlations import grid, pair_correlations, smeared
from confsym.features.point_cloud import Clouds, point_cloud
from confsym.models.symmetrised_kernel import (
    SymmetrisedKernelRidge,
    classes_of,
    correlations,
    double_sum,
)
from confsym.molecules import molecule
from confsym.molecules.topology import Topology

KERNEL = {"width": 0.4, "cutoff": 5.0, "separated": 2}
QUADRATURE = 1e-10  # what the docstrings promise, relative to K


def topology_of(smiles: str) -> Topology:
    return Topology.from_description(molecule.describe("x", smiles))


def rows(positions, topology) -> np.ndarray:
    return point_cloud(positions, topology)[1]


@pytest.fixture
def isopropanol(conformers):
    """12 atoms, 72 automorphisms."""
    mol, positions = conformers("CC(C)O", 60)
    return mol, topology_of("CC(C)O"), positions


def clouds(positions, topology) -> Clouds:
    return Clouds.from_rows(rows(positions, topology))


def pair(*distances: float) -> Clouds:
    """Clouds of two hydrogen atoms."""
    positions = np.zeros((len(distances), 2, 3))
    positions[:, 1, 2] = distances
    ones = np.ones((len(distances), 1), dtype=int)
    return Clouds(positions, np.hstack([ones, ones]), ones)


def test_double_sum_is_the_average_over_all_matchings(conformers):
    """Methane: four C–H pairs and six H–H pairs, 24 and 720 matchings."""
    _, positions = conformers("C", 2)
    rng = np.random.default_rng(1)
    one, other = positions[0] + 0.1 * rng.normal(size=(2, 5, 3))

    def weight(d):
        return (d < 3) * (1 + np.cos(np.pi * d / 3)) / 2

    expected = 0.0
    hydrogens = [
        (np.linalg.norm(x[1:] - x[0], axis=1), pdist(x[1:])) for x in (one, other)
    ]  # atom 0 is the carbon
    for d, e in zip(*hydrogens, strict=True):
        matched = [
            np.sum(weight(d) * weight(f) * np.exp(-((d - f) ** 2) / (4 * 0.3**2)))
            for f in map(np.array, itertools.permutations(e))
        ]
        expected += len(d) * np.mean(matched)
    methane = topology_of("C")
    found = double_sum(clouds(one[None], methane), clouds(other[None], methane), 0.3, 3.0, 2)
    np.testing.assert_allclose(found, [[expected]], rtol=1e-12)


@pytest.mark.parametrize("width", [0.1, 0.5, 1.5])
@pytest.mark.parametrize("separated", [1, 3, 9])
def test_features_against_the_double_sum(isopropanol, width, separated):
    _, topology, positions = isopropanol
    few = clouds(positions[:6], topology)
    _, columns = pair_correlations(positions[:6], topology, width, 4.0, separated)
    expected = double_sum(few, few, width, 4.0, separated)
    np.testing.assert_allclose(columns @ columns.T, expected, rtol=QUADRATURE, atol=0)


@pytest.mark.parametrize("per_width", [0.6, 0.8, 1.0, 1.2, 1.4])
def test_the_quadrature_errs_by_as_much_as_it_should(per_width):
    """A distance on the grid is the worst case: 2 exp(−π² w² / h²), super-exponential in w/h."""
    places = grid(0.5, 8.0, per_width)
    distance = places[len(places) // 2]
    two = pair(distance, distance + 0.2)
    _, phi = smeared(two.positions, two.numbers[0], two.bonds[0], 0.5, 8.0, 3, places)
    exact = double_sum(two, two, 0.5, 8.0, 3)
    found = phi[:, 0] @ phi[:, 0].T
    bound = 2 * np.exp(-((np.pi * per_width) ** 2))
    assert found[0, 0] / exact[0, 0] - 1 == pytest.approx(bound, rel=0.03)
    assert (np.abs(found / exact - 1) < 1.03 * bound).all()


def test_the_grid_holds_every_distance(rng):
    """From two atoms on top of each other to the cutoff, where nothing is left."""
    distances = [1e-3, 0.1, 3.0, 5.5, 5.999]
    two = pair(*distances, 6.0, 7.0)
    _, phi = smeared(two.positions, two.numbers[0], two.bonds[0], 0.5, 6.0, 3, grid(0.5, 6.0))
    exact = double_sum(two, two, 0.5, 6.0, 3)
    found = phi[:, 0] @ phi[:, 0].T
    assert (found[5:] == 0).all()
    assert (exact[5:] == 0).all()
    near = slice(len(distances))
    ratio = np.diag(found)[near] / np.diag(exact)[near]
    np.testing.assert_allclose(ratio, 1, rtol=QUADRATURE)


def test_every_automorphism_leaves_the_kernel_as_it_is(isopropanol):
    mol, topology, positions = isopropanol
    group = mol.GetSubstructMatches(mol, uniquify=False, maxMatches=1000, useChirality=False)
    assert len(group) == 72
    one, other = clouds(positions[:1], topology), clouds(positions[1:2], topology)
    swapped = clouds(positions[1][np.array(group)], topology)
    before = double_sum(one, other, **KERNEL)[0, 0]
    np.testing.assert_allclose(double_sum(one, swapped, **KERNEL), before, rtol=1e-13)
    classes = classes_of(one, KERNEL["separated"])
    by_features = correlations(one, classes, **KERNEL) @ correlations(swapped, classes, **KERNEL).T
    np.testing.assert_allclose(by_features, before, rtol=QUADRATURE)
    ordered = [pdist(x) for x in swapped.positions]  # without the sum over a class it changes
    assert np.ptp([np.exp(-((pdist(positions[0]) - d) ** 2)).sum() for d in ordered]) > 0.1


def moved(positions, topology, seed: int):
    """Turned, mirrored and carried away, atoms listed in another order."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(topology.numbers))
    turn = Rotation.random(rng=rng).as_matrix() @ np.diag([1, 1, -1])
    return positions[:, order] @ turn.T + rng.normal(size=3), topology.relabelled(order)


@pytest.mark.parametrize("seed", range(3))
def test_motions_and_relabelling_leave_the_kernel_as_it_is(isopropanol, seed):
    _, topology, positions = isopropanol
    few = clouds(positions[:4], topology)
    copies = clouds(*moved(positions[:4], topology, seed))
    expected = double_sum(few, few, **KERNEL)
    np.testing.assert_allclose(double_sum(copies, few, **KERNEL), expected, rtol=1e-12)


def test_the_kernel_is_positive_semi_definite(isopropanol):
    _, topology, positions = isopropanol
    few = clouds(positions[:12], topology)
    gram = double_sum(few, few, **KERNEL)
    np.testing.assert_allclose(gram, gram.T, rtol=1e-13)
    values = np.linalg.eigvalsh(gram)
    assert values[0] > -1e-12 * values[-1]
    assert values[-2] > 1e-6 * values[-1]


def test_molecules_are_compared_by_the_classes_that_they_share(conformers):
    """Ethanol and dimethyl ether have the same atoms; difluorine shares no class with dihydrogen.

    Rows of different molecules may stand in one table.
    """
    kinds = {name: topology_of(name) for name in ("CCO", "COC")}
    both = np.vstack([rows(conformers(name)[1][:2], kinds[name]) for name in kinds])
    mixed = Clouds.from_rows(both)
    classes = classes_of(mixed, 2)
    columns = correlations(mixed, classes, **KERNEL)
    expected = double_sum(mixed, mixed, **KERNEL)
    np.testing.assert_allclose(columns @ columns.T, expected, rtol=QUADRATURE)

    hydrogen = pair(0.8)
    fluorine = Clouds(hydrogen.positions, np.array([[9, 9]]), hydrogen.bonds)
    assert double_sum(hydrogen, fluorine, **KERNEL) == 0
    assert (correlations(fluorine, classes_of(hydrogen, 2), **KERNEL) == 0).all()


@pytest.fixture
def learned(isopropanol):
    """Rows, columns and a target that is smooth in the positions; some to train and some not."""
    _, topology, positions = isopropanol
    rng = np.random.default_rng(4)
    positions = np.concatenate([positions + 0.05 * rng.normal(size=positions.shape)] * 3)
    positions += 0.05 * rng.normal(size=positions.shape)
    target = np.array([3 * np.sum(1 / pdist(x)) for x in positions])
    _, columns = pair_correlations(positions, topology, **KERNEL)
    return topology, positions, columns, target


def standardised(columns, target, train):
    centred = columns - columns[train].mean(axis=0)
    centred /= np.sqrt(np.mean(np.sum(centred[train] ** 2, axis=1)))
    return centred, (target - target[train].mean()) / target[train].std()


def test_kernel_ridge_on_clouds_is_ridge_on_pair_correlations(learned):
    """Dual and primal of one problem: 1e-8 kcal/mol apart at most."""
    topology, positions, columns, target = learned
    train, test = slice(0, None, 2), slice(1, None, 2)
    cloud = rows(positions, topology)
    for alpha in (1e-6, 1e-3, 1.0):
        dual = SymmetrisedKernelRidge(**KERNEL, alphas=[alpha]).fit(cloud[train], target[train])
        scaled, energy = standardised(columns, target, train)
        primal = Ridge(alpha, fit_intercept=False, solver="svd").fit(scaled[train], energy[train])
        expected = target[train].mean() + target[train].std() * primal.predict(scaled[test])
        np.testing.assert_allclose(dual.predict(cloud[test]), expected, rtol=0, atol=1e-8)


def test_predictions_against_the_double_sum(learned):
    """The whole model again, from the kernel alone, centred as matrices are centred."""
    topology, positions, _, target = learned
    train, test = slice(0, 20), slice(20, 30)
    cloud = rows(positions, topology)
    model = SymmetrisedKernelRidge(**KERNEL, alphas=[1e-3]).fit(cloud[train], target[train])
    known, new = Clouds.from_rows(cloud[train]), Clouds.from_rows(cloud[test])
    gram, across = double_sum(known, known, **KERNEL), double_sum(new, known, **KERNEL)
    across = across - across.mean(axis=1)[:, None] - gram.mean(axis=0) + gram.mean()
    gram = gram - gram.mean(axis=1)[:, None] - gram.mean(axis=0) + gram.mean()
    size = np.trace(gram) / len(gram)
    energy = target[train] - target[train].mean()
    expected = across / size @ np.linalg.solve(gram / size + 1e-3 * np.eye(20), energy)
    found = model.predict(cloud[test]) - target[train].mean()
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-8)


@pytest.mark.parametrize("count", [12, 60])
def test_the_penalty_is_that_of_refits_without_each_conformer(learned, count):
    """Mean and all: of few conformers a small penalty would reproduce a mean known beforehand."""
    topology, positions, columns, target = learned
    target = target + 0.3 * np.random.default_rng(6).normal(size=len(target))
    alphas = [1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0]
    train = slice(0, count)
    dual = SymmetrisedKernelRidge(**KERNEL, alphas=alphas)
    dual.fit(rows(positions, topology)[train], target[train])
    scaled, energy = standardised(columns, target, train)
    error = {}
    for alpha in alphas:
        primal = Ridge(alpha, solver="svd")
        left_out = cross_val_predict(primal, scaled[train], energy[train], cv=LeaveOneOut())
        error[alpha] = np.sqrt(np.mean((left_out - energy[train]) ** 2)) * target[train].std()
    assert dual.alpha_ == min(error, key=error.get) > alphas[0]
    assert dual.leave_one_out_rmse_ == pytest.approx(error[dual.alpha_], rel=1e-7)


def test_predictions_keep_every_symmetry(learned):
    topology, positions, _, target = learned
    model = SymmetrisedKernelRidge(**KERNEL, alphas=[1e-6])
    model.fit(rows(positions[::2], topology), target[::2])
    held_out = positions[1::2]
    before = model.predict(rows(held_out, topology))
    assert np.abs(before - target[1::2]).mean() < 0.2 * target.std()
    after = model.predict(rows(*moved(held_out, topology, 7)))
    np.testing.assert_allclose(after, before, rtol=0, atol=1e-9)


def test_only_the_first_training_conformers_choose(learned):
    topology, positions, _, target = learned
    cloud, disturbed = rows(positions, topology), target.copy()
    disturbed[40:] += 5 * np.random.default_rng(2).normal(size=len(target) - 40)
    few = SymmetrisedKernelRidge(**KERNEL, tuning_size=40).fit(cloud, disturbed)
    all_of_them = SymmetrisedKernelRidge(**KERNEL).fit(cloud, disturbed)
    assert few.alpha_ < all_of_them.alpha_


def test_a_row_that_is_no_number_is_refused(learned):
    topology, positions, _, target = learned
    cloud = rows(positions, topology)
    model = SymmetrisedKernelRidge(**KERNEL, alphas=[1e-3]).fit(cloud, target)
    cloud[3, 5] = np.nan
    for call in (lambda: model.fit(cloud, target), lambda: model.predict(cloud)):
        with pytest.raises(ValueError, match="NaN"):
            call()
    with pytest.raises(ValueError, match="no point cloud"):
        model.fit(np.ones((20, 5)), np.arange(20.0))


def test_names_say_class_and_place():
    water = topology_of("O")
    positions = np.array([[[0, 0, 0], [0, 0, 1.0], [0, 1.0, 0]]])
    names, values = pair_correlations(positions, water, 0.5, 3.0, 1)
    assert values.shape == (1, len(names))
    assert len(set(names)) == len(names)
    assert {name.rsplit("_", 1)[0] for name in names} == {"pair_1_8_1", "pair_1_1_more"}
    highest = names[int(values[0].argmax())]
    assert highest == "pair_1_8_1_r0.9375"  # the place nearest to 1 Å, two pairs
    _, twice = pair_correlations(np.repeat(positions, 230, axis=0), water, 0.5, 3.0, 1)
    assert (twice == values).all()  # blocks do not show


def test_classes_of_ethane():
    found = classes_of(clouds(np.zeros((1, 8, 3)), topology_of("CC")), 3)
    assert found.tolist() == [[1, 1, 2], [1, 1, 3], [1, 6, 1], [1, 6, 2], [6, 6, 1]]
