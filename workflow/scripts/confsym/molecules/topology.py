"""The bonds of a molecule as arrays: what features need to know beside positions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import shortest_path

# Arrays of a topology and their types, for plain data; the others may be None.
PLAIN = {
    "numbers": int,
    "bonds": int,
    "orders": float,
    "kekule_orders": float,
    "formal_charges": int,
    "linear": bool,
}
OPTIONAL = {"isotopes": int, "dative": bool}


@dataclass(frozen=True, eq=False)
class MMFFAtoms:
    """How MMFF94 sees the atoms.

    Parameters
    ----------
    types
        (atoms,) MMFF94 atom types.
    charges
        (atoms,) partial charges, elementary charges.
    radii
        Distance R* of minimal van der Waals energy, Å, for each ascending pair of types.
    """

    types: np.ndarray
    charges: np.ndarray
    radii: Mapping[tuple[int, int], float]

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> "MMFFAtoms":
        """What has this plain data."""
        return cls(
            types=np.array(data["types"], dtype=int),
            charges=np.array(data["charges"], dtype=float),
            radii={tuple(types): radius for types, radius in data["radii"]},
        )

    def plain(self) -> dict[str, Any]:
        """All of it as plain data for JSON."""
        return {
            "types": self.types.tolist(),
            "charges": self.charges.tolist(),
            "radii": [[list(types), radius] for types, radius in self.radii.items()],
        }


@dataclass(frozen=True, eq=False)
class Topology:
    """Which atoms there are and which are bonded.

    Parameters
    ----------
    numbers
        (atoms,) atomic numbers.
    bonds
        (bonds, 2) indices of bonded atoms.
    orders
        (bonds,) bond orders; 1.5 for aromatic bonds.
    kekule_orders
        (bonds,) bond orders in the one Kekulé form that MMFF94 is given.
    formal_charges
        (atoms,) elementary charges.
    linear
        (atoms,) whether an atom is a linear centre (sp carbon, nitrile carbon, CO2).
    mmff
        How MMFF94 sees the atoms; None for a molecule that it has no parameters for.
    isotopes
        (atoms,) mass numbers, 0 for the natural mixture; None where all are that.
    dative
        (bonds,) whether the first atom gives both electrons; None where no bond is dative.
    """

    numbers: np.ndarray
    bonds: np.ndarray
    orders: np.ndarray
    kekule_orders: np.ndarray
    formal_charges: np.ndarray
    linear: np.ndarray
    mmff: MMFFAtoms | None = None
    isotopes: np.ndarray | None = None
    dative: np.ndarray | None = None

    @classmethod
    def from_description(cls, description: dict) -> "Topology":
        """Read the topology from the content of `molecule.json`."""
        atoms = description["atoms"]
        bonds = [bond["atoms"] for bond in description["bonds"]]
        return cls(
            numbers=np.array([atom["number"] for atom in atoms]),
            bonds=np.array(bonds, dtype=int).reshape(-1, 2),
            orders=np.array([bond["order"] for bond in description["bonds"]], dtype=float),
            kekule_orders=np.array(
                [bond["kekule_order"] for bond in description["bonds"]], dtype=float
            ),
            formal_charges=np.array([atom["formal_charge"] for atom in atoms]),
            linear=np.array([atom["linear"] for atom in atoms], dtype=bool),
            mmff=_mmff_atoms(description),
            isotopes=np.array([atom["isotope"] for atom in atoms]),
            dative=np.array([bond["dative"] for bond in description["bonds"]], dtype=bool),
        )

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> "Topology":
        """The topology that has this plain data."""
        arrays = {name: np.array(data[name], dtype=kind) for name, kind in PLAIN.items()}
        arrays["bonds"] = arrays["bonds"].reshape(-1, 2)
        optional = {
            name: None if data[name] is None else np.array(data[name], dtype=kind)
            for name, kind in OPTIONAL.items()
        }
        return cls(**arrays, **optional, mmff=data["mmff"] and MMFFAtoms.from_plain(data["mmff"]))

    def plain(self) -> dict[str, Any]:
        """All of it as plain data for JSON."""
        arrays = {name: getattr(self, name).tolist() for name in PLAIN}
        optional = {
            name: None if getattr(self, name) is None else getattr(self, name).tolist()
            for name in OPTIONAL
        }
        return arrays | optional | {"mmff": self.mmff and self.mmff.plain()}

    def relabelled(self, order: np.ndarray) -> "Topology":
        """List the atoms in another order: new atom k is old atom order[k]."""
        new_index = np.argsort(order)
        return Topology(
            numbers=self.numbers[order],
            bonds=new_index[self.bonds],
            orders=self.orders,
            kekule_orders=self.kekule_orders,
            formal_charges=self.formal_charges[order],
            linear=self.linear[order],
            mmff=self.mmff
            and replace(self.mmff, types=self.mmff.types[order], charges=self.mmff.charges[order]),
            isotopes=None if self.isotopes is None else self.isotopes[order],
            dative=self.dative,
        )

    @cached_property
    def neighbours(self) -> list[list[int]]:
        """Bonded atoms of each atom, ascending."""
        lists: list[list[int]] = [[] for _ in self.numbers]
        for i, j in self.bonds.tolist():
            lists[i].append(j)
            lists[j].append(i)
        return [sorted(atoms) for atoms in lists]

    @cached_property
    def order_of(self) -> dict[tuple[int, int], float]:
        """Bond order of each ascending pair of bonded atoms."""
        pairs = np.sort(self.bonds, axis=1).tolist()
        return dict(zip(map(tuple, pairs), self.orders.tolist(), strict=True))

    @cached_property
    def bond_distances(self) -> np.ndarray:
        """(atoms, atoms) number of bonds on the shortest path between two atoms."""
        size, (i, j) = len(self.numbers), self.bonds.T
        graph = coo_array((np.ones(len(i)), (i, j)), shape=(size, size))
        return shortest_path(graph.tocsr(), directed=False, unweighted=True).astype(int)

    def pair_kinds(self, classes: np.ndarray) -> np.ndarray:
        """(pairs,) a number for each ascending pair of atoms: what tells pairs apart.

        The classes (atoms,) of the two atoms, and how many bonds are between them.
        """
        first, second = np.triu_indices(len(classes), 1)
        end_classes = np.sort(np.stack([classes[first], classes[second]]), axis=0)
        kinds = np.stack([*end_classes, self.bond_distances[first, second]])
        return np.unique(kinds, axis=1, return_inverse=True)[1].ravel()

    @cached_property
    def angles(self) -> np.ndarray:
        """(angles, 3) atoms i, j, k with i and k bonded to j, i < k."""
        triples = [
            (i, j, k)
            for j, atoms in enumerate(self.neighbours)
            for position, i in enumerate(atoms)
            for k in atoms[position + 1 :]
        ]
        return np.array(triples, dtype=int).reshape(-1, 3)

    @cached_property
    def dihedrals(self) -> np.ndarray:
        """(dihedrals, 4) atoms along three bonds, once each, none about a linear centre.

        About a linear centre the plane of three atoms, and with it the dihedral, is undefined.
        """
        quads = [
            (i, j, k, m)
            for j, k in (sorted(bond) for bond in self.bonds.tolist())
            if not (self.linear[j] or self.linear[k])
            for i in self.neighbours[j]
            for m in self.neighbours[k]
            if i != k and m != j and i != m
        ]
        return np.array(quads, dtype=int).reshape(-1, 4)


def _mmff_atoms(description: dict) -> MMFFAtoms | None:
    if description["mmff_radii"] is None:
        return None
    atoms = description["atoms"]
    return MMFFAtoms(
        types=np.array([atom["mmff_type"] for atom in atoms]),
        charges=np.array([atom["mmff_charge"] for atom in atoms]),
        radii={tuple(pair["types"]): pair["radius"] for pair in description["mmff_radii"]},
    )
