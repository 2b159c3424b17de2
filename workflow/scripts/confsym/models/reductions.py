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

    def joined(self, blocks: list[np.ndarray]) -> np.ndarray:
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

    def joined(self, blocks: list[np.ndarray]) -> np.ndarray:
        """What the rows of all parts (k, k) say."""
        return reduce(np.add, blocks)

    def scaled(self, matrix: np.ndarray, scale: np.ndarray) -> np.ndarray:
        """What the rows say when their columns are multiplied by a scale (k,)."""
        return matrix * scale * scale[:, None]

    def column_squares(self, matrix: np.ndarray) -> np.ndarray:
        """The sum of squares (k,) of each column of the rows."""
        return np.diag(matrix)

    def square(self, matrix: np.ndarray, coefficients: np.ndarray) -> float:
        """|A x − b|² of coefficients x (k − 1,)."""
        signed = np.append(coefficients, -1.0)
        return max(float(signed @ matrix @ signed), 0.0)

    def posterior(
        self, matrix: np.ndarray, rows: np.ndarray, deviations: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Add rows and priors; the most likely coefficients and the triangle of the covariance."""
        extended = matrix + rows.T @ rows
        normal = extended[:-1, :-1]
        diagonal = np.diag_indices_from(normal)
        # No less than round-off, so that columns that depend on each other do no harm.
        normal[diagonal] += deviations**-2.0 + normal[diagonal] * len(normal) * np.finfo(float).eps
        factor = cholesky(normal, check_finite=False)
        return cho_solve((factor, False), extended[:-1, -1]), factor


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

    def joined(self, blocks: list[np.ndarray]) -> np.ndarray:
        """What the rows of all parts (k, k) say."""
        return reduce(self._joined, blocks)

    def scaled(self, matrix: np.ndarray, scale: np.ndarray) -> np.ndarray:
        """What the rows say when their columns are multiplied by a scale (k,)."""
        return matrix * scale

    def column_squares(self, matrix: np.ndarray) -> np.ndarray:
        """The sum of squares (k,) of each column of the rows."""
        return np.square(matrix).sum(axis=0)

    def square(self, matrix: np.ndarray, coefficients: np.ndarray) -> float:
        """|A x − b|² of coefficients x (k − 1,)."""
        residual = matrix[:, :-1] @ coefficients - matrix[:, -1]
        return float(residual @ residual)

    def posterior(
        self, matrix: np.ndarray, rows: np.ndarray, deviations: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Add rows and priors; the most likely coefficients and the triangle of the covariance."""
        prior = np.zeros_like(matrix)
        np.fill_diagonal(prior[:-1, :-1], 1 / deviations)
        extended = self._joined(self._joined(matrix, prior), self.reduced(rows))
        factor = extended[:-1, :-1]
        return solve_triangular(factor, extended[:-1, -1]), factor

    def _joined(self, triangle: np.ndarray, other_triangle: np.ndarray) -> np.ndarray:
        """The triangle of the rows of two."""
        width = len(triangle)
        factor, *_ = lapack.dtpqrt(
            width, min(PANEL, width), np.asfortranarray(triangle), np.asfortranarray(other_triangle)
        )
        return np.triu(factor)
