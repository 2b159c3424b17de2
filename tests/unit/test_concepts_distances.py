"""Distances in many dimensions, and how many dimensions data have."""

import tracemalloc

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from confsym.concepts import distances


def test_edge_length_by_counting(rng):
    """A cube of that edge holds k of n points, on average."""
    edge = distances.edge_length(np.array([3]), 50, 10_000)[0]
    inside = (rng.random((10_000, 3)) < edge).all(axis=1).sum()
    assert inside == pytest.approx(50, abs=4 * np.sqrt(50))
    assert distances.edge_length(np.array([1, 999]), 5, 10_000) == pytest.approx(
        [5e-4, 0.99242], rel=1e-4
    )


@pytest.mark.parametrize("columns", [3, 1234])
def test_pair_distances_are_the_slow_ones(rng, columns):
    values = rng.normal(size=(30, columns)) + 10
    np.testing.assert_allclose(distances.pair_distances(values), pdist(values), rtol=1e-10)


def test_no_point_has_a_distance_to_itself(rng):
    found = distances.uniform_pair_distances(40, 2, rng)
    assert found.shape == (40 * 39 / 2,)
    assert found.min() > 0


def test_variation_in_the_unit_square(rng):
    """The mean distance in a unit square is (2 + √2 + 5 asinh 1) / 15, its mean square 1/3."""
    mean = (2 + np.sqrt(2) + 5 * np.arcsinh(1)) / 15
    found = distances.uniform_pair_distances(1500, 2, rng)
    assert found.mean() == pytest.approx(mean, rel=0.02)
    assert distances.variation(found) == pytest.approx(np.sqrt(1 / 3 - mean**2) / mean, rel=0.02)


@pytest.mark.parametrize("dimensions", [50, 500, 5000])
def test_variation_of_even_points_follows_the_closed_form(rng, dimensions):
    """Squared distances have mean d/6 and variance 7d/180; the root's terms of 1/d are left."""
    found = distances.uniform_pair_distances(600, dimensions, rng)
    assert np.mean(found**2) == pytest.approx(dimensions / 6, rel=0.02)
    assert np.var(found**2) == pytest.approx(7 * dimensions / 180, rel=0.05)
    expected = distances.uniform_variation(dimensions)
    assert distances.variation(found) == pytest.approx(expected, rel=0.03 + 1 / dimensions)


def test_ten_thousand_dimensions_take_little_memory(rng):
    tracemalloc.start()
    distances.uniform_pair_distances(1000, 10_000, rng)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6


@pytest.mark.parametrize("dimension", [1, 2, 5])
def test_intrinsic_dimension_of_a_cube_in_more_dimensions(rng, dimension):
    turn = np.linalg.qr(rng.normal(size=(20, 20)))[0]
    cube = np.zeros((3000, 20))
    cube[:, :dimension] = rng.random((3000, dimension))
    found = distances.two_nearest_neighbours(cube @ turn)
    assert found == pytest.approx(dimension, rel=0.08)


def test_intrinsic_dimension_of_curved_things(rng):
    angle = rng.uniform(0, 2 * np.pi, (3000, 2))
    torus = np.column_stack([np.cos(angle), np.sin(angle)])
    assert distances.two_nearest_neighbours(torus) == pytest.approx(2, rel=0.06)
    ball = rng.normal(size=(3000, 4))
    sphere = ball / np.linalg.norm(ball, axis=1)[:, None]
    assert distances.two_nearest_neighbours(sphere) == pytest.approx(3, rel=0.06)


def test_copies_count_once(rng):
    values = rng.random((500, 3))
    doubled = np.concatenate([values, values[:200]])
    assert distances.two_nearest_neighbours(doubled) == distances.two_nearest_neighbours(values)
