"""Kernel ridge regression that chooses its own penalty and length scale."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.utils.validation import check_is_fitted, validate_data

from confsym.models import inducing
from confsym.models.leave_one_out import (
    above_round_off,
    conformers,
    leave_one_out_errors,
    tuning_rows,
)
from confsym.models.scaling import Standardizer, standardised


def kernel_ridge(
    kernel: str,
    alpha: list[float],
    length_scale: list[float],
    tuning_size: int,
    inducing_points: int,
    tails: np.ndarray | None = None,
) -> Pipeline:
    """Build a kernel ridge regression on standardised columns.

    See `LeaveOneOutKernelRidge` and `Standardizer`.
    """
    model = LeaveOneOutKernelRidge(kernel, alpha, length_scale, tuning_size, inducing_points)
    return make_pipeline(Standardizer(tails), model)


def distances(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Euclidean distances of all pairs: (n, features) and (m, features) to (n, m).

    By one matrix product. Its round-off is in the square of the distance, where the kernels here
    are smooth, so that it stays round-off in them.
    """
    left, right = (np.asarray(points, dtype=float) for points in (left, right))
    squares = np.einsum("ix,ix->i", left, left)[:, None] + np.einsum("ix,ix->i", right, right)
    products = left @ right.T
    products *= 2  # in place: such matrices are what a fit has in memory
    squares -= products
    return np.sqrt(np.maximum(squares, 0, out=squares), out=squares)


def matern(scaled_distance: np.ndarray) -> np.ndarray:
    """Matérn kernel of smoothness 5/2 at distances in units of the length scale."""
    t = np.sqrt(5) * scaled_distance
    return (1 + t + t**2 / 3) * np.exp(-t)


def rbf(scaled_distance: np.ndarray) -> np.ndarray:
    """Gaussian kernel at distances in units of the length scale."""
    return np.exp(-0.5 * scaled_distance**2)


KERNELS = {"matern": matern, "rbf": rbf}


def covariances(kernel: str, distance: np.ndarray, length_scale: float) -> np.ndarray:
    """A kernel at distances (n, m), which it takes the place of."""
    for rows in inducing.blocks(len(distance)):
        distance[rows] = KERNELS[kernel](distance[rows] / length_scale)
    return distance


class LeaveOneOutKernelRidge(RegressorMixin, BaseEstimator):
    """Kernel ridge regression, tuned by its exact leave-one-out error on the training data.

    One eigendecomposition a length scale serves all alphas; see `leave_one_out_errors`. A conformer
    is left out with all its copies; see `conformers`.

    Parameters
    ----------
    kernel
        "matern" (smoothness 5/2) or "rbf".
    alphas
        Penalties to choose from, raised to round-off of the kernel where they are below; kernel and
        target are scaled to variance one.
    length_scales
        Length scales to choose from, in multiples of the root-mean-square distance of
        training points.
    tuning_size
        Training points, at most, on which the choice is made; see `tuning_rows`.
    inducing_points
        Training points, at most, that the kernel is centred on; where there are more, see
        `inducing.py`.

    Attributes
    ----------
    alpha_, length_scale_ : float
        What was chosen; the length scale in the units of the features.
    leave_one_out_rmse_ : float
        Of the choice, in the units of the target.
    approximation_ : str
        On how many of the training points the kernel is centred; empty if on all.
    """

    def __init__(
        self,
        kernel="matern",
        alphas=(1e-8, 1e-6, 1e-4, 1e-2, 1),
        length_scales=(0.5, 1, 2, 4, 8, 16),
        tuning_size=1000,
        inducing_points=5000,
    ):
        self.kernel = kernel
        self.alphas = alphas
        self.length_scales = length_scales
        self.tuning_size = tuning_size
        self.inducing_points = inducing_points

    def fit(self, X, y, groups=None):
        """Choose penalty and length scale, then fit to all of `X` (n, features) and `y` (n,).

        `groups` (n,) says which conformer each row is of.
        """
        X, y = validate_data(self, X, y, y_numeric=True, ensure_min_samples=2)
        target, self.mean_, self.spread_ = standardised(y)

        tuning = tuning_rows(groups, self.tuning_size)
        tuning_groups = conformers(
            X[tuning], target[tuning], None if groups is None else groups[tuning]
        )
        distance = distances(X[tuning], X[tuning])
        # Not the median: where most points are near-copies of a few, that is nearly zero.
        typical = float(np.sqrt(np.mean(distance**2))) or 1.0
        alphas = above_round_off(self.alphas, len(distance))  # the kernel's diagonal is 1
        candidates = [
            (error, alpha, multiple * typical)
            for multiple in self.length_scales
            for error, alpha in leave_one_out_errors(
                KERNELS[self.kernel](distance / (multiple * typical)),
                target[tuning],
                alphas,
                tuning_groups,
            )
        ]
        error, self.alpha_, self.length_scale_ = min(candidates)
        self.leave_one_out_rmse_ = float(error * self.spread_)

        self.points_ = inducing.choose_centres(X, self.inducing_points, "kernel_ridge")
        self.approximation_ = inducing.remark(len(self.points_), len(X))
        gram = self._gram(self.points_)
        if self.approximation_:
            self.coefficients_ = inducing.regressed(
                gram, lambda rows: self._gram(X[rows]), target, self.alpha_
            ).weights
            return self
        gram[np.diag_indices_from(gram)] += self.alpha_
        self.coefficients_ = cho_solve(cho_factor(gram, lower=True, overwrite_a=True), target)
        return self

    def predict(self, X):
        """Predict for `X` (n, features), in the units of the target."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False)
        predicted = np.empty(len(X))
        for rows in inducing.blocks(len(X)):
            predicted[rows] = self._gram(X[rows]) @ self.coefficients_
        return self.mean_ + self.spread_ * predicted

    def _gram(self, X):
        """Kernels (n, points) of `X` (n, features) with the points that they are centred on."""
        return covariances(self.kernel, distances(X, self.points_), self.length_scale_)
