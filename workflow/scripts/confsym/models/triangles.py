"""Least squares by triangles: all that many rows say about the coefficients, and no squares of it.

A triangle is the upper factor of a QR decomposition of rows [A, b], one row a measurement b and
what it is a combination of. It has as many rows as columns, however many went in; rows can be added
later, and |A x − b|² of any x is that of the triangle. The normal equations AᵀA x = Aᵀb would lose
half of the digits (Bierman, Factorization Methods for Discrete Sequential Estimation (1977)).
"""

from functools import reduce

import numpy as np
from scipy.linalg import lapack, solve_triangular

PANEL = 32  # columns that LAPACK reduces at a time


def triangle(rows: np.ndarray) -> np.ndarray:
    """Reduce rows (m, k) to a triangle (k, k)."""
    width = rows.shape[1]
    if len(rows) < width:
        rows = np.concatenate([rows, np.zeros((width - len(rows), width))])
    factor, *_ = lapack.dgeqrt(min(PANEL, width), np.asfortranarray(rows))
    return np.triu(factor[:width])


def merged(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The triangle (k, k) of the rows of two triangles."""
    width = len(one)
    factor, *_ = lapack.dtpqrt(
        width, min(PANEL, width), np.asfortranarray(one), np.asfortranarray(other)
    )
    return np.triu(factor)


def with_rows(one: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The triangle (k, k) of a triangle's rows and further ones (m, k)."""
    if not len(rows):
        return one
    width = len(one)
    factor, *_ = lapack.dtpqrt(
        0, min(PANEL, width), np.asfortranarray(one), np.asfortranarray(rows)
    )
    return np.triu(factor)


def all_merged(triangles: list[np.ndarray]) -> np.ndarray:
    """The triangle (k, k) of the rows of several."""
    return reduce(merged, triangles)


def solution(whole: np.ndarray) -> np.ndarray:
    """The coefficients (k − 1,) with the least squares; the triangle must not be singular."""
    return solve_triangular(whole[:-1, :-1], whole[:-1, -1])


def residual_square(whole: np.ndarray, coefficients: np.ndarray) -> float:
    """The sum of squares |A x − b|² of the rows of a triangle."""
    rest = whole[:, :-1] @ coefficients - whole[:, -1]
    return float(rest @ rest)


def inverse(whole: np.ndarray) -> np.ndarray:
    """R⁻¹ (k − 1, k − 1) of the part R that belongs to A: the covariance is R⁻¹R⁻ᵀ."""
    found, info = lapack.dtrtri(np.asfortranarray(whole[:-1, :-1]))
    if info:
        raise np.linalg.LinAlgError("the triangle is singular")
    return found
