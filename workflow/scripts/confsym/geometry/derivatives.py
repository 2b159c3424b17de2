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
    first_arm, second_arm, first_length, second_length = _arms(positions, triples)
    normal = np.cross(first_arm, second_arm)
    size = _norm(normal)
    normal /= np.where(size > 0, size, 1)[..., None]
    at_first = np.cross(first_arm, normal) / first_length[..., None]
    at_second = np.cross(normal, second_arm) / second_length[..., None]
    return bond_angles(positions, triples), _balanced(at_first, at_second)


def angle_cosines(positions: np.ndarray, triples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cosines of angles: values (n, triples), derivatives (n, triples, 3, 3) in 1/Å."""
    first_arm, second_arm, first_length, second_length = _arms(positions, triples)
    cosine = np.cos(bond_angles(positions, triples))
    at_first = (second_arm - cosine[..., None] * first_arm) / first_length[..., None]
    at_second = (first_arm - cosine[..., None] * second_arm) / second_length[..., None]
    return cosine, _balanced(at_first, at_second)


def dihedrals(positions: np.ndarray, quads: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Dihedrals φ: exp(iφ) (n, quads), and derivatives of φ (n, quads, 4, 3) in rad/Å.

    Blondel and Karplus, J. Comput. Chem. 17, 1132 (1996),
    doi:10.1002/(SICI)1096-987X(19960715)17:9<1132::AID-JCC5>3.0.CO;2-T. Three atoms in a line have
    no dihedral; derivatives of 0 are returned there.
    """
    first_bond, axis, last_bond = np.moveaxis(np.diff(positions[:, quads], axis=2), 2, 0)
    first_normal, second_normal = np.cross(first_bond, axis), np.cross(axis, last_bond)
    length = _norm(axis)
    first_normal /= _or_one(_dot(first_normal, first_normal))[..., None]
    second_normal /= _or_one(_dot(second_normal, second_normal))[..., None]
    at_first = -length[..., None] * first_normal
    at_last = length[..., None] * second_normal
    along = (_dot(first_bond, axis) / length)[..., None] * first_normal
    back = (_dot(last_bond, axis) / length)[..., None] * second_normal
    derivatives = np.stack(
        [at_first, -at_first + along + back, -at_last - along - back, at_last], axis=2
    )
    return dihedral_phases(positions, quads), derivatives


def wedges(positions: np.ndarray, quads: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Angles between the bond j-l and the plane i-j-k: (n, quads) rad, (n, quads, 4, 3) rad/Å.

    Atoms i, j, k, l as columns. Without a plane, or at a right angle to it, derivatives are 0.
    """
    i, j, k, far = (positions[:, column] for column in quads.T)
    first_arm, second_arm, bond = i - j, k - j, far - j
    normal = np.cross(first_arm, second_arm)
    square, length = _or_one(_dot(normal, normal)), _or_one(_norm(bond))
    size = np.sqrt(square) * length
    value = wilson_angles(positions, quads)
    sine = np.sin(value)[..., None]
    at_one = np.cross(second_arm, bond) / size[..., None]
    at_one -= sine * np.cross(second_arm, normal) / square[..., None]
    at_other = np.cross(bond, first_arm) / size[..., None]
    at_other -= sine * np.cross(normal, first_arm) / square[..., None]
    at_far = normal / size[..., None] - sine * bond / length[..., None] ** 2
    cosine = np.cos(value)
    inverse = np.where(cosine > 1e-12, 1 / np.maximum(cosine, 1e-12), 0)[..., None]
    at_one, at_other, at_far = at_one * inverse, at_other * inverse, at_far * inverse
    return value, np.stack([at_one, -(at_one + at_other + at_far), at_other, at_far], axis=2)


def _arms(positions: np.ndarray, triples: np.ndarray) -> tuple[np.ndarray, ...]:
    """Unit vectors (n, triples, 3) from the middle atom to the others, and distances."""
    first_arm = positions[:, triples[:, 0]] - positions[:, triples[:, 1]]
    second_arm = positions[:, triples[:, 2]] - positions[:, triples[:, 1]]
    first_length, second_length = _norm(first_arm), _norm(second_arm)
    return (
        first_arm / first_length[..., None],
        second_arm / second_length[..., None],
        first_length,
        second_length,
    )


def _balanced(at_first: np.ndarray, at_last: np.ndarray) -> np.ndarray:
    """Derivatives by three atoms from those by the outer two: their sum vanishes."""
    return np.stack([at_first, -at_first - at_last, at_last], axis=2)


def _or_one(values: np.ndarray) -> np.ndarray:
    """The values, 1 in place of 0: something to divide by."""
    return np.where(values > 0, values, 1)


def _norm(vectors: np.ndarray) -> np.ndarray:
    return np.sqrt(_dot(vectors, vectors))


def _dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.einsum("...x,...x->...", a, b)
