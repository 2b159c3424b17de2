"""Few columns for many: farthest-point selection."""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.feature_selection import SelectorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from confsym.models.scaling import Standardizer


class FarthestPointSelector(SelectorMixin, BaseEstimator):
    """Keep columns that are as unlike each other as can be.

    The first is the column that varies most; each further one is the standardised column farthest
    from all that are kept so far. Imbalzano et al., J. Chem. Phys. 148, 241730 (2018),
    doi:10.1063/1.5024611.

    Parameters
    ----------
    columns
        How many to keep; all, where there are no more.

    Attributes
    ----------
    order_ : (columns,)
        The columns kept, in the order in which they were found.
    """

    def __init__(self, columns=100):
        self.columns = columns

    def fit(self, X, y=None):
        """Choose among the columns of `X` (n, features)."""
        X = validate_data(self, X, ensure_min_samples=2)
        scaled = Standardizer().fit_transform(X)
        squares = np.einsum("if,if->f", scaled, scaled)
        order = [int(X.var(axis=0).argmax())]
        distance = np.full(X.shape[1], np.inf)
        for _ in range(min(self.columns, X.shape[1]) - 1):
            latest = order[-1]
            to_latest = squares + squares[latest] - 2 * (scaled[:, latest] @ scaled)
            distance = np.minimum(distance, to_latest)
            distance[order] = -np.inf
            order.append(int(distance.argmax()))
        self.order_ = np.array(order)
        return self

    def _get_support_mask(self):
        check_is_fitted(self)
        return np.isin(np.arange(self.n_features_in_), self.order_)
