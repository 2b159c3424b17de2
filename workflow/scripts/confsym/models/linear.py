"""Linear regression, with a penalty and without."""

import numpy as np
from scipy.linalg import svd
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.utils.validation import check_is_fitted, validate_data

from confsym.models.leave_one_out import above_round_off, conformers, ridge_errors
from confsym.models.scaling import Standardizer


class LeaveOneOutRidge(RegressorMixin, BaseEstimator):
    """Ridge regression with intercept, tuned by its exact leave-one-out error on the training data.

    One singular value decomposition serves the choice and the fit: coefficients are
    V diag(s / (s² + alpha)) Uᵀ y. Normal equations would square the round-off of the columns. A
    conformer is left out with all its copies; see `conformers`.

    Parameters
    ----------
    alphas
        Penalties to choose from, raised to round-off of the columns where they are below.

    Attributes
    ----------
    alpha_ : float
        What was chosen.
    leave_one_out_rmse_ : float
        Of the choice, in the units of the target.
    coef_, intercept_
        (features,) and a number, in the units of the target and of the columns.
    """

    def __init__(self, alphas=(1e-8, 1e-6, 1e-4, 1e-2, 1, 100, 10000)):
        self.alphas = alphas

    def fit(self, X, y, groups=None):
        """Choose the penalty, then fit to all of `X` (n, features) and `y` (n,).

        `groups` (n,) says which conformer each row is of.
        """
        X, y = validate_data(self, X, y, y_numeric=True, ensure_min_samples=2)
        column_means, mean = X.mean(axis=0), y.mean()
        left_vectors, singular, right_vectors = svd(X - column_means, full_matrices=False)
        alphas = above_round_off(self.alphas, float(np.sum(singular**2)))
        candidates = ridge_errors(left_vectors, singular, y, alphas, conformers(X, y, groups))
        self.leave_one_out_rmse_, self.alpha_ = min(candidates)
        self.coef_ = (
            singular / (singular**2 + self.alpha_) * (left_vectors.T @ (y - mean))
        ) @ right_vectors
        self.intercept_ = float(mean - column_means @ self.coef_)
        return self

    def predict(self, X):
        """Predict for `X` (n, features), in the units of the target."""
        check_is_fitted(self)
        return validate_data(self, X, reset=False) @ self.coef_ + self.intercept_


def ridge(alpha: list[float], tails: np.ndarray | None = None) -> Pipeline:
    """Build a ridge regression on standardised columns; see `LeaveOneOutRidge`, `Standardizer`.

    Hoerl and Kennard, Technometrics 12, 55 (1970), doi:10.1080/00401706.1970.10488634.
    """
    return make_pipeline(Standardizer(tails), LeaveOneOutRidge(alpha))


def least_squares(rcond: float, tails: np.ndarray | None = None) -> Pipeline:
    """Build a regression without penalty on standardised columns, which may depend on each other.

    Of all coefficients that fit equally well it takes the smallest, by singular values.

    Parameters
    ----------
    rcond
        Singular values below this multiple of the largest count as zero.
    tails
        See `Standardizer`.
    """
    return make_pipeline(Standardizer(tails), LinearRegression(tol=rcond))
