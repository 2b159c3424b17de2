"""Pairs of frames so near in space that forces say how the energy changes between them."""

import numpy as np
from scipy.spatial.distance import cdist

from confsym.geometry.internal import pair_distances
from confsym.geometry.superposition import turns

QUERIES = 1000  # frames whose neighbours are looked for
POOL = 10_000  # frames among which they are looked for
NUMBERS = 2_000_000  # distances of atoms that are in memory at once
NEIGHBOURS = 3
FARTHEST = 0.4  # Å, root mean square: farther pairs say nothing
SAME = 1e-5  # Å: a pair nearer than that is one frame twice


def close_pairs(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of successive frames, as of a trajectory, and of frames of like distances of atoms.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.

    Returns
    -------
    one, other : (pairs,) int
        Frames; no pair is there twice. Frames of a large file are taken evenly.
    """
    n, atoms, _ = positions.shape
    if n < 2:
        return np.zeros(0, dtype=int), np.zeros(0, dtype=int)
    first, second = np.triu_indices(atoms, 1)
    pool = _evenly(n, max(min(POOL, NUMBERS // len(first)), 2))
    shapes = pair_distances(positions[pool], first, second)
    queries = _evenly(len(pool), QUERIES)
    distance = cdist(shapes[queries], shapes)
    distance[np.arange(len(queries)), queries] = np.inf
    count = min(NEIGHBOURS, len(pool) - 1)
    neighbours = np.argpartition(distance, count - 1, axis=1)[:, :count]
    successive = _evenly(n - 1, NEIGHBOURS * QUERIES)
    one = np.concatenate([np.repeat(pool[queries], count), successive])
    other = np.concatenate([pool[neighbours.ravel()], successive + 1])
    pairs = np.unique(np.sort(np.stack([one, other], axis=1), axis=1), axis=0)
    return pairs[:, 0], pairs[:, 1]


def _evenly(n: int, limit: int) -> np.ndarray:
    return np.arange(n) if n <= limit else np.unique(np.linspace(0, n - 1, limit).astype(int))


def work(
    positions: np.ndarray, gradients: np.ndarray, first: np.ndarray, second: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What gradients say of the change of energy over each pair of frames, superposed.

    ΔE = ½ Σ (g₁ + g₂) · (x₂ - x₁), exact for a quadratic energy and otherwise off by the cube of
    the distance. The second frame is turned onto the first one, its gradient with it; an
    energy does not change by that.

    Parameters
    ----------
    positions, gradients : (n, atoms, 3)
        Å, kcal/mol/Å.
    first, second : (pairs,)
        Frames.

    Returns
    -------
    work : (pairs,)
        kcal/mol.
    distance : (pairs,)
        Å, root mean square over the atoms.
    """
    x, y = (positions[k] - positions[k].mean(axis=1, keepdims=True) for k in (first, second))
    turn = turns(y, x)
    step = y @ turn - x
    mean = (gradients[first] + gradients[second] @ turn) / 2
    return (mean * step).sum(axis=(1, 2)), np.sqrt((step**2).sum(axis=2).mean(axis=1))


def weighted_quantiles(values: np.ndarray, weights: np.ndarray, at: list[float]) -> list[float]:
    """The values below which these shares of the weight are."""
    order = np.argsort(values)
    share = np.cumsum(weights[order]) / weights.sum()
    return [float(values[order][min(np.searchsorted(share, q), len(order) - 1)]) for q in at]
