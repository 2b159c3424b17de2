"""Linear regression, with a penalty and without."""

from sklearn.linear_model import LinearRegression, Ridge, RidgeCV
from sklearn.pipeline import Pipeline, make_pipeline

from confsym.models.leave_one_out import ridge_errors
from confsym.models.scaling import Standardizer


class RidgeByConformer(RidgeCV):
    """scikit-learn's RidgeCV, but a conformer is left out with all its copies."""

    def fit(self, X, y, groups):
        """Choose the penalty, then fit to all of `X` (n, features) and `y` (n,).

        `groups` (n,) says which conformer each row is of.
        """
        error, self.alpha_ = min(ridge_errors(X, y, self.alphas, groups))
        self.best_score_ = -(error**2)
        chosen = Ridge(self.alpha_).fit(X, y)
        self.coef_, self.intercept_ = chosen.coef_, chosen.intercept_
        self.n_features_in_ = chosen.n_features_in_
        return self


def ridge(alpha: list[float], copies: bool = False) -> Pipeline:
    """Build a ridge regression on standardised columns.

    Hoerl and Kennard, Technometrics 12, 55 (1970), doi:10.1080/00401706.1970.10488634. The penalty
    is chosen by the exact leave-one-out error on the data that it is fitted to.

    Parameters
    ----------
    alpha
        Penalties to choose from.
    copies
        Whether there are several rows of a conformer, which then are left out together.
    """
    return make_pipeline(
        Standardizer(), RidgeByConformer(alphas=alpha) if copies else RidgeCV(alphas=alpha)
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
