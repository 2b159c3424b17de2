"""Internal coordinates of listed atoms, and their derivatives by the positions of those atoms.

Wilson, Decius and Cross, Molecular Vibrations (1955), chapter 4. All are exact, and stay accurate
for nearly linear angles and for dihedrals near 0 and π.
"""

import numpy as np

from confsym.geometry.internal import bond_angles, dihedral_phases, pair_distances, wilson_angles


def distances(positions: np.ndarray, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distances of pairs of atoms.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    pairs : (pairs, 2)

    Returns
    -------
    values : (n, pairs)
        Å.
    derivatives : (n, pairs, 2, 3)
        By the positions of the two atoms; no unit.
    """
    values = pair_distances(positions, *pairs.T)
    unit = (positions[:, pairs[:, 0]] - positions[:, pairs[:, 1]]) / values[..., None]
    return values, np.stack([unit, -unit], axis=2)


def angles(positions: np.ndarray, triples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Angles at the middle atom: values (n, triples) rad, derivatives (n, triples, 3, 3) rad/Å.

    An angle of exactly π has no derivative; 0 is returned there.
    """
    one, other, first, second = _arms(positions, triples)
    normal = np.cross(one, other)
    size = _norm(normal)
    normal /= np.where(size > 0, size, 1)[..., None]
    at_first = np.cross(one, normal) / first[..., None]
    at_second = np.cross(normal, other) / second[..., None]
    return bond_angles(positions, triples), _balanced(at_first, at_second)


def angle_cosines(positions: np.ndarray, triples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cosines of angles: values (n, triples), derivatives (n, triples, 3, 3) in 1/Å."""
    one, other, first, second = _arms(positions, triples)
    cosine = np.cos(bond_angles(positions, triples))
    at_first = (other - cosine[..., None] * one) / first[..., None]
    at_second = (one - cosine[..., None] * other) / second[..., None]
    return cosine, _balanced(at_first, at_second)


def dihedrals(positions: np.ndarray, quads: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Dihedrals φ: exp(iφ) (n, quads), and derivatives of φ (n, quads, 4, 3) in rad/Å.

    Blondel and Karplus, J. Comput. Chem. 17, 1132 (1996),
    doi:10.1002/(SICI)1096-987X(19960715)17:9<1132::AID-JCC5>3.0.CO;2-T. Three atoms in a line have
    no dihedral; derivatives of 0 are returned there.
    """
    near, axis, far = np.moveaxis(np.diff(positions[:, quads], axis=2), 2, 0)
    first, second = np.cross(near, axis), np.cross(axis, far)
    length = _norm(axis)
    first /= _or_one(_dot(first, first))[..., None]
    second /= _or_one(_dot(second, second))[..., None]
    at_first = -length[..., None] * first
    at_last = length[..., None] * second
    along = (_dot(near, axis) / length)[..., None] * first
    back = (_dot(far, axis) / length)[..., None] * second
    derivatives = np.stack(
        [at_first, -at_first + along + back, -at_last - along - back, at_last], axis=2
    )
    return dihedral_phases(positions, quads), derivatives


def wedges(positions: np.ndarray, quads: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Angles between the bond j-l and the plane i-j-k: (n, quads) rad, (n, quads, 4, 3) rad/Å.

    Atoms i, j, k, l as columns. Without a plane, or at a right angle to it, derivatives are 0.
    """
    i, j, k, far = (positions[:, column] for column in quads.T)
    one, other, bond = i - j, k - j, far - j
    normal = np.cross(one, other)
    square, length = _or_one(_dot(normal, normal)), _or_one(_norm(bond))
    size = np.sqrt(square) * length
    value = wilson_angles(positions, quads)
    sine = np.sin(value)[..., None]
    at_one = np.cross(other, bond) / size[..., None]
    at_one -= sine * np.cross(other, normal) / square[..., None]
    at_other = np.cross(bond, one) / size[..., None]
    at_other -= sine * np.cross(normal, one) / square[..., None]
    at_far = normal / size[..., None] - sine * bond / length[..., None] ** 2
    cosine = np.cos(value)
    inverse = np.where(cosine > 1e-12, 1 / np.maximum(cosine, 1e-12), 0)[..., None]
    at_one, at_other, at_far = at_one * inverse, at_other * inverse, at_far * inverse
    return value, np.stack([at_one, -(at_one + at_other + at_far), at_other, at_far], axis=2)


def _arms(positions: np.ndarray, triples: np.ndarray) -> tuple[np.ndarray, ...]:
    """Unit vectors (n, triples, 3) from the middle atom to the others, and distances."""
    one = positions[:, triples[:, 0]] - positions[:, triples[:, 1]]
    other = positions[:, triples[:, 2]] - positions[:, triples[:, 1]]
    first, second = _norm(one), _norm(other)
    return one / first[..., None], other / second[..., None], first, second


def _balanced(at_first: np.ndarray, at_last: np.ndarray) -> np.ndarray:
    """Derivatives by three atoms from those by the outer two: their sum vanishes."""
    return np.stack([at_first, -at_first - at_last, at_last], axis=2)


def _or_one(values: np.ndarray) -> np.ndarray:
    """The values, 1 in place of 0: something to divide by."""
    return np.where(values > 0, values, 1)


def _norm(vectors: np.ndarray) -> np.ndarray:
    return np.sqrt(_dot(vectors, vectors))


def _dot(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.einsum("...x,...x->...", one, other)
