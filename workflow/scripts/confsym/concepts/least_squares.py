"""Least squares with and without a penalty, by one singular value decomposition."""

from collections.abc import Sequence

import numpy as np

from confsym.models.scaling import Standardizer

NEGLIGIBLE = 1e-10  # singular values below this multiple of the largest count as zero


def ridge_path(
    values: np.ndarray, target: np.ndarray, new: np.ndarray, penalties: Sequence[float]
) -> np.ndarray:
    """Fit ridge regressions on standardised columns, and predict.

    Each minimises ‖y - Xw - b‖² + alpha ‖w‖²; of all minima without penalty it takes the one of
    the smallest w.

    Parameters
    ----------
    values : (n, p)
    target : (n,)
    new : (m, p)
    penalties
        Each alpha.

    Returns
    -------
    (penalties, m)
        In the unit of the target.
    """
    left, singular, right, scaler = _decomposed(values)
    projected = left.T @ (target - target.mean())
    scores = scaler.transform(new) @ right.T
    weights = singular / (singular**2 + np.asarray(penalties, dtype=float)[:, None])
    return target.mean() + (weights * projected) @ scores.T


def component_path(
    values: np.ndarray, target: np.ndarray, new: np.ndarray, counts: Sequence[int]
) -> np.ndarray:
    """Least squares on the first so many principal components of the standardised columns.

    Parameters
    ----------
    values, target, new
        As in `ridge_path`.
    counts
        Numbers of components; no more are used than there are.

    Returns
    -------
    (counts, m)
        In the unit of the target.
    """
    left, singular, right, scaler = _decomposed(values)
    terms = (left.T @ (target - target.mean()) / singular)[:, None] * (
        right @ scaler.transform(new).T
    )
    sums = np.cumsum(terms, axis=0)
    return target.mean() + sums[np.minimum(counts, len(sums)) - 1]


def _decomposed(values: np.ndarray) -> tuple:
    scaler = Standardizer().fit(values)
    left, singular, right = np.linalg.svd(scaler.transform(values), full_matrices=False)
    kept = singular > NEGLIGIBLE * singular[0]
    return left[:, kept], singular[kept], right[kept], scaler
