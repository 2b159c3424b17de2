"""Kernels and their columns, searches, importance, and selection."""

import numpy as np
import pytest
from sklearn.linear_model import lasso_path

from confsym.concepts import kernels, search, selectors
from confsym.concepts.feature_selection import peeking
from confsym.concepts.kernel_regression import Split, cross_validation, folds
from confsym.concepts.permutation import permutation_importance
from confsym.concepts.sites import BEND, STRETCH, TORSION, Site, site_of, sites
from confsym.features.internal import internal_coordinates
from confsym.models.kernel import distances, rbf
from confsym.models.scaling import Standardizer
from confsym.molecules.molecule import describe
from confsym.molecules.topology import Topology


@pytest.fixture
def data(rng) -> tuple[np.ndarray, np.ndarray]:
    values = rng.normal(size=(50, 6))
    return values, values[:, 0] * values[:, 1] + np.sin(values[:, 2])


def test_quadratic_columns_have_the_kernel_as_inner_products(rng):
    one, other = rng.normal(size=(5, 4)), rng.normal(size=(7, 4))
    columns = kernels.quadratic_columns(one) @ kernels.quadratic_columns(other).T
    expected = [[(np.dot(x, z) + 1) ** 2 for z in other] for x in one]
    np.testing.assert_allclose(columns, expected, rtol=1e-12)
    np.testing.assert_allclose(kernels.quadratic_kernel(one, other), expected, rtol=1e-12)
    assert kernels.quadratic_columns(one).shape == (5, 15)


@pytest.mark.parametrize("points", [10, 50])
def test_primal_is_dual_to_round_off(data, rng, points):
    values, target = data[0][:points], data[1][:points]
    new = rng.normal(size=(9, 6))
    one = kernels.primal(
        kernels.quadratic_columns(values), target, kernels.quadratic_columns(new), 0.1
    )
    gram, across = (kernels.quadratic_kernel(part, values) for part in (values, new))
    np.testing.assert_allclose(one, kernels.dual(gram, target, across, 0.1), rtol=1e-9, atol=1e-9)


def test_random_columns_approach_the_gaussian_kernel(rng):
    values = rng.normal(size=(20, 3))
    exact = rbf(distances(values, values) / 1.3)
    errors = []
    for count in (100, 10_000):
        columns = kernels.fourier_columns(values, 1.3, count, rng)
        errors.append(np.sqrt(np.mean((columns @ columns.T - exact) ** 2)))
    assert errors[1] < 0.01
    assert errors[0] / errors[1] == pytest.approx(10, rel=0.5)


def test_costs_cross_where_columns_equal_conformers():
    assert kernels.primal_cost(300, 300) == kernels.dual_cost(300, 300)
    assert kernels.primal_cost(1000, 50) < kernels.dual_cost(1000, 50)


def test_one_eigendecomposition_gives_all_penalties(data):
    values, target = data
    split = Split(values, target, np.arange(40), np.arange(40, 50))
    path = split.predict_path(0.2, np.array([-4.0, 0.0]))
    for row, penalty in zip(path, (-4.0, 0.0), strict=True):
        np.testing.assert_allclose(row, split.predict(0.2, penalty), rtol=1e-7)
    assert split.errors(np.array([0.2]), np.array([0.0]))[0, 0] == pytest.approx(
        split.error(0.2, 0.0), rel=1e-9
    )


def test_folds_hold_out_each_conformer_once():
    parts = folds(23, 4, seed=1)
    assert sorted(np.concatenate(parts).tolist()) == list(range(23))
    assert {len(part) for part in parts} == {5, 6}


def test_a_split_learns_nothing_from_its_test_set(data):
    values, target = data
    members = np.arange(50)
    first = cross_validation(values, target, members, 5, seed=0)[0]
    part = folds(50, 5, seed=0)[0]
    values, target = values.copy(), target.copy()
    values[part], target[part] = 77.0, 99.0
    other = cross_validation(values, target, members, 5, seed=0)[0]
    assert (first.among == other.among).all()
    assert (first.learned == other.learned).all()


@pytest.mark.parametrize("name", list(search.SEARCHES))
def test_searches_keep_to_the_box_and_repeat_themselves(name):
    box = ((-1.0, 2.0), (-8.0, 1.0))

    def bowl(a, b):
        return (a - 0.5) ** 2 + (b + 4) ** 2 / 9

    one, other = (search.SEARCHES[name](bowl, box, 25, seed=5) for _ in range(2))
    assert one == other
    assert len(one) == 25
    points = np.array(one)
    assert (points[:, :2] >= np.transpose(box)[0]).all()
    assert (points[:, :2] <= np.transpose(box)[1]).all()
    assert points[:, 2].min() < 0.3
    np.testing.assert_allclose(points[:, 2], [bowl(a, b) for a, b, _ in one])


def test_grouped_permutation_sees_columns_that_say_the_same(rng):
    """y = x on two copies of x: one shuffled copy costs half of what both cost together."""
    x = rng.normal(size=4000)
    values = np.column_stack([x, x, rng.normal(size=4000)])
    groups = [[0], [1], [0, 1], [2]]
    mean, spread = permutation_importance(
        lambda part: part[:, :2].mean(axis=1), values, x, groups, 5, seed=1
    )
    # |x - x'| of two independent normals has mean 2/√π; a half of it for one copy.
    np.testing.assert_allclose(mean, np.array([1, 1, 2, 0]) / np.sqrt(np.pi), atol=0.03)
    assert spread[3] == 0
    assert (spread[:3] < 0.03).all()


def test_sites_of_ethanol():
    topology = Topology.from_description(describe("ethanol", "CCO"))
    positions = np.random.default_rng(0).normal(size=(2, 9, 3))
    names, _ = internal_coordinates(positions, topology, "cos", 3)
    found = sites(names, topology)
    assert sum(map(len, found.values())) == len(names)
    kinds = [site.kind for site in found]
    # C-C, C-O and the bonds to hydrogen of three heavy atoms; bends at three; two axes.
    assert [kinds.count(kind) for kind in (STRETCH, BEND, TORSION)] == [5, 3, 2]
    assert site_of("cos2_3_0_1_2", topology) == Site(TORSION, (0, 1))
    assert site_of("angle_0_1_2", topology).label(topology) == "bends at C1"
    assert site_of("bond_2_8", topology).label(topology) == "O2–H stretches"


@pytest.fixture
def standardised(rng) -> tuple[np.ndarray, np.ndarray]:
    values = Standardizer().fit_transform(rng.normal(size=(200, 8)))
    return values, 3 * values[:, 5] + values[:, 2] + 0.3 * values[:, 7] + 5


@pytest.mark.parametrize("name", [name for name in selectors.SELECTORS if "farthest" not in name])
def test_selectors_find_what_matters_first(standardised, name):
    order = selectors.SELECTORS[name](*standardised, 3)
    assert order.tolist() == [5, 2, 7]


def test_forward_selection_is_the_slow_way(rng):
    values = Standardizer().fit_transform(rng.normal(size=(40, 9)) @ rng.normal(size=(9, 9)))
    target = rng.normal(size=40)
    chosen: list[int] = []
    for _ in range(5):

        def residual(column):
            design = np.column_stack([values[:, [*chosen, column]], np.ones(40)])
            return np.linalg.lstsq(design, target, rcond=None)[1][0]

        left = [column for column in range(9) if column not in chosen]
        chosen.append(min(left, key=residual))
    assert selectors.by_wrapper(values, target, 5).tolist() == chosen


def test_lasso_order_is_that_of_its_path(rng):
    values = Standardizer().fit_transform(rng.normal(size=(60, 10)) @ rng.normal(size=(10, 10)))
    target = values @ rng.normal(size=10) + rng.normal(size=60)
    _, path, _ = lasso_path(values, target - target.mean(), alphas=4000, eps=1e-3)
    entered = np.where(path.any(axis=1), (path != 0).argmax(axis=1), path.shape[1])
    assert selectors.by_lasso(values, target, 5).tolist() == np.argsort(entered)[:5].tolist()


def test_peeking_makes_noise_look_learnable(rng):
    """Random energies and columns: honest folds say that nothing was learned, peeking does not."""
    found = []
    for seed in range(12):
        values, energy = rng.normal(size=(300, 200)), rng.normal(size=300)
        parts = folds(50, 5, seed)
        found.append(peeking(values, energy, np.arange(50), parts, np.arange(50, 300)))
    mean = {key: np.mean([one[key] for one in found]) for key in found[0]}
    assert mean["outside"] < 0.9 * mean["mean"]
    assert mean["inside"] > mean["mean"]
    assert mean["fresh"] > mean["mean"]
