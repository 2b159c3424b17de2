"""Kernels and the columns behind them, quadratic and random Fourier, and what each way costs."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve


def quadratic_columns(values: np.ndarray) -> np.ndarray:
    """Columns whose inner products are (x·z + 1)²: (n, p) to (n, (p + 1)(p + 2) / 2).

    Squares, products times √2, the columns themselves times √2, and 1.
    """
    with_one = np.column_stack([values, np.ones(len(values))])
    first, second = np.triu_indices(with_one.shape[1])
    weight = np.where(first == second, 1.0, np.sqrt(2))
    return with_one[:, first] * with_one[:, second] * weight


def quadratic_kernel(values: np.ndarray, other_values: np.ndarray) -> np.ndarray:
    """(x·z + 1)² of all pairs: (n, p) and (m, p) to (n, m)."""
    return (values @ other_values.T + 1) ** 2


def fourier_columns(
    values: np.ndarray, length_scale: float, count: int, rng: np.random.Generator
) -> np.ndarray:
    """Random columns whose inner products approach a Gaussian kernel: (n, p) to (n, count).

    Rahimi and Recht, Advances in Neural Information Processing Systems 20 (2007):
    √(2/D) cos(w·x + b), w normal with variance 1 / length_scale², b even over a circle.
    """
    frequencies = rng.standard_normal((values.shape[1], count)) / length_scale
    phases = rng.uniform(0, 2 * np.pi, count)
    return np.sqrt(2 / count) * np.cos(values @ frequencies + phases)


def primal(columns: np.ndarray, target: np.ndarray, new: np.ndarray, penalty: float) -> np.ndarray:
    """Ridge regression for weights of columns: solves p equations, predicts (m,)."""
    gram = columns.T @ columns
    gram[np.diag_indices_from(gram)] += penalty
    return new @ cho_solve(cho_factor(gram, overwrite_a=True), columns.T @ target)


def dual(
    gram: np.ndarray, target: np.ndarray, cross_kernel: np.ndarray, penalty: float
) -> np.ndarray:
    """The same for weights of conformers: solves n equations, predicts (m,).

    Parameters
    ----------
    gram : (n, n)
        Kernel of the training conformers.
    target : (n,)
    cross_kernel : (m, n)
        Kernel of new conformers with them.
    penalty
        Of the squared weights.
    """
    gram = gram.copy()
    gram[np.diag_indices_from(gram)] += penalty
    return cross_kernel @ cho_solve(cho_factor(gram, overwrite_a=True), target)


def primal_cost(conformers: int, columns: int) -> float:
    """Multiplications of a fit by columns: half of XᵀX by symmetry, a Cholesky factor, Xᵀy."""
    return conformers * columns * (columns + 1) / 2 + columns**3 / 6 + conformers * columns


def dual_cost(conformers: int, columns: int) -> float:
    """Multiplications of a fit by conformers, the kernel from inner products of `columns`."""
    return primal_cost(columns, conformers)
