"""A conformer with its elements and bonds, all in a row: what a model on point clouds reads."""

from dataclasses import dataclass

import numpy as np

from confsym.molecules.topology import Topology


def point_cloud(positions: np.ndarray, topology: Topology) -> tuple[list[str], np.ndarray]:
    """List x, y and z of each atom, each atom's element, and the bonds between each two atoms.

    Elements and bonds are the same for every conformer; they stand in the table so that listing
    the atoms in another order changes them along with the positions.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    topology
        Elements and bonds.

    Returns
    -------
    names : list of str
        `x_0`, `y_0`, `z_0` …, then the atomic numbers `number_0` …, then `bonds_0_1` …, how many
        bonds the shortest path between two atoms has, for each pair in ascending order.
    values : (n, 4 atoms + atoms (atoms - 1) / 2)
    """
    atoms = len(topology.numbers)
    first, second = np.triu_indices(atoms, 1)
    names = [f"{axis}_{atom}" for atom in range(atoms) for axis in "xyz"]
    names += [f"number_{atom}" for atom in range(atoms)]
    names += [f"bonds_{i}_{j}" for i, j in zip(first, second, strict=True)]
    same = np.concatenate([topology.numbers, topology.bond_distances[first, second]])
    places = positions.reshape(len(positions), 3 * atoms)
    return names, np.hstack([places, np.tile(same.astype(float), (len(positions), 1))])


@dataclass(frozen=True, eq=False)
class Clouds:
    """Point clouds read back from their rows.

    Parameters
    ----------
    positions
        (n, atoms, 3) Å.
    numbers
        (n, atoms) atomic numbers.
    bonds
        (n, atoms (atoms - 1) / 2) number of bonds between the atoms of each ascending pair.
    """

    positions: np.ndarray
    numbers: np.ndarray
    bonds: np.ndarray

    @classmethod
    def from_rows(cls, values: np.ndarray) -> "Clouds":
        """Read rows of `point_cloud` (n, columns).

        Raises
        ------
        ValueError
            If no number of atoms has so many columns.
        """
        atoms = round((np.sqrt(49 + 8 * values.shape[1]) - 7) / 2)
        if atoms < 1 or 4 * atoms + atoms * (atoms - 1) // 2 != values.shape[1]:
            raise ValueError(
                f"{values.shape[1]} columns are no point cloud: one of n atoms has "
                "4 n + n (n - 1) / 2; compute the features with kind point_cloud."
            )
        places, numbers, bonds = np.split(values, [3 * atoms, 4 * atoms], axis=1)
        return cls(
            places.reshape(len(values), atoms, 3),
            np.rint(numbers).astype(int),
            np.rint(bonds).astype(int),
        )
