"""Principal axes of inertia: a pose that depends on the conformer alone."""

import numpy as np

ROUND_OFF = 1e-6  # Å: extents below it are round-off
UNDECIDED = 1e-9  # of an extent, or of a third moment: round-off alone would choose the pose


def canonical_pose(
    positions: np.ndarray, mass: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Turn each conformer so that its mass extends most along x and least along z.

    The two longer axes point to where the third moment of the mass is positive; the last one makes
    them right-handed, so that no conformer is mirrored.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    mass : (atoms,)
        u.

    Returns
    -------
    turned : (n, atoms, 3)
        Å, the centre of mass at the origin.
    extents : (n, 3)
        Mean square extent along x, y and z, Å², descending.
    skewness : (n, 2)
        Third moment along x and y, in units of the extent: what decides their signs. 0 along an
        axis on which all mass lies at one point, up to round-off.
    """
    weight = mass / mass.sum()
    centred = positions - np.einsum("a,nax->nx", weight, positions)[:, None]
    tensor = np.einsum("a,nax,nay->nxy", weight, centred, centred)
    extents, axes = np.linalg.eigh(tensor)
    extents, axes = np.maximum(extents[:, ::-1], 0), axes[:, :, ::-1]  # longest first
    long = axes[:, :, :2]
    third = np.einsum("a,nax->nx", weight, (centred @ long) ** 3)
    long = long * np.where(third < 0, -1, 1)[:, None]
    last = np.cross(long[:, :, 0], long[:, :, 1])
    turned = centred @ np.concatenate([long, last[:, :, None]], axis=2)
    extended = extents[:, :2] > ROUND_OFF**2
    size = np.where(extended, extents[:, :2], 1.0) ** 1.5
    return turned, extents, np.where(extended, np.abs(third) / size, 0.0)


def undecided(extents: np.ndarray, skewness: np.ndarray) -> np.ndarray:
    """Tell of each conformer whether its canonical pose is left to round-off.

    Parameters
    ----------
    extents : (n, 3)
    skewness : (n, 2)
        Both from `canonical_pose`. An axis along which all atoms lie at one point has no say.

    Returns
    -------
    (n,) of bool
    """
    extended = extents[:, :2] > ROUND_OFF**2
    alike = extents[:, :2] - extents[:, 1:] <= UNDECIDED * extents[:, :2]
    return (extended & (alike | (skewness <= UNDECIDED))).any(axis=1)
