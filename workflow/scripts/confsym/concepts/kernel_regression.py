"""Kernel ridge regression at given hyper-parameters, and its cross-validated error."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve, eigh

from confsym.models.kernel import distances, rbf
from confsym.models.scaling import Standardizer


def folds(conformers: int, count: int, seed: int) -> list[np.ndarray]:
    """Parts of 0 … conformers - 1, shuffled: each is held out once."""
    return np.array_split(np.random.default_rng(seed).permutation(conformers), count)


class Split:
    """One training set and one test set, with the distances that all length scales share.

    Columns are standardised, and the length scale is a multiple of the root-mean-square distance,
    by the training set alone.

    Parameters
    ----------
    values, target
        (n, p) and (n,).
    learn, test
        Which of the n train, and which are predicted.
    """

    def __init__(self, values: np.ndarray, target: np.ndarray, learn: np.ndarray, test: np.ndarray):
        scaler = Standardizer().fit(values[learn])
        near, far = scaler.transform(values[learn]), scaler.transform(values[test])
        self.among, self.across = distances(near, near), distances(far, near)
        typical = np.sqrt(np.mean(self.among**2)) or 1.0
        self.among, self.across = self.among / typical, self.across / typical
        self.mean = target[learn].mean()
        self.learned, self.true = target[learn] - self.mean, target[test]

    def predict(self, length: float, penalty: float) -> np.ndarray:
        """(test,) predictions at log10 of length scale and penalty."""
        gram = rbf(self.among / 10**length)
        gram[np.diag_indices_from(gram)] += 10**penalty
        weights = cho_solve(cho_factor(gram, lower=True, overwrite_a=True), self.learned)
        return self.mean + rbf(self.across / 10**length) @ weights

    def predict_path(self, length: float, penalties: np.ndarray) -> np.ndarray:
        """(penalties, test) the same for many penalties, by one eigendecomposition."""
        # Divide and conquer: the default is slow where eigenvalues cluster, at either end.
        values, vectors = eigh(rbf(self.among / 10**length), driver="evd")
        projected = vectors.T @ self.learned
        inverse = 1 / (np.maximum(values, 0) + 10 ** np.asarray(penalties)[:, None])
        return self.mean + (inverse * projected) @ (rbf(self.across / 10**length) @ vectors).T

    def error(self, length: float, penalty: float) -> float:
        """Mean absolute error on the test set."""
        return float(np.abs(self.predict(length, penalty) - self.true).mean())

    def errors(self, lengths: np.ndarray, penalties: np.ndarray) -> np.ndarray:
        """(lengths, penalties) mean absolute errors on the test set."""
        rows = [self.predict_path(length, penalties) - self.true for length in lengths]
        return np.abs(rows).mean(axis=2)


def cross_validation(
    values: np.ndarray, target: np.ndarray, members: np.ndarray, count: int, seed: int
) -> list[Split]:
    """Split the members into folds, each tested on by what the others teach."""
    parts = folds(len(members), count, seed)
    return [Split(values, target, np.delete(members, part), members[part]) for part in parts]
