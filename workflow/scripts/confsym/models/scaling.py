"""Standardised columns that stay tame, and standardised targets."""

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


def standardised(y: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Targets (n,) of mean 0 and variance 1, and the mean and spread that lead back.

    Targets that are all alike become 0, with a spread of 1.
    """
    mean, spread = y.mean(), y.std()
    spread = spread if spread > 0 else 1.0
    return (y - mean) / spread, mean, spread
