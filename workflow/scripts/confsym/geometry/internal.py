"""Distances, bond angles and dihedral angles of listed atoms."""

import numpy as np

CHUNK = 500  # geometries whose differences are in memory at once


def pair_distances(positions: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Distances of listed pairs: (n, atoms, 3) Å to (n, pairs) Å."""
    difference = positions[:, first] - positions[:, second]
    return np.sqrt(np.einsum("npx,npx->np", difference, difference))


def all_distances(positions: np.ndarray) -> np.ndarray:
    """Distances of the ascending pairs of atoms: (n, atoms, 3) Å to (n, pairs) Å."""
    first, second = np.triu_indices(positions.shape[1], 1)
    distances = np.empty((len(positions), len(first)))
    for start in range(0, len(positions), CHUNK):
        rows = slice(start, start + CHUNK)
        distances[rows] = pair_distances(positions[rows], first, second)
    return distances


def sorted_within(values: np.ndarray, kinds: np.ndarray) -> np.ndarray:
    """Values (n, columns), ascending in each row among the columns of a kind (columns,)."""
    result = np.empty_like(values)
    for kind in np.unique(kinds):
        columns = np.flatnonzero(kinds == kind)
        result[:, columns] = np.sort(values[:, columns], axis=1)
    return result


def bond_lengths(positions: np.ndarray, bonds: np.ndarray) -> np.ndarray:
    """Distances of bonded atoms: (n, atoms, 3) Å and (bonds, 2) to (n, bonds) Å."""
    return _norm(positions[:, bonds[:, 0]] - positions[:, bonds[:, 1]])


def bond_angles(positions: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """Angles at the middle atom: (n, atoms, 3) and (angles, 3) to (n, angles) rad.

    By the arc tangent of cross and dot product, which stays accurate near 0 and π.
    """
    first_arm = positions[:, angles[:, 0]] - positions[:, angles[:, 1]]
    second_arm = positions[:, angles[:, 2]] - positions[:, angles[:, 1]]
    return np.arctan2(_norm(np.cross(first_arm, second_arm)), _dot(first_arm, second_arm))


def dihedral_phases(positions: np.ndarray, dihedrals: np.ndarray) -> np.ndarray:
    """exp(iφ) of each dihedral: (n, atoms, 3) and (dihedrals, 4) to (n, dihedrals) complex.

    φ is positive when, seen along the middle bond, the far end is turned clockwise from the near
    one (IUPAC). Three atoms in a line have no plane; φ = 0 is returned there.
    """
    first_bond, axis, last_bond = np.moveaxis(np.diff(positions[:, dihedrals], axis=2), 2, 0)
    first_normal, second_normal = np.cross(first_bond, axis), np.cross(axis, last_bond)
    real = _dot(first_normal, second_normal)
    imaginary = _dot(first_bond, second_normal) * _norm(axis)
    size = np.hypot(real, imaginary)
    flat = size == 0
    return np.where(flat, 1, (real + 1j * imaginary) / np.where(flat, 1, size))


def wilson_angles(positions: np.ndarray, wedges: np.ndarray) -> np.ndarray:
    """Angle between the bond j-l and the plane i-j-k: (n, atoms, 3), (wedges, 4) to (n, wedges).

    In rad, for i, j, k, l as columns; zero where i, j and k lie in a line.
    """
    i, j, k, far = (positions[:, column] for column in wedges.T)
    normal, bond = np.cross(i - j, k - j), far - j
    size = _norm(normal) * _norm(bond)
    sine = _dot(normal, bond) / np.where(size > 0, size, 1)
    return np.arcsin(np.clip(sine, -1, 1))


def _norm(vectors: np.ndarray) -> np.ndarray:
    return np.sqrt(_dot(vectors, vectors))


def _dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.einsum("...x,...x->...", a, b)
