"""Other descriptions of the same crystal: what changes no energy per atom.

Each function takes a crystal and a random generator and returns another crystal. `MOTIONS` names
each by the symmetry that a representation needs so that the motion does not change it.
"""

from collections.abc import Callable, Sequence

import numpy as np
from ase import Atoms
from scipy.spatial.transform import Rotation

FARTHEST = 5.0  # Å along each axis: a translation leaves the cell
REPEATS = (2, 2, 2)  # of a supercell


def translation(crystal: Atoms, rng: np.random.Generator) -> Atoms:
    """Move all atoms by one vector."""
    moved = crystal.copy()
    moved.positions += rng.uniform(-FARTHEST, FARTHEST, 3)
    return moved


def rotation(crystal: Atoms, rng: np.random.Generator) -> Atoms:
    """Turn atoms and lattice vectors about the origin, uniformly at random over all rotations."""
    return _turned(crystal, Rotation.random(rng=rng).as_matrix())


def reflection(crystal: Atoms, rng: np.random.Generator) -> Atoms:
    """Mirror atoms and lattice vectors in a random plane through the origin."""
    normal = rng.normal(size=3)
    normal /= np.linalg.norm(normal)
    return _turned(crystal, np.eye(3) - 2 * np.outer(normal, normal))


def relabelling(crystal: Atoms, rng: np.random.Generator) -> Atoms:
    """List the atoms in another order, elements with them."""
    return crystal[rng.permutation(len(crystal))]


def image(crystal: Atoms, rng: np.random.Generator) -> Atoms:
    """Put a periodic image of each atom in its place, up to two cells away along each vector."""
    moved = crystal.copy()
    moved.positions += rng.integers(-2, 3, (len(moved), 3)) @ moved.cell.array
    return moved


def cell_choice(crystal: Atoms, rng: np.random.Generator) -> Atoms:
    """Add one lattice vector to another, or subtract it: the same lattice, the same volume."""
    changed, added = rng.permutation(3)[:2]
    cell = crystal.cell.array.copy()
    cell[changed] += rng.choice([-1, 1]) * cell[added]
    moved = crystal.copy()
    moved.set_cell(cell)
    return moved


def supercell(crystal: Atoms, rng: np.random.Generator) -> Atoms:
    """Take eight cells for one; nothing about it is random."""
    return crystal.repeat(REPEATS)


MOTIONS: dict[str, Callable[[Atoms, np.random.Generator], Atoms]] = {
    "translation": translation,
    "rotation": rotation,
    "reflection": reflection,
    "relabelling": relabelling,
    "image": image,
    "cell_choice": cell_choice,
    "supercell": supercell,
}


def moved(crystals: Sequence[Atoms], motion: str, seed: int) -> list[Atoms]:
    """Move each crystal in its own random way; each motion has random numbers of its own."""
    rng = np.random.default_rng([seed, list(MOTIONS).index(motion)])
    return [MOTIONS[motion](crystal, rng) for crystal in crystals]


def _turned(crystal: Atoms, matrix: np.ndarray) -> Atoms:
    turned = crystal.copy()
    turned.set_cell(crystal.cell.array @ matrix.T)
    turned.positions = crystal.positions @ matrix.T
    return turned
