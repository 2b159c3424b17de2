"""Many rows of a least-squares problem reduced to a square matrix, in two ways.

A row [a, b] is a measurement b and what it is a combination of. `Squares` adds up what normal
equations need: fast, but half of the digits are lost. `Triangles` keeps the upper factor of a QR
decomposition, whose |A x − b|² is that of all rows: several times slower, and as exact as the rows
(Bierman, Factorization Methods for Discrete Sequential Estimation (1977)). Both take rows in
blocks, and both find the posterior of coefficients with normal priors.
"""

from functools import reduce
from typing import Protocol

import numpy as np
from scipy.linalg import cho_solve, cholesky, lapack, solve_triangular

PANEL = 32  # columns that LAPACK reduces at a time


class Reduction(Protocol):
    """A way to reduce rows.

    Attributes
    ----------
    finest
        The least errors that it resolves, in multiples of the measurements.
    """

    finest: float

    def reduced(self, rows: np.ndarray) -> np.ndarray:
        """What rows (m, k) say: (k, k)."""

    def joined(self, parts: list[np.ndarray]) -> np.ndarray:
        """What the rows of all parts (k, k) say."""

    def scaled(self, matrix: np.ndarray, scale: np.ndarray) -> np.ndarray:
        """What the rows say when their columns are multiplied by a scale (k,)."""

    def column_squares(self, matrix: np.ndarray) -> np.ndarray:
        """The sum of squares (k,) of each column of the rows."""

    def square(self, matrix: np.ndarray, coefficients: np.ndarray) -> float:
        """|A x − b|² of coefficients x (k − 1,)."""

    def posterior(
        self, matrix: np.ndarray, rows: np.ndarray, deviations: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Add further rows (m, k), and priors around 0 of these standard deviations (k − 1,).

        Returns the most likely coefficients (k − 1,), and the triangle R of their covariance
        R⁻¹R⁻ᵀ. All rows are in units of their standard deviations.
        """


class Squares:
    """Sums of products of the columns."""

    finest = 1e-4

    def reduced(self, rows: np.ndarray) -> np.ndarray:
        """What rows (m, k) say: (k, k)."""
        return rows.T @ rows

    def joined(self, parts: list[np.ndarray]) -> np.ndarray:
        """What the rows of all parts (k, k) say."""
        return reduce(np.add, parts)

    def scaled(self, matrix: np.ndarray, scale: np.ndarray) -> np.ndarray:
        """What the rows say when their columns are multiplied by a scale (k,)."""
        return matrix * scale * scale[:, None]

    def column_squares(self, matrix: np.ndarray) -> np.ndarray:
        """The sum of squares (k,) of each column of the rows."""
        return np.diag(matrix)

    def square(self, matrix: np.ndarray, coefficients: np.ndarray) -> float:
        """|A x − b|² of coefficients x (k − 1,)."""
        ends = np.append(coefficients, -1.0)
        return max(float(ends @ matrix @ ends), 0.0)

    def posterior(
        self, matrix: np.ndarray, rows: np.ndarray, deviations: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Add rows and priors; the most likely coefficients and the triangle of the covariance."""
        whole = matrix + rows.T @ rows
        known = whole[:-1, :-1]
        diagonal = np.diag_indices_from(known)
        # No less than round-off, so that columns that depend on each other do no harm.
        known[diagonal] += deviations**-2.0 + known[diagonal] * len(known) * np.finfo(float).eps
        factor = cholesky(known, check_finite=False)
        return cho_solve((factor, False), whole[:-1, -1]), factor


class Triangles:
    """Upper factors of QR decompositions."""

    finest = 0.0

    def reduced(self, rows: np.ndarray) -> np.ndarray:
        """What rows (m, k) say: (k, k)."""
        width = rows.shape[1]
        if len(rows) < width:
            rows = np.concatenate([rows, np.zeros((width - len(rows), width))])
        factor, *_ = lapack.dgeqrt(min(PANEL, width), np.asfortranarray(rows))
        return np.triu(factor[:width])

    def joined(self, parts: list[np.ndarray]) -> np.ndarray:
        """What the rows of all parts (k, k) say."""
        return reduce(self._joined, parts)

    def scaled(self, matrix: np.ndarray, scale: np.ndarray) -> np.ndarray:
        """What the rows say when their columns are multiplied by a scale (k,)."""
        return matrix * scale

    def column_squares(self, matrix: np.ndarray) -> np.ndarray:
        """The sum of squares (k,) of each column of the rows."""
        return np.square(matrix).sum(axis=0)

    def square(self, matrix: np.ndarray, coefficients: np.ndarray) -> float:
        """|A x − b|² of coefficients x (k − 1,)."""
        rest = matrix[:, :-1] @ coefficients - matrix[:, -1]
        return float(rest @ rest)

    def posterior(
        self, matrix: np.ndarray, rows: np.ndarray, deviations: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Add rows and priors; the most likely coefficients and the triangle of the covariance."""
        expected = np.zeros_like(matrix)
        np.fill_diagonal(expected[:-1, :-1], 1 / deviations)
        whole = self._joined(self._joined(matrix, expected), self.reduced(rows))
        factor = whole[:-1, :-1]
        return solve_triangular(factor, whole[:-1, -1]), factor

    def _joined(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """The triangle of the rows of two."""
        width = len(one)
        factor, *_ = lapack.dtpqrt(
            width, min(PANEL, width), np.asfortranarray(one), np.asfortranarray(other)
        )
        return np.triu(factor)
