"""What the process sees of a geometry: distances bent by a range, and their derivatives."""

from dataclasses import dataclass

import numpy as np

LINEAR = 1e-6  # of the largest: a smaller moment of rotation is that of atoms in a line


@dataclass(frozen=True, eq=False)
class Distances:
    """Distances of all pairs of atoms, and how they change along a geometry's own directions.

    Parameters
    ----------
    r
        (n, pairs) Å.
    slopes
        (n, pairs, directions) derivatives of r along orthonormal directions of internal motion.
    directions
        (n, 3 atoms, directions) these directions: translations and rotations are not among them.
    """

    r: np.ndarray
    slopes: np.ndarray
    directions: np.ndarray

    @classmethod
    def of(cls, positions: np.ndarray) -> "Distances":
        """Of geometries (n, atoms, 3), Å."""
        r, jacobian = distances(positions)
        directions = internal_directions(positions)
        return cls(r, jacobian @ directions, directions)

    def take(self, rows: np.ndarray) -> "Distances":
        """Those of some geometries."""
        return Distances(self.r[rows], self.slopes[rows], self.directions[rows])

    def along(self, forces: np.ndarray) -> np.ndarray:
        """(n, directions) components of forces (n, atoms, 3) along the directions."""
        return np.einsum("nxd,nx->nd", self.directions, forces.reshape(len(forces), -1))


def distances(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distances of the ascending pairs of atoms, and their derivatives.

    Returns
    -------
    r : (n, pairs)
        Å.
    jacobian : (n, pairs, 3 atoms)
    """
    count, atoms, _ = positions.shape
    first, second = np.triu_indices(atoms, 1)
    difference = positions[:, first] - positions[:, second]
    r = np.sqrt(np.einsum("npx,npx->np", difference, difference))
    unit = difference / r[..., None]
    jacobian = np.zeros((count, len(first), atoms, 3))
    pair = np.arange(len(first))
    jacobian[:, pair, first] = unit
    jacobian[:, pair, second] = -unit
    return r, jacobian.reshape(count, len(first), 3 * atoms)


def internal_directions(positions: np.ndarray) -> np.ndarray:
    """Orthonormal directions that are neither translation nor rotation.

    Energies of an isolated molecule do not change along those, so that forces have no component
    there, and leaving them out makes a kernel matrix smaller. Where atoms of any geometry lie in a
    line, rotations are kept, since there are then only two.

    Returns
    -------
    (n, 3 atoms, directions)
    """
    count, atoms, _ = positions.shape
    centred = positions - positions.mean(axis=1, keepdims=True)
    rigid = np.zeros((count, atoms, 3, 6))
    for axis, unit in enumerate(np.eye(3)):
        rigid[..., axis, axis] = 1
        rigid[..., 3 + axis] = np.cross(unit, centred)
    rigid = rigid.reshape(count, 3 * atoms, 6)
    size = np.linalg.svd(rigid[..., 3:], compute_uv=False)
    known = 3 if np.any(size[:, 2] <= LINEAR * size[:, 0]) else 6
    return np.linalg.qr(rigid[..., :known], mode="complete")[0][..., known:]
