"""Linear regression with a penalty."""

from sklearn.linear_model import RidgeCV
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
