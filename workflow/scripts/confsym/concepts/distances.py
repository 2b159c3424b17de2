"""Pair distances in many dimensions: how they concentrate, and how many dimensions data have."""

import numpy as np
from scipy.spatial import cKDTree

CHUNK = 500  # columns at a time: 10,000 of them for 1,000 points never lie in memory at once
DISCARDED = 0.1  # largest ratios that the two-neighbour estimate leaves out, as its authors do


def edge_length(dimensions: np.ndarray, neighbours: int, points: int) -> np.ndarray:
    """Edge of the cube that holds k of n even points in a unit cube, l = (k/n)^(1/d)."""
    return (neighbours / points) ** (1 / np.asarray(dimensions, dtype=float))


def uniform_pair_distances(points: int, dimensions: int, rng: np.random.Generator) -> np.ndarray:
    """Distances of all pairs, each once and none of a point with itself, in the unit cube.

    Squares are summed over chunks of columns: 8 MB for 1,000 points, however many dimensions.

    Returns
    -------
    (points (points - 1) / 2,)
    """
    squares = np.zeros((points, points))
    for start in range(0, dimensions, CHUNK):
        squares += _squared(rng.random((points, min(CHUNK, dimensions - start))))
    return np.sqrt(np.maximum(squares[np.triu_indices(points, 1)], 0))


def pair_distances(values: np.ndarray) -> np.ndarray:
    """Euclidean distances of all pairs of rows, each once: (n, p) to (n (n - 1) / 2,)."""
    squares = np.zeros((len(values), len(values)))
    for start in range(0, values.shape[1], CHUNK):
        squares += _squared(values[:, start : start + CHUNK])
    return np.sqrt(np.maximum(squares[np.triu_indices(len(values), 1)], 0))


def variation(distances: np.ndarray) -> float:
    """Coefficient of variation: standard deviation over mean."""
    return float(distances.std() / distances.mean())


def uniform_variation(dimensions: float) -> float:
    """The coefficient of variation of distances in a unit cube of many dimensions, √(7/(20 d)).

    (x - y)² of two even numbers has mean 1/6 and variance 1/15 - 1/36 = 7/180. The squared
    distance, a sum of d of them, has mean d/6, standard deviation √(7d/180) and variation
    √(7/(5d)); that of the distance is half as much, by the slope of the root, up to terms of 1/d.
    """
    return float(np.sqrt(7 / (20 * dimensions)))


def two_nearest_neighbours(values: np.ndarray) -> float:
    """Intrinsic dimension by the ratio of the distances to the two nearest neighbours.

    Facco, d'Errico, Rodriguez and Laio, Sci. Rep. 7, 12140 (2017),
    doi:10.1038/s41598-017-11873-y: where the density is even around a point, mu = r2/r1 has the
    distribution function 1 - mu^-d, so that -ln(1 - F) against ln mu is a line through the origin
    with slope d. The largest ratios are left out.

    Parameters
    ----------
    values : (n, p)
        Copies of a row count once.
    """
    values = np.unique(values, axis=0)
    near = cKDTree(values).query(values, k=3)[0][:, 1:]
    ratio = np.sort(np.log(near[:, 1] / near[:, 0]))
    kept = int(len(ratio) * (1 - DISCARDED))
    rank = -np.log1p(-np.arange(1, kept + 1) / len(ratio))
    return float(ratio[:kept] @ rank / (ratio[:kept] @ ratio[:kept]))


def _squared(values: np.ndarray) -> np.ndarray:
    centred = values - values.mean(axis=0)  # smaller numbers cancel less
    size = np.einsum("ix,ix->i", centred, centred)
    return size[:, None] + size - 2 * centred @ centred.T
