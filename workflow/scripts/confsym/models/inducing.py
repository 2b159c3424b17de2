"""Kernel methods on more rows than a matrix of all pairs allows: the subset of regressors.

The fitted function is a sum of kernels centred on some of the training rows, the inducing points,
and all rows say what their weights are (Quiñonero-Candela and Rasmussen, J. Mach. Learn. Res. 6,
1939 (2005), section 4). With the kernel K, m for inducing points and n for all rows, and
L Lᵀ = K_mm, it is ridge regression on the columns A = K_nm L⁻ᵀ, which loses no digits that the
whole kernel matrix would keep (Foster et al., J. Mach. Learn. Res. 10, 857 (2009)). Time grows with
n m², memory with m².
"""

import logging
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_solve, cholesky, solve_triangular
from scipy.linalg.blas import dsyrk

from confsym.provenance.memory import require
from confsym.provenance.progress import Progress

# Rows whose kernels with all inducing points are in memory at once: a multiple of what BLAS takes
# at a time, so that blocks have the bits of all rows together.
BLOCK = 960
MATRICES = 3  # of all pairs of inducing points, at most at once
CURE = "lower the model's inducing_points, or train on at most {fits} (split.train)"
ROUND_OFF = 1e-14  # of the trace: keeps a matrix positive that is so only up to round-off

log = logging.getLogger("confsym")


def choose_centres(points: np.ndarray, max_centres: int, model: str) -> np.ndarray:
    """The rows that kernels are centred on: all, or as many as may be, and the log says so.

    Parameters
    ----------
    points : (n, features)
        Standardised columns.
    max_centres
        How many may be.
    model
        Its kind, which is refused what its job has no memory for.

    Raises
    ------
    StudyError
        If there is no memory for the matrices of the fit.
    """

    def needed(rows: int) -> float:
        centres = min(rows, max_centres)
        blocks = BLOCK if rows > centres else 0
        return 8 * (MATRICES * centres**2 + 2 * rows * points.shape[1] + 4 * blocks * centres)

    require(needed, len(points), model, "training rows", CURE)
    if len(points) <= max_centres:
        return points
    rows = farthest_rows(points, max_centres)
    log.info("%s", remark(len(rows), len(points)))
    return points[rows]


def remark(centres: int, rows: int) -> str:
    """Say on how many of the training rows a kernel is centred; empty if on all."""
    return f"kernel centred on {centres} of {rows} training rows" if centres < rows else ""


def farthest_rows(points: np.ndarray, count: int) -> np.ndarray:
    """Choose rows that are as unlike each other as can be.

    The first is the one nearest to the mean; each further one is the row farthest from all that are
    chosen so far. There are fewer than asked for if all others repeat them.

    Parameters
    ----------
    points : (n, features)
        Standardised columns.
    count
        How many.

    Returns
    -------
    (count,)
        Ascending.
    """
    points = points.astype(np.float32)  # half of the time, and as good a choice
    squares = np.einsum("ix,ix->i", points, points)
    rows = [int((squares - 2 * (points @ points.mean(axis=0))).argmin())]
    round_off = 1e-5 * float(squares.max())  # below it two rows are one up to round-off
    distance = np.full(len(points), np.inf)
    progress = Progress(min(count, len(points)), "rows chosen")
    while len(rows) < min(count, len(points)):
        progress.add()
        latest = rows[-1]
        to_latest = squares + squares[latest] - 2 * (points @ points[latest])
        distance = np.minimum(distance, to_latest)
        distance[latest] = -np.inf
        farthest = int(distance.argmax())
        if distance[farthest] <= round_off:
            break
        rows.append(farthest)
    return np.sort(rows)


class Regressors(NamedTuple):
    """What all rows say of the kernels at the inducing points.

    Parameters
    ----------
    weights : (m,)
        Of the kernels.
    factor : (m, m)
        L, lower.
    known : (m, m)
        R, lower, with R Rᵀ = AᵀA + penalty.
    """

    weights: np.ndarray
    factor: np.ndarray
    known: np.ndarray


def regressed(
    inducing: np.ndarray, kernel: Callable[[slice], np.ndarray], target: np.ndarray, penalty: float
) -> Regressors:
    """Find the weights whose sum of squared errors and penalised length is least.

    Parameters
    ----------
    inducing : (m, m)
        K_mm; overwritten.
    kernel
        From rows, a slice of all n, to their kernels with the inducing points (rows, m).
    target : (n,)
        Of the rows.
    penalty
        Variance of the noise, in the unit of the kernel.
    """
    inducing[np.diag_indices_from(inducing)] += ROUND_OFF * np.trace(inducing)
    # The transpose is in Fortran's order, so that nothing is copied.
    factor = cholesky(inducing.T, lower=True, overwrite_a=True)
    squares, products = np.zeros_like(factor, order="F"), np.zeros(len(factor))
    progress = Progress(len(target), "training rows")
    for rows in blocks(len(target)):
        columns = solve_triangular(factor, kernel(rows).T, lower=True)
        squares = dsyrk(1.0, columns, beta=1.0, c=squares, lower=True, overwrite_c=True)
        products += columns @ target[rows]
        progress.add(columns.shape[1])
    squares[np.diag_indices_from(squares)] += penalty
    known = cholesky(squares, lower=True, overwrite_a=True)
    whitened_weights = cho_solve((known, True), products)
    return Regressors(
        solve_triangular(factor, whitened_weights, lower=True, trans=1), factor, known
    )


def blocks(count: int) -> Iterator[slice]:
    """Slices of so many rows, whose kernels with all inducing points fit in memory."""
    return (slice(start, start + BLOCK) for start in range(0, count, BLOCK))
