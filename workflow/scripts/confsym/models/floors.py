"""The least distances of atoms that are not bonded, as some conformers have them.

Of each class of pairs the closest pair of a conformer counts: close contacts are few, and matter.
"""

import numpy as np

from confsym.geometry.internal import pair_distances
from confsym.molecules.topology import Topology

QUANTILE = 0.01
NON_BONDED = 3  # bonds between atoms that interact through space, at least


def distance_floors(topology: Topology, positions: np.ndarray) -> np.ndarray:
    """A low quantile, over conformers, of the least distance in each class of pairs.

    A class has the same two elements, and either three bonds between them or more.

    Parameters
    ----------
    topology
        Elements and bonds.
    positions : (n, atoms, 3)
        Å.

    Returns
    -------
    (atoms, atoms)
        Å; 0 for atoms fewer bonds apart.
    """
    bonds_apart = topology.bond_distances
    floors = np.zeros(bonds_apart.shape)
    first, second = np.nonzero(np.triu(bonds_apart >= NON_BONDED))
    elements = np.sort(topology.numbers[np.column_stack([first, second])], axis=1)
    pair_class = np.column_stack([elements, bonds_apart[first, second] == NON_BONDED])
    distances = pair_distances(positions, first, second)
    for kind in np.unique(pair_class, axis=0):
        in_class = (pair_class == kind).all(axis=1)
        floors[first[in_class], second[in_class]] = np.quantile(
            distances[:, in_class].min(axis=1), QUANTILE
        )
    return floors + floors.T
