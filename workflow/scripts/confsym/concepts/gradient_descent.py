"""Linear regression by gradient descent: the gradient is JAX's, the loop is compiled."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from confsym.models.scaling import Standardizer


def predict(parameters, values):
    """The model: weights (p,) and bias, columns (n, p) to (n,)."""
    weights, bias = parameters
    return values @ weights + bias


def squared_loss(parameters, values, target):
    """Mean squared error of weights and bias on (n, p) and (n,)."""
    return jnp.mean((predict(parameters, values) - target) ** 2)


@partial(jax.jit, static_argnames="epochs")
def _descend(parameters, values, target, rate, epochs):
    def epoch(parameters, _):
        loss, gradient = jax.value_and_grad(squared_loss)(parameters, values, target)
        step = jax.tree.map(lambda one, slope: one - rate * slope, parameters, gradient)
        return step, (loss, *parameters)

    return jax.lax.scan(epoch, parameters, length=epochs)


def descend(weights, bias, values, target, rate: float, epochs: int) -> tuple:
    """Take so many steps down the gradient of the squared loss, in double precision.

    Parameters
    ----------
    weights, bias
        (p,) and a number to start from.
    values, target
        (n, p) and (n,).
    rate
        Step in units of the gradient.
    epochs
        Number of steps.

    Returns
    -------
    weights : (p,)
    bias : float
    trace : tuple of (epochs,), (epochs, p), (epochs,)
        Loss, weights and bias before each step.
    """
    with jax.enable_x64(True):  # in here alone: JAX's other users keep single precision
        numbers = (jnp.asarray(part, dtype=float) for part in (weights, bias, values, target, rate))
        weights, bias, values, target, rate = numbers
        end, trace = _descend((weights, bias), values, target, rate, epochs)
        return np.asarray(end[0]), float(end[1]), tuple(map(np.asarray, trace))


def curvatures(values: np.ndarray) -> np.ndarray:
    """Eigenvalues of the loss's Hessian in weights and bias, (2/n) [X 1]ᵀ[X 1], ascending."""
    design = np.column_stack([values, np.ones(len(values))])
    return np.linalg.eigvalsh(2 / len(values) * design.T @ design)


class GradientDescentRegressor(RegressorMixin, BaseEstimator):
    """Linear regression that descends from zero weights and zero bias.

    Parameters
    ----------
    learning_rate : float or None
        Step in units of the gradient; None for one over the largest curvature of the loss, at
        which no direction can overshoot.
    epochs
        Number of steps, each over all of the data.
    standardize
        Whether columns are scaled to mean 0 and variance 1 first.

    Attributes
    ----------
    coef_ : (p,)
    intercept_ : float
        Both for the columns as they came.
    losses_ : (epochs,)
        Mean squared error before each step.
    """

    def __init__(self, learning_rate=None, epochs=1000, standardize=True):
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.standardize = standardize

    def fit(self, X, y):
        """Descend on the squared loss over `X` (n, p) and `y` (n,)."""
        X, y = validate_data(self, X, y, y_numeric=True, dtype=np.float64)
        scaler = Standardizer().fit(X)
        values = scaler.transform(X) if self.standardize else X
        rate = self.learning_rate or 1 / curvatures(values)[-1]
        start = np.zeros(X.shape[1])
        weights, bias, (self.losses_, *_) = descend(start, 0.0, values, y, rate, self.epochs)
        self.coef_ = weights / scaler.scale_ if self.standardize else weights
        shift = scaler.mean_ @ self.coef_ if self.standardize else 0.0
        self.intercept_ = bias - float(shift)
        return self

    def predict(self, X):
        """Predict for `X` (n, p), in the unit of the target."""
        check_is_fitted(self)
        return validate_data(self, X, reset=False, dtype=np.float64) @ self.coef_ + self.intercept_
