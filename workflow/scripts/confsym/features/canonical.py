"""Coordinates in a pose of the molecule's own: the cheap middle way to invariance."""

import numpy as np
from rdkit import Chem

from confsym.features.raw import raw_coordinates
from confsym.topology import Topology


def canonical_coordinates(
    positions: np.ndarray, topology: Topology
) -> tuple[list[str], np.ndarray]:
    """List x, y and z of each atom after turning the molecule into its principal axes of inertia.

    Neither moving nor turning a conformer changes them. But the pose jumps where two moments of
    inertia cross or where the sign of an axis is undecided, and mirror images get poses of their
    own.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    topology
        Elements.

    Returns
    -------
    names : list of str
        `x_0`, `y_0`, `z_0` …
    values : (n, 3 atoms)
        Å.
    """
    return raw_coordinates(canonical_pose(positions, masses(topology))[0], topology)


def masses(topology: Topology) -> np.ndarray:
    """(atoms,) standard atomic weights, u."""
    table = Chem.GetPeriodicTable()
    return np.array([table.GetAtomicWeight(number) for number in topology.numbers.tolist()])


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
        Third moment along x and y, in units of the extent: what decides their signs.
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
    size = np.maximum(extents[:, :2], np.finfo(float).tiny) ** 1.5
    return turned, extents, np.abs(third) / size
