"""Standardised columns that stay tame, and standardised targets."""

import numpy as np
from sklearn.preprocessing import StandardScaler

NEARLY_CONSTANT = 1e-7  # spread of a column relative to its size, below which it is left unscaled
FAINT = 1e-3  # of the largest spread among columns with tails: what a column is at least divided by


class Standardizer(StandardScaler):
    """Scale columns to mean 0 and variance 1, but leave nearly constant ones small.

    Divided by its own tiny spread, a column that hardly varies over the training conformers would
    explode on the first held-out one that is a little different. So would a smeared function that
    the training conformers reach with its tail alone: its spread may be 1e-25, and a held-out
    conformer at its centre would lie 1e25 spreads away. Such columns are never divided by less than
    `FAINT` of the largest spread in their feature set. Columns of different units, as the terms of
    a force field, cannot be compared like that, and are not.

    Parameters
    ----------
    tails : (features,) int
        Which feature set with tails each column is of, from 1 on; 0 for columns without. None
        where there are no tails at all.
    """

    def __init__(self, tails=None):
        super().__init__()
        self.tails = tails

    def fit(self, X, y=None, sample_weight=None):
        """Learn means and spreads of the columns of `X` (n, features)."""
        super().fit(X, y, sample_weight)
        size = np.abs(np.asarray(X)).max(axis=0)
        self.scale_ = np.where(self.scale_ < NEARLY_CONSTANT * size, 1.0, self.scale_)
        tails = np.zeros(len(size), dtype=int) if self.tails is None else np.asarray(self.tails)
        for feature_set in np.unique(tails[tails > 0]):
            own = tails == feature_set
            least = FAINT * np.sqrt(self.var_[own].max())
            self.scale_[own] = np.maximum(self.scale_[own], least)
        return self


def standardised(y: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Targets (n,) of mean 0 and variance 1, and the mean and spread that lead back.

    Targets that are all alike become 0, with a spread of 1.
    """
    mean, spread = y.mean(), y.std()
    spread = spread if spread > 0 else 1.0
    return (y - mean) / spread, mean, spread
