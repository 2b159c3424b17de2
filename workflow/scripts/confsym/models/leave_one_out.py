"""The exact leave-one-out error of kernel ridge regression."""

from collections.abc import Iterable, Iterator

import numpy as np
from scipy.linalg import eigh


def leave_one_out_errors(
    gram: np.ndarray, target: np.ndarray, alphas: Iterable[float]
) -> Iterator[tuple[float, float]]:
    """Root-mean-square error on left-out points, and the penalty that it belongs to.

    With G = K + alpha 1 and c = G⁻¹ y the error on a left-out point is c_i / (G⁻¹)_ii
    (Sundararajan and Keerthi, Neural Comput. 13, 1103 (2001), doi:10.1162/08997660151134343), for
    all alphas from one eigendecomposition.

    Parameters
    ----------
    gram : (n, n)
        Kernel K of all pairs of training points.
    target : (n,)
        y.
    alphas
        Penalties.
    """
    values, vectors = eigh(gram)
    projected = vectors.T @ target
    for alpha in alphas:
        # Round-off makes tiny eigenvalues negative; the penalty must still win.
        inverse = 1 / (np.maximum(values, 0) + alpha)
        coefficients = vectors @ (inverse * projected)
        yield float(np.sqrt(np.mean((coefficients / (vectors**2 @ inverse)) ** 2))), alpha
