"""Standardised columns that stay tame."""

import numpy as np
from sklearn.preprocessing import StandardScaler

NEARLY_CONSTANT = 1e-7  # spread of a column relative to its size, below which it is left unscaled


class Standardizer(StandardScaler):
    """Scale columns to mean 0 and variance 1, but leave nearly constant ones small.

    Divided by its own tiny spread, a column that hardly varies over the training conformers would
    explode on the first held-out one that is a little different.
    """

    def fit(self, X, y=None, sample_weight=None):
        """Learn means and spreads of the columns of `X` (n, features)."""
        super().fit(X, y, sample_weight)
        size = np.abs(np.asarray(X)).max(axis=0)
        self.scale_ = np.where(self.scale_ < NEARLY_CONSTANT * size, 1.0, self.scale_)
        return self
