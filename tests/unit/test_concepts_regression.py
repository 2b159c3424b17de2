"""Gradient descent, paths of least squares, and the decomposition of an error."""

import jax
import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.utils.estimator_checks import parametrize_with_checks

from confsym.concepts import gradient_descent, least_squares, linear_regression
from confsym.concepts.bias_variance import decompose, tree_path
from confsym.concepts.empirical_risk import risk_spread
from confsym.concepts.gradient_descent import GradientDescentRegressor


@parametrize_with_checks([GradientDescentRegressor(epochs=300)])
def test_scikit_learns_own_checks(estimator, check):
    check(estimator)


@pytest.fixture
def data(rng) -> tuple[np.ndarray, np.ndarray]:
    values = rng.normal(size=(60, 4)) * [1, 5, 0.2, 1] + [0, 3, -1, 100]
    return values, values @ [1.0, -2.0, 3.0, 0.5] + rng.normal(size=60)


def test_gradient_is_that_of_finite_differences(data):
    values, target = data
    with jax.enable_x64(True):
        point = (np.array([0.3, -0.1, 0.2, 0.4]), 0.7)
        found = jax.grad(gradient_descent.squared_loss)(point, values, target)
    step = 1e-5
    for axis in range(5):
        shift = step * np.eye(5)[axis]
        ends = [(point[0] + sign * shift[:4], point[1] + sign * shift[4]) for sign in (1, -1)]
        up, down = (np.mean((values @ w + b - target) ** 2) for w, b in ends)
        expected = (up - down) / (2 * step)
        assert np.append(found[0], found[1])[axis] == pytest.approx(expected, rel=1e-7)


def test_descent_arrives_at_the_closed_form(data):
    values, target = data
    found = GradientDescentRegressor(epochs=2000).fit(values, target)
    exact = LinearRegression().fit(values, target)
    np.testing.assert_allclose(found.coef_, exact.coef_, rtol=1e-9)
    assert found.intercept_ == pytest.approx(exact.intercept_, rel=1e-9)
    assert found.coef_.dtype == np.float64


def test_double_precision_stays_inside(data):
    GradientDescentRegressor(epochs=5).fit(*data)
    assert jax.numpy.ones(1).dtype == np.float32


def test_the_largest_safe_step_is_safe_and_twice_it_is_not(data):
    values, target = data
    scaled = (values - values.mean(axis=0)) / values.std(axis=0)
    largest = gradient_descent.curvatures(scaled)[-1]
    safe = GradientDescentRegressor(1 / largest, 200, standardize=False).fit(scaled, target)
    assert (np.diff(safe.losses_) <= 1e-12).all()
    wild = GradientDescentRegressor(2.1 / largest, 200, standardize=False).fit(scaled, target)
    assert wild.losses_[-1] > wild.losses_[0]


def test_curvatures_are_those_of_the_loss(data):
    values, target = data
    with jax.enable_x64(True):

        def loss(both):
            return gradient_descent.squared_loss((both[:4], both[4]), values, target)

        hessian = np.asarray(jax.hessian(loss)(np.zeros(5)))
    np.testing.assert_allclose(
        gradient_descent.curvatures(values), np.linalg.eigvalsh(hessian), rtol=1e-8, atol=1e-8
    )


def test_convergence_ends_within_the_tolerance(rng):
    values = rng.normal(size=(80, 3)) @ np.diag([1, 3, 10])
    path = linear_regression.convergence(values, values @ [1.0, 2.0, -1.0] + 4)
    assert path["distance"].iloc[-1] <= linear_regression.TOLERANCE < path["distance"].iloc[-2]
    worst = -np.log(linear_regression.TOLERANCE) * linear_regression.condition(values)
    assert path["epoch"].iloc[-1] <= 1.1 * worst


def test_dependent_columns_are_dropped(rng):
    values = rng.normal(size=(50, 3))
    more = np.column_stack([values, values.sum(axis=1), np.ones(50), rng.normal(size=50)])
    assert (linear_regression.determined(more) == more[:, [0, 1, 2, 5]]).all()


def test_ridge_path_is_scikit_learns_ridge(data, rng):
    values, target = data
    new = rng.normal(size=(7, 4))
    scaled, scaled_new = ((part - values.mean(0)) / values.std(0) for part in (values, new))
    found = least_squares.ridge_path(values, target, new, [1e-3, 1.0, 50.0])
    for row, alpha in zip(found, [1e-3, 1.0, 50.0], strict=True):
        expected = Ridge(alpha=alpha).fit(scaled, target).predict(scaled_new)
        np.testing.assert_allclose(row, expected, rtol=1e-9)


def test_all_components_are_least_squares(data, rng):
    values, target = data
    new = rng.normal(size=(7, 4))
    one, every = least_squares.component_path(values, target, new, [1, 4])
    exact = LinearRegression().fit(values, target).predict(new)
    np.testing.assert_allclose(every, exact, rtol=1e-9)
    assert np.abs(one - exact).max() > 0.1


def test_bias_and_variance_add_up_to_the_error(rng):
    predicted, target = rng.normal(size=(12, 30)) + 0.5, rng.normal(size=30)
    found = decompose(predicted, target)
    assert found["bias_squared"] + found["variance"] == pytest.approx(found["error"], rel=1e-12)


def test_bias_and_variance_of_a_known_estimator(rng):
    """Half the mean of ten draws from N(3, 2²): bias -1.5, variance 4 / 40; no bias in either."""
    found = [
        decompose(0.5 * rng.normal(3, 2, size=(8, 10)).mean(axis=1)[:, None], np.array([3.0]))
        for _ in range(4000)
    ]
    for part, expected in {"bias_squared": 2.25, "variance": 0.1, "error": 2.35}.items():
        values = [one[part] for one in found]
        assert np.mean(values) == pytest.approx(expected, abs=4 * np.std(values) / np.sqrt(4000))


def test_decomposition_predicts_the_error_of_other_samples(rng):
    points = np.linspace(-1, 1, 40)

    def predictions(resamples):
        rows = []
        for _ in range(resamples):
            x = rng.uniform(-1, 1, 25)
            rows.append(tree_path(x[:, None], np.sin(4 * x), points[:, None], [2, 6]))
        return np.moveaxis(rows, 1, 0)

    target = np.sin(4 * points)
    for first, other in zip(predictions(60), predictions(60), strict=True):
        here, there = decompose(first, target), decompose(other, target)
        spread = np.hypot(here["error_spread"], there["error_spread"])
        assert here["bias_squared"] + here["variance"] == pytest.approx(
            there["error"], abs=4 * spread
        )


def test_a_risk_scatters_as_the_formula_says(rng):
    table = risk_spread(rng.exponential(size=400))
    np.testing.assert_allclose(table["measured_spread"], table["formula"], rtol=0.08)
