"""Bond lengths, bond angles and dihedral angles."""

import numpy as np

from confsym.topology import Topology


def internal_coordinates(
    positions: np.ndarray, topology: Topology, dihedrals: str, multiples: int
) -> tuple[list[str], np.ndarray]:
    """List every bond length, bond angle and dihedral of the molecule.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    topology
        Which atoms are bonded.
    dihedrals
        "cos" for cos φ … cos nφ, which a reflection leaves alone; "sin_cos" for sin φ and cos φ.
    multiples
        The n of cos nφ.

    Returns
    -------
    names : list of str
        `bond_i_j`, `angle_i_j_k`, `cos2_i_j_k_m`, `sin_i_j_k_m` …, atoms counted from 0.
    values : (n, features)
        Å, rad and pure numbers.
    """
    bonds, angles, quads = np.sort(topology.bonds, axis=1), topology.angles, topology.dihedrals
    phase = dihedral_phases(positions, quads)
    if dihedrals == "cos":
        parts = {f"cos{k}": (phase**k).real for k in range(1, multiples + 1)}
    else:
        parts = {"sin": phase.imag, "cos": phase.real}
    names = [_name("bond", atoms) for atoms in bonds] + [_name("angle", atoms) for atoms in angles]
    names += [_name(part, atoms) for part in parts for atoms in quads]
    values = [bond_lengths(positions, bonds), bond_angles(positions, angles), *parts.values()]
    return names, np.concatenate(values, axis=1)


def bond_lengths(positions: np.ndarray, bonds: np.ndarray) -> np.ndarray:
    """Distances of bonded atoms: (n, atoms, 3) Å and (bonds, 2) to (n, bonds) Å."""
    return _norm(positions[:, bonds[:, 0]] - positions[:, bonds[:, 1]])


def bond_angles(positions: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """Angles at the middle atom: (n, atoms, 3) and (angles, 3) to (n, angles) rad.

    By the arc tangent of cross and dot product, which stays accurate near 0 and π.
    """
    one = positions[:, angles[:, 0]] - positions[:, angles[:, 1]]
    other = positions[:, angles[:, 2]] - positions[:, angles[:, 1]]
    return np.arctan2(_norm(np.cross(one, other)), _dot(one, other))


def dihedral_phases(positions: np.ndarray, dihedrals: np.ndarray) -> np.ndarray:
    """exp(iφ) of each dihedral: (n, atoms, 3) and (dihedrals, 4) to (n, dihedrals) complex.

    φ is positive when, seen along the middle bond, the far end is turned clockwise from the near
    one (IUPAC). Three atoms in a line have no plane; φ = 0 is returned there.
    """
    near, axis, far = np.moveaxis(np.diff(positions[:, dihedrals], axis=2), 2, 0)
    first, second = np.cross(near, axis), np.cross(axis, far)
    real = _dot(first, second)
    imaginary = _dot(near, second) * _norm(axis)
    size = np.hypot(real, imaginary)
    flat = size == 0
    return np.where(flat, 1, (real + 1j * imaginary) / np.where(flat, 1, size))


def _norm(vectors: np.ndarray) -> np.ndarray:
    return np.sqrt(_dot(vectors, vectors))


def _dot(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.einsum("...x,...x->...", one, other)


def _name(what: str, atoms: np.ndarray) -> str:
    return "_".join([what, *map(str, atoms.tolist())])
