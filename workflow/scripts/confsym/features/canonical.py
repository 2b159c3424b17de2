"""Coordinates in a pose of the molecule's own: the cheap middle way to invariance."""

import numpy as np

from confsym.errors import StudyError
from confsym.features.raw import raw_coordinates
from confsym.geometry.principal_axes import canonical_pose, undecided
from confsym.molecules.rdkit_molecule import masses
from confsym.molecules.topology import Topology


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

    Raises
    ------
    StudyError
        If a conformer is so symmetric that round-off alone would choose its pose.
    """
    turned, extents, skewness = canonical_pose(positions, masses(topology))
    if undecided(extents, skewness).any():
        raise StudyError(
            "features: the kind canonical_coordinates needs principal axes of different extents "
            "whose two ends differ, and a conformer is too symmetric for that, so that its pose "
            "would be left to round-off; leave that feature and its experiments out."
        )
    return raw_coordinates(turned, topology)
