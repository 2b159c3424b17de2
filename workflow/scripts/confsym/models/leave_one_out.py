"""Exact errors on left-out conformers, without fitting anew, and what they are measured on."""

from collections.abc import Iterable, Iterator

import numpy as np
from scipy.linalg import eigh
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

ROUND_OFF = 1e-14  # of the trace of a Gram matrix; a smaller penalty adds nothing to its diagonal
EPSILON = np.finfo(float).eps
TUNING_SEED = 0  # of the conformers on which a choice is made, where there are copies
SAME_TARGET = 1e-3  # of the spread of targets: as near are those of one geometry computed twice


def above_round_off(alphas: Iterable[float], trace: float) -> list[float]:
    """Penalties to choose from, each raised to the least that round-off allows.

    Parameters
    ----------
    alphas
        Penalties.
    trace
        Of the Gram matrix to whose diagonal they are added, in their unit.
    """
    return sorted({max(alpha, ROUND_OFF * trace) for alpha in alphas})


def leave_one_out_errors(
    gram: np.ndarray,
    target: np.ndarray,
    alphas: Iterable[float],
    groups: np.ndarray | None = None,
) -> Iterator[tuple[float, float]]:
    """Root-mean-square error of kernel ridge regression on left-out points, and its penalty.

    With G = K + alpha 1 and c = G⁻¹ y the error on a left-out point is c_i / (G⁻¹)_ii
    (Sundararajan and Keerthi, Neural Comput. 13, 1103 (2001), doi:10.1162/08997660151134343), for
    all alphas from one eigendecomposition. On points g that are left out together the errors are
    ((G⁻¹)_gg)⁻¹ c_g.

    Parameters
    ----------
    gram : (n, n)
        Kernel K of all pairs of training points.
    target : (n,)
        y.
    alphas
        Penalties.
    groups : (n,)
        Which conformer each point is of; its copies are left out with it. None for one point each.
    """
    values, vectors = eigh(gram)
    projected = vectors.T @ target
    together = rows_of(groups) if repeated(groups) else None
    for alpha in alphas:
        # Round-off makes tiny eigenvalues negative; the penalty must still win.
        inverse = 1 / (np.maximum(values, 0) + alpha)
        coefficients = vectors @ (inverse * projected)
        if together is None:
            errors = coefficients / (vectors**2 @ inverse)
        else:
            errors = np.empty_like(coefficients)
            for rows in together:
                block = (vectors[rows] * inverse) @ vectors[rows].T
                errors[rows] = np.linalg.solve(block, coefficients[rows])
        yield float(np.sqrt(np.mean(errors**2))), alpha


def ridge_errors(
    left_vectors: np.ndarray,
    singular: np.ndarray,
    target: np.ndarray,
    alphas: Iterable[float],
    groups: np.ndarray | None = None,
) -> Iterator[tuple[float, float]]:
    """Root-mean-square error of ridge regression on left-out rows, and its penalty.

    With H the matrix that makes predictions of targets, intercept and all, the errors on rows g
    that are left out together are ((1 - H)_gg)⁻¹ ((1 - H) y)_g. Of the centred columns U S Vᵀ

        1 - H = U diag(alpha / (s² + alpha)) Uᵀ + R,    R = 1 - 11ᵀ/n - U Uᵀ

    where R is left out if U has all n - 1 directions that there are: then it is round-off, and the
    rest as small as alpha. Directions whose s is round-off do not count: those that LAPACK finds
    there are not centred.

    Parameters
    ----------
    left_vectors : (n, directions)
        U, of the centred columns.
    singular : (directions,)
        s, descending.
    target : (n,)
    alphas
        Penalties.
    groups : (n,)
        Which conformer each row is of; its copies are left out with it. None for one row each.
    """
    rows = len(target)
    threshold = max(rows * EPSILON, ROUND_OFF) * np.linalg.norm(singular)
    rank = min(int(np.sum(singular > threshold)), rows - 1)
    left_vectors, squares = left_vectors[:, :rank], singular[:rank] ** 2
    has_residual = rank < rows - 1
    centred = target - target.mean()
    projected = left_vectors.T @ centred
    residual = centred - left_vectors @ projected if has_residual else np.zeros(rows)
    together = rows_of(groups) if repeated(groups) else None
    for alpha in alphas:
        shrunk = alpha / (squares + alpha)
        errors = left_vectors @ (shrunk * projected) + residual
        if together is None:
            errors /= left_vectors**2 @ (shrunk - has_residual) + has_residual * (1 - 1 / rows)
        for group_rows in together or ():
            block = (left_vectors[group_rows] * (shrunk - has_residual)) @ left_vectors[
                group_rows
            ].T
            errors[group_rows] = np.linalg.solve(
                block + has_residual * (np.eye(len(group_rows)) - 1 / rows), errors[group_rows]
            )
        yield float(np.sqrt(np.mean(errors**2))), alpha


def conformers(
    points: np.ndarray, target: np.ndarray, groups: np.ndarray | None
) -> np.ndarray | None:
    """Which conformer each row is of, where some geometries are there several times.

    Rows repeat each other if their columns are equal to round-off and their targets nearly. Where
    targets differ, the columns do not tell geometries apart; then a row does not give away the
    target of the next, and shows how far it is from the best that columns can do.

    Parameters
    ----------
    points : (n, columns)
        Of like size.
    target : (n,)
    groups : (n,)
        Which conformer each row is known to be of; None for one row each.

    Returns
    -------
    (n,)
        `groups`, joined where rows repeat each other; `groups` itself if none do, or if nothing
        would be left apart.
    """
    count, columns = points.shape
    centred = points - points.mean(axis=0)
    # Distances below are 0 to round-off in their squares, of which kernels are functions.
    tolerance = np.sqrt(EPSILON * np.mean(np.sum(centred**2, axis=1)))
    # Along a direction at random rows that are equal are neighbours.
    direction = np.random.default_rng(TUNING_SEED).normal(size=columns)
    order = np.argsort(centred @ direction, kind="stable")
    differs = np.linalg.norm(np.diff(centred[order], axis=0), axis=1) > tolerance
    starts, run = np.flatnonzero(np.append(True, differs)), np.cumsum(np.append(0, differs))
    highest, lowest = (f.reduceat(target[order], starts) for f in (np.maximum, np.minimum))
    is_repeat = (highest - lowest <= SAME_TARGET * target.std())[run]
    initial_groups = np.arange(count) if groups is None else groups
    _, first, member = np.unique(initial_groups, return_index=True, return_inverse=True)
    edges = np.hstack(
        [(order, np.where(is_repeat, order[starts][run], order)), (np.arange(count), first[member])]
    )
    graph = coo_array((np.ones(edges.shape[1]), tuple(edges)), shape=(count, count))
    group_count, member = connected_components(graph, directed=False)
    return member if 1 < group_count < len(first) else groups


def repeated(groups: np.ndarray | None) -> bool:
    """Whether a conformer has several rows; without groups each has one."""
    return groups is not None and len(np.unique(groups)) < len(groups)


def rows_of(groups: np.ndarray) -> list[np.ndarray]:
    """Rows of each conformer."""
    return [np.flatnonzero(groups == group) for group in np.unique(groups)]


def tuning_rows(groups: np.ndarray | None, size: int) -> slice | np.ndarray:
    """Rows, `size` at most, on which a model chooses its own settings.

    These are the first rows. But if conformers have copies, the first rows would hold none of them:
    then at least two conformers are drawn at random, each with all its copies.

    Parameters
    ----------
    groups : (rows,)
        Which conformer each row is of; None for one row each.
    size
        How many rows are wanted.
    """
    if not repeated(groups):
        return slice(size)
    conformers, member, counts = np.unique(groups, return_inverse=True, return_counts=True)
    order = np.random.default_rng(TUNING_SEED).permutation(len(conformers))
    several = max(2, int(np.searchsorted(np.cumsum(counts[order]), size, side="right")))
    return np.flatnonzero(np.isin(member, order[:several]))
