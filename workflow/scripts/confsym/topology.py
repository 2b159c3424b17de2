"""The bonds of a molecule as arrays: what topology-based features need, without RDKit."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import shortest_path


@dataclass(frozen=True, eq=False)
class Topology:
    """Which atoms there are and which are bonded.

    Parameters
    ----------
    numbers
        (atoms,) atomic numbers.
    bonds
        (bonds, 2) indices of bonded atoms.
    linear
        (atoms,) whether an atom is a linear centre (sp carbon, nitrile carbon, CO2).
    """

    numbers: np.ndarray
    bonds: np.ndarray
    linear: np.ndarray

    @classmethod
    def from_description(cls, description: dict) -> "Topology":
        """Read the topology from the content of `molecule.json`."""
        atoms = description["atoms"]
        bonds = [bond["atoms"] for bond in description["bonds"]]
        return cls(
            numbers=np.array([atom["number"] for atom in atoms]),
            bonds=np.array(bonds, dtype=int).reshape(-1, 2),
            linear=np.array([atom["linear"] for atom in atoms], dtype=bool),
        )

    def relabelled(self, order: np.ndarray) -> "Topology":
        """List the atoms in another order: new atom k is old atom order[k]."""
        place = np.argsort(order)
        return Topology(self.numbers[order], place[self.bonds], self.linear[order])

    @cached_property
    def neighbours(self) -> list[list[int]]:
        """Bonded atoms of each atom, ascending."""
        lists: list[list[int]] = [[] for _ in self.numbers]
        for i, j in self.bonds.tolist():
            lists[i].append(j)
            lists[j].append(i)
        return [sorted(atoms) for atoms in lists]

    @cached_property
    def bond_distances(self) -> np.ndarray:
        """(atoms, atoms) number of bonds on the shortest path between two atoms."""
        size, (i, j) = len(self.numbers), self.bonds.T
        graph = coo_array((np.ones(len(i)), (i, j)), shape=(size, size))
        return shortest_path(graph.tocsr(), directed=False, unweighted=True).astype(int)

    @cached_property
    def angles(self) -> np.ndarray:
        """(angles, 3) atoms i, j, k with i and k bonded to j, i < k."""
        found = [
            (i, j, k)
            for j, atoms in enumerate(self.neighbours)
            for position, i in enumerate(atoms)
            for k in atoms[position + 1 :]
        ]
        return np.array(found, dtype=int).reshape(-1, 3)

    @cached_property
    def dihedrals(self) -> np.ndarray:
        """(dihedrals, 4) atoms along three bonds, once each, none about a linear centre.

        About a linear centre the plane of three atoms, and with it the dihedral, is undefined.
        """
        found = [
            (i, j, k, m)
            for j, k in (sorted(bond) for bond in self.bonds.tolist())
            if not (self.linear[j] or self.linear[k])
            for i in self.neighbours[j]
            for m in self.neighbours[k]
            if i != k and m != j and i != m
        ]
        return np.array(found, dtype=int).reshape(-1, 4)
