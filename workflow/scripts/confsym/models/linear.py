"""Linear regression, with a penalty and without."""

import numpy as np
from sklearn.linear_model import LinearRegression, Ridge, RidgeCV
from sklearn.pipeline import Pipeline, make_pipeline

from confsym.models.leave_one_out import above_round_off, ridge_errors
from confsym.models.scaling import Standardizer


class SafeRidge(RidgeCV):
    """scikit-learn's RidgeCV, with no penalty below round-off."""

    def fit(self, X, y):
        """Choose the penalty, then fit to all of `X` (n, features) and `y` (n,)."""
        asked = self.alphas
        self.alphas = penalties(X, asked)
        super().fit(X, y)
        self.alphas = asked
        return self


class RidgeByConformer(RidgeCV):
    """The same, but a conformer is left out with all its copies."""

    def fit(self, X, y, groups):
        """Choose the penalty, then fit to all of `X` (n, features) and `y` (n,).

        `groups` (n,) says which conformer each row is of.
        """
        error, self.alpha_ = min(ridge_errors(X, y, penalties(X, self.alphas), groups))
        self.best_score_ = -(error**2)
        chosen = Ridge(self.alpha_).fit(X, y)
        self.coef_, self.intercept_ = chosen.coef_, chosen.intercept_
        self.n_features_in_ = chosen.n_features_in_
        return self


def penalties(X: np.ndarray, alphas: list[float]) -> list[float]:
    """Penalties to choose from on columns (n, features), none of them below round-off."""
    return above_round_off(alphas, float(np.sum((X - X.mean(axis=0)) ** 2)))


def ridge(alpha: list[float], copies: bool = False) -> Pipeline:
    """Build a ridge regression on standardised columns.

    Hoerl and Kennard, Technometrics 12, 55 (1970), doi:10.1080/00401706.1970.10488634. The penalty
    is chosen by the exact leave-one-out error on the data that it is fitted to. None is below
    round-off of the columns; see `above_round_off`.

    Parameters
    ----------
    alpha
        Penalties to choose from.
    copies
        Whether there are several rows of a conformer, which then are left out together.
    """
    return make_pipeline(
        Standardizer(), RidgeByConformer(alphas=alpha) if copies else SafeRidge(alphas=alpha)
    )


def least_squares(rcond: float) -> Pipeline:
    """Build a regression without penalty on standardised columns, which may depend on each other.

    Of all coefficients that fit equally well it takes the smallest, by singular values.

    Parameters
    ----------
    rcond
        Singular values below this multiple of the largest count as zero.
    """
    return make_pipeline(Standardizer(), LinearRegression(tol=rcond))
