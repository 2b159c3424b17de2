"""Motions that leave the energy of a molecule as it is.

Each function takes positions (n, atoms, 3) in Å, some the molecule as well, and returns the moved
positions. `relabelling` also changes the order of the atoms.

Vectors at the atoms, such as forces, follow by the linear part of a motion. Beside each motion that
has another part stands the function that moves them, called as the motion is. Motions that only
exchange atoms move vectors themselves.
"""

import numpy as np
from rdkit import Chem
from scipy.spatial.transform import Rotation

from confsym.molecules.automorphisms import random_automorphism
from confsym.transforms.order import relabelled_order

AUTOMORPHISMS = 64  # random symmetries of the graph that `equivalent_swap` draws from


def translation(positions: np.ndarray, vector: list[float]) -> np.ndarray:
    """Move every atom by one vector (Å)."""
    return positions + np.array(vector, dtype=float)


def translated_vectors(vectors: np.ndarray, vector: list[float]) -> np.ndarray:
    """Leave vectors (n, atoms, 3) as they are, whatever the displacement."""
    return vectors


def rotation(positions: np.ndarray, seed: int) -> np.ndarray:
    """Turn each conformer about its centroid, uniformly at random over all rotations."""
    return _turned(positions, np.random.default_rng(seed))


def rotated_vectors(vectors: np.ndarray, seed: int) -> np.ndarray:
    """Turn vectors (n, atoms, 3) as `rotation` turns their conformers."""
    return _turned_vectors(vectors, np.random.default_rng(seed))


def reflection(positions: np.ndarray, normal: list[float]) -> np.ndarray:
    """Mirror each conformer in a plane through its centroid."""
    centroid = positions.mean(axis=1, keepdims=True)
    return positions - _twice_along(positions - centroid, normal)


def reflected_vectors(vectors: np.ndarray, normal: list[float]) -> np.ndarray:
    """Mirror vectors (n, atoms, 3) as `reflection` mirrors their conformers."""
    return vectors - _twice_along(vectors, normal)


def displacement(positions: np.ndarray, seed: int, largest: float) -> np.ndarray:
    """Move each conformer by up to `largest` Å along each axis."""
    return _displaced(positions, largest, np.random.default_rng(seed))


def random_pose(positions: np.ndarray, seed: int, displacement: float) -> np.ndarray:
    """Turn each conformer at random and move it by up to `displacement` Å along each axis."""
    rng = np.random.default_rng(seed)
    return _displaced(_turned(positions, rng), displacement, rng)


def random_pose_vectors(vectors: np.ndarray, seed: int, displacement: float) -> np.ndarray:
    """Turn vectors (n, atoms, 3) as `random_pose` turns their conformers."""
    return _turned_vectors(vectors, np.random.default_rng(seed))


def relabelling(positions: np.ndarray, seed: int) -> np.ndarray:
    """List the atoms of every conformer in another order."""
    return positions[:, relabelled_order(positions.shape[1], seed)]


def equivalent_swap(positions: np.ndarray, molecule: Chem.Mol, seed: int) -> np.ndarray:
    """Exchange the coordinates of atoms that the bonds cannot tell apart.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    molecule
        For the reorderings of its atoms that map the molecular graph onto itself.
    seed
        Which of them are drawn, and which one each conformer gets.
    """
    rng = np.random.default_rng(seed)
    automorphisms = [random_automorphism(molecule, rng) for _ in range(AUTOMORPHISMS)]
    return exchanged(positions, np.unique(automorphisms, axis=0), seed)


def exchanged(positions: np.ndarray, automorphisms: np.ndarray, seed: int) -> np.ndarray:
    """Reorder the coordinates of each conformer by one of the automorphisms (k, atoms)."""
    # A stream of its own: the seed's first one has drawn the automorphisms.
    rng = np.random.default_rng(np.random.SeedSequence(seed).spawn(1)[0])
    orders = automorphisms[rng.integers(len(automorphisms), size=len(positions))]
    return np.take_along_axis(positions, orders[:, :, None], axis=1)


def same_element_swap(positions: np.ndarray, molecule: Chem.Mol, seed: int) -> np.ndarray:
    """Exchange the coordinates of two atoms of one element, drawn anew for each conformer.

    Quantum chemistry cannot tell them apart. A force field can, because its bonds stay where they
    were: its models are not expected to be unmoved.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    molecule
        For its elements.
    seed
        Which pair each conformer gets.
    """
    numbers = np.array([atom.GetAtomicNum() for atom in molecule.GetAtoms()])
    first, second = np.triu_indices(len(numbers), 1)
    pairs = np.column_stack([first, second])[numbers[first] == numbers[second]]
    moved = positions.copy()
    if len(pairs):
        drawn_pairs = pairs[np.random.default_rng(seed).integers(len(pairs), size=len(positions))]
        rows = np.arange(len(positions))[:, None]
        moved[rows, drawn_pairs] = positions[rows, drawn_pairs[:, ::-1]]
    return moved


def _twice_along(vectors: np.ndarray, normal: list[float]) -> np.ndarray:
    unit = np.array(normal, dtype=float) / np.linalg.norm(normal)
    return 2 * (vectors @ unit)[..., None] * unit


def _displaced(positions: np.ndarray, largest: float, rng: np.random.Generator) -> np.ndarray:
    return positions + rng.uniform(-largest, largest, (len(positions), 1, 3))


def _turned(positions: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    centroid = positions.mean(axis=1, keepdims=True)
    return _turned_vectors(positions - centroid, rng) + centroid


def _turned_vectors(vectors: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    matrices = Rotation.random(len(vectors), rng=rng).as_matrix()
    return vectors @ np.swapaxes(matrices, 1, 2)
