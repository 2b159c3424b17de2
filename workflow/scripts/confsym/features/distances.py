"""Inverse distances of all pairs of atoms."""

import numpy as np

from confsym.features.pair_classes import pair_classes
from confsym.geometry.internal import pair_distances
from confsym.molecules.topology import Topology


def inverse_distances(
    positions: np.ndarray, topology: Topology, order: str
) -> tuple[list[str], np.ndarray]:
    """List 1/r of every pair of atoms.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    topology
        Elements and bonds.
    order
        "atoms": pairs as the atoms are listed. "sorted": pairs in sets of the same two elements
        and the same number of bonds between them, the values of a set in descending order. Values
        are sorted, never atoms, so that the columns stay continuous in the positions.

    Returns
    -------
    names : list of str
        `inverse_i_j`, or `inverse_6_8_3_0`: elements, bonds between, rank within the set.
    values : (n, atoms (atoms - 1) / 2)
        1/Å.
    """
    first, second = np.triu_indices(len(topology.numbers), 1)
    values = 1 / pair_distances(positions, first, second)
    if order == "atoms":
        return [f"inverse_{i}_{j}" for i, j in zip(first, second, strict=True)], values
    sets, member = pair_classes(topology.numbers, topology.bond_distances[first, second])
    names, columns = [], []
    for label, atoms in enumerate(sets.tolist()):
        chosen = values[:, member == label]
        columns.append(np.sort(chosen, axis=1)[:, ::-1])
        prefix = "_".join(map(str, atoms))
        names += [f"inverse_{prefix}_{rank}" for rank in range(chosen.shape[1])]
    return names, np.concatenate(columns, axis=1)
