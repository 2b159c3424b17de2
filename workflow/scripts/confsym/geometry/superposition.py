"""Root-mean-square distance of conformers after superposition, and a cheap lower bound of it."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

CHUNK = 1000  # conformers whose distances are taken at once
ROUND_OFF = 1e-12  # of the terms of a polynomial: a value below may have either sign


def rmsd_lower_bound_vectors(positions: np.ndarray, matches: np.ndarray) -> np.ndarray:
    """Map conformers to vectors whose distance is never more than the RMSD of their pair.

    With all pair distances d_ij of the m atoms, RMSD(a, b) ≥ √(Σ_{i<j} (d_ij(a) - d_ij(b))²) / m,
    because Σ_{i<j} |v_i - v_j|² = m Σ_i |v_i|² for displacements v that sum to nothing, and
    |d_ij(a) - d_ij(b)| ≤ |v_i - v_j|. Sorting the distances within each set of pairs that the
    symmetries exchange makes it a bound for every symmetry at once.

    Parameters
    ----------
    positions : (n, m, 3)
        Å, the atoms compared, in the order of the first match.
    matches : (matches, m)
        Symmetries as indices into those m atoms.

    Returns
    -------
    (n, m (m - 1) / 2)
    """
    size = positions.shape[1]
    first, second = np.triu_indices(size, 1)
    distances = np.empty((len(positions), len(first)))
    for start in range(0, len(positions), CHUNK):  # a chunk's differences fit in little memory
        chunk = positions[start : start + CHUNK]
        distances[start : start + CHUNK] = np.linalg.norm(
            chunk[:, first] - chunk[:, second], axis=2
        )
    low = np.minimum(matches[:, first], matches[:, second])
    high = np.maximum(matches[:, first], matches[:, second])
    number = np.zeros((size, size), dtype=int)
    number[first, second] = np.arange(len(first))
    orbit = exchanged(number[low, high])
    for label in np.unique(orbit):
        columns = np.flatnonzero(orbit == label)
        distances[:, columns] = np.sort(distances[:, columns], axis=1)
    return distances / size


def exchanged(images: np.ndarray) -> np.ndarray:
    """Label things that symmetries turn into one another, directly or in steps.

    Parameters
    ----------
    images : (symmetries, things)
        What each symmetry turns each thing into.

    Returns
    -------
    (things,)
        Equal for things that are exchanged.
    """
    count = images.shape[1]
    sources = np.broadcast_to(np.arange(count), images.shape).ravel()
    links = coo_array((np.ones(images.size), (sources, images.ravel())), shape=(count, count))
    return connected_components(links, directed=False)[1]


def rmsd_superposed(positions: np.ndarray, references: np.ndarray) -> np.ndarray:
    """Root-mean-square distance after the best proper rotation, pair by pair.

    The largest eigenvalue of the quaternion matrix gives the best overlap (Horn, J. Opt. Soc. Am.
    A 4, 629 (1987), doi:10.1364/JOSAA.4.000629).

    Parameters
    ----------
    positions, references : (pairs, m, 3)
        Å, each centred on its centroid.

    Returns
    -------
    (pairs,)
        Å.
    """
    size = positions.shape[1]
    s = overlaps(positions, references)
    xx, xy, xz, yx, yy, yz, zx, zy, zz = s.reshape(-1, 9).T
    rows = [
        [xx + yy + zz, yz - zy, zx - xz, xy - yx],
        [yz - zy, xx - yy - zz, xy + yx, zx + xz],
        [zx - xz, xy + yx, yy - xx - zz, yz + zy],
        [xy - yx, zx + xz, yz + zy, zz - xx - yy],
    ]
    overlap = np.linalg.eigvalsh(np.moveaxis(np.array(rows), 2, 0))[:, -1]
    square = (positions**2).sum((1, 2)) + (references**2).sum((1, 2)) - 2 * overlap
    return np.sqrt(np.maximum(square, 0) / size)


def overlaps(positions: np.ndarray, references: np.ndarray) -> np.ndarray:
    """(pairs, 3, 3) Σ a bᵀ over the atoms, Å², of positions a and b (pairs, m, 3)."""
    return np.swapaxes(positions, 1, 2) @ references


def nearer(positions: np.ndarray, references: np.ndarray, distance: float) -> np.ndarray:
    """Tell of pairs whether their root-mean-square distance after superposition is below another.

    Parameters and method as in `rmsd_superposed`, but only where `surely_farther` leaves it open.

    Returns
    -------
    (pairs,) of bool
    """
    near = ~surely_farther(positions, references, distance)
    near[near] = rmsd_superposed(positions[near], references[near]) < distance
    return near


def surely_farther(positions: np.ndarray, references: np.ndarray, distance: float) -> np.ndarray:
    """Tell of pairs that they are farther apart than a distance, without an eigenvalue.

    With S = Σ a bᵀ the eigenvalues of the quaternion matrix are the roots of

        P(λ) = λ⁴ − 2 |S|² λ² − 8 det(S) λ + |S|⁴ − 4 |cof S|²

    (Theobald, Acta Cryst. A 61, 478 (2005), doi:10.1107/S0108767305015266). All are real, so that
    all are below λ = (Σ|a|² + Σ|b|² − m d²) / 2, the overlap of a pair at the distance d, if P and
    its derivatives are positive there. What round-off may have made positive does not count.

    Parameters
    ----------
    positions, references : (pairs, m, 3)
        Å, each centred on its centroid.
    distance
        d, Å.

    Returns
    -------
    (pairs,) of bool
        Whether a pair is farther apart. False for pairs at the distance, within round-off.
    """
    first, second, third = np.moveaxis(overlaps(positions, references), 1, 0)
    cofactors = _cross(second, third), _cross(third, first), _cross(first, second)
    determinant = np.einsum("px,px->p", first, cofactors[0])
    square = sum(np.einsum("px,px->p", row, row) for row in (first, second, third))
    minors = sum(np.einsum("px,px->p", row, row) for row in cofactors)
    size = sum(np.einsum("pmx,pmx->p", part, part) for part in (positions, references)) / 2
    at = size - positions.shape[1] * distance**2 / 2
    value = ((at**2 - 2 * square) * at - 8 * determinant) * at + square**2 - 4 * minors
    slope = (4 * at**2 - 4 * square) * at - 8 * determinant
    bend = 12 * at**2 - 4 * square
    positive = (
        derivative > ROUND_OFF * size**power
        for derivative, power in ((value, 4), (slope, 3), (bend, 2), (at, 1))
    )
    return np.logical_and.reduce(list(positive))


def _cross(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Cross products of vectors (n, 3), much faster than NumPy's."""
    (a, b, c), (x, y, z) = left.T, right.T
    return np.stack([b * z - c * y, c * x - a * z, a * y - b * x], axis=1)


def turns(frames: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """The proper rotation of each frame that brings it nearest to its target.

    Kabsch, Acta Cryst. A 32, 922 (1976), doi:10.1107/S0567739476001873.

    Parameters
    ----------
    frames, targets : (n, m, 3)
        Å, each centred on its centroid.

    Returns
    -------
    (n, 3, 3)
        Rotations R: `frames @ R` is nearest to `targets`.
    """
    left, _, right = np.linalg.svd(np.swapaxes(frames, 1, 2) @ targets)
    left[:, :, 2] *= np.linalg.det(left @ right)[:, None]
    return left @ right


def superposed(
    positions: np.ndarray, reference: np.ndarray, matches: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Move conformers onto another one by some of the atoms, by the best of their symmetries.

    No conformer is mirrored.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    reference : (atoms, 3)
        Å.
    matches : (matches, m)
        The atoms to superpose, in the orders that symmetries list them; the first is the identity.

    Returns
    -------
    moved : (n, atoms, 3)
        Å, the centroid of the m atoms at the origin.
    rmsd : (n,)
        Å, over the m atoms.
    """
    frame = positions[:, matches[0]]
    centre = frame.mean(axis=1, keepdims=True)
    frame, targets = frame - centre, reference[matches] - reference[matches[0]].mean(axis=0)
    rmsd = np.array([rmsd_superposed(np.broadcast_to(t, frame.shape), frame) for t in targets])
    best_match = rmsd.argmin(axis=0)
    return (positions - centre) @ turns(frame, targets[best_match]), rmsd.min(axis=0)
