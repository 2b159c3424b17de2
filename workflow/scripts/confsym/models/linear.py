"""Linear regression, with a penalty and without."""

from sklearn.linear_model import LinearRegression, RidgeCV
from sklearn.pipeline import Pipeline, make_pipeline

from confsym.models.scaling import Standardizer


def ridge(alpha: list[float]) -> Pipeline:
    """Build a ridge regression on standardised columns.

    Hoerl and Kennard, Technometrics 12, 55 (1970), doi:10.1080/00401706.1970.10488634. The penalty
    is chosen by the exact leave-one-out error on the data that it is fitted to.

    Parameters
    ----------
    alpha
        Penalties to choose from.
    """
    return make_pipeline(Standardizer(), RidgeCV(alphas=alpha))


def least_squares(rcond: float) -> Pipeline:
    """Build a regression without penalty on standardised columns, which may depend on each other.

    Of all coefficients that fit equally well it takes the smallest, by singular values.

    Parameters
    ----------
    rcond
        Singular values below this multiple of the largest count as zero.
    """
    return make_pipeline(Standardizer(), LinearRegression(tol=rcond))
