"""The terms of a force field, found from the bonds: which there are, and which are equivalent.

Atoms get a label; terms of the same kind whose labels and bond orders agree, read in either
direction, form a class. A force field has one set of constants for a class, so what matters to it
is the sum over the class.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from confsym.features.labels import bond_sign
from confsym.molecules.topology import Topology


@dataclass(frozen=True, eq=False)
class Terms:
    """Terms of one kind, those of a class side by side.

    Parameters
    ----------
    names
        (classes,) what each class is called: its labels and bonds, "C1-C1=O7".
    atoms
        (terms, k) the atoms of each term, in the order in which the name has them.
    starts
        (classes,) the first term of each class.
    """

    names: list[str]
    atoms: np.ndarray
    starts: np.ndarray

    @classmethod
    def of(cls, width: int, named_terms: Iterable[tuple[str, Sequence[int]]]) -> "Terms":
        """Sort terms of so many atoms, (name of the class, atoms), into their classes."""
        ordered = sorted(named_terms)
        names, starts = np.unique([name for name, _ in ordered], return_index=True)
        atoms = np.array([atoms for _, atoms in ordered], dtype=int).reshape(-1, width)
        return cls(names.tolist(), atoms, starts)

    def classes(self) -> Iterator[tuple[str, np.ndarray]]:
        """The name of each class, and the atoms (terms, k) of its terms."""
        yield from zip(self.names, np.split(self.atoms, self.starts)[1:], strict=True)

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Sum the values of the terms over each class: (n, terms) to (n, classes)."""
        if not len(self.starts):
            return np.empty((len(values), 0))
        return np.add.reduceat(values, self.starts, axis=1)


def bonds(topology: Topology, names: list[str]) -> Terms:
    """Bonded pairs of atoms."""
    return Terms.of(2, (_named(topology, names, pair) for pair in topology.bonds.tolist()))


def angles(topology: Topology, names: list[str], linear: bool) -> Terms:
    """Angles at centres that are linear, or at those that are not."""
    bent_or_linear = topology.angles[topology.linear[topology.angles[:, 1]] == linear].tolist()
    return Terms.of(3, (_named(topology, names, angle) for angle in bent_or_linear))


def oriented_angles(topology: Topology, names: list[str]) -> Terms:
    """Angles at centres that are not linear, each once in either direction.

    A bond that is stretched and an angle that is bent couple; which of the two bonds it is matters.
    """
    bent = topology.angles[~topology.linear[topology.angles[:, 1]]]
    return _both_ways(topology, names, bent)


def torsions(topology: Topology, names: list[str]) -> Terms:
    """Dihedrals about bonds between centres that are not linear."""
    return Terms.of(4, (_named(topology, names, quad) for quad in topology.dihedrals.tolist()))


def oriented_torsions(topology: Topology, names: list[str]) -> Terms:
    """The same dihedrals, each once in either direction: which end is meant matters."""
    return _both_ways(topology, names, topology.dihedrals)


def forks(topology: Topology, names: list[str]) -> Terms:
    """Atoms i, j, k, l with angles i-j-k and l-j-k: two angles with the bond j-k in common.

    Angles at linear centres are left out.
    """
    named_forks = []
    for centre in np.flatnonzero(~topology.linear).tolist():
        for shared in topology.neighbours[centre]:
            stem = f"{names[centre]}{bond_sign(topology, centre, shared)}{names[shared]}"
            arms = sorted(
                (f"{bond_sign(topology, centre, arm)}{names[arm]}", arm)
                for arm in topology.neighbours[centre]
                if arm != shared
            )
            for (label, i), (last_label, last) in combinations(arms, 2):
                named_forks.append((f"{stem}({label}, {last_label})", (i, centre, shared, last)))
    return Terms.of(4, named_forks)


def oriented_forks(topology: Topology, names: list[str]) -> Terms:
    """The same pairs of angles, each once in either order: which angle is meant matters."""
    unoriented = forks(topology, names)
    named_forks = []
    for centre, shared, pair in ((j, k, (i, m)) for i, j, k, m in unoriented.atoms.tolist()):
        stem = f"{names[centre]}{bond_sign(topology, centre, shared)}{names[shared]}"
        for i, last in (pair, pair[::-1]):
            label, last_label = (
                f"{bond_sign(topology, centre, arm)}{names[arm]}" for arm in (i, last)
            )
            named_forks.append((f"{stem}({label}, {last_label})", (i, centre, shared, last)))
    return Terms.of(4, named_forks)


def opposite_angles(topology: Topology, names: list[str]) -> Terms:
    """Atoms i, j, k, l, m with angles i-j-k and l-j-m: two angles of a centre, no bond in common.

    Angles at linear centres are left out.
    """
    named_angles = []
    for centre in np.flatnonzero(~topology.linear).tolist():
        arms = {a: bond_sign(topology, centre, a) + names[a] for a in topology.neighbours[centre]}
        angles = [
            (f"{arms[i]}, {arms[k]}", (i, k))
            for i, k in (sorted(pair, key=arms.get) for pair in combinations(arms, 2))
        ]
        for (label, (i, k)), (opposite_label, (m, n)) in combinations(sorted(angles), 2):
            if len({i, k, m, n}) == 4:
                named_angles.append(
                    (f"{names[centre]}({label} | {opposite_label})", (i, centre, k, m, n))
                )
    return Terms.of(5, named_angles)


def adjacent_torsions(topology: Topology, names: list[str]) -> Terms:
    """Atoms along four bonds: two dihedrals that have the middle angle in common."""
    return Terms.of(
        5, (_named(topology, names, chain) for chain in _chains_of_five(topology).tolist())
    )


def oriented_adjacent_torsions(topology: Topology, names: list[str]) -> Terms:
    """The same, each once in either direction: which dihedral is meant matters."""
    return _both_ways(topology, names, _chains_of_five(topology))


def _chains_of_five(topology: Topology) -> np.ndarray:
    """(chains, 5) distinct atoms along four bonds, once each, no inner one a linear centre."""
    chains = [
        (i, j, k, m, last)
        for k, neighbours in enumerate(topology.neighbours)
        for j, m in combinations(neighbours, 2)
        if not topology.linear[[j, k, m]].any()
        for i in topology.neighbours[j]
        for last in topology.neighbours[m]
        if len({i, j, k, m, last}) == 5
    ]
    return np.array(chains, dtype=int).reshape(-1, 5)


def wedges(topology: Topology, names: list[str]) -> Terms:
    """Atoms i, j, k, l with j bonded to just i, k and l: l out of the plane of the others.

    The three of a centre are of one class.
    """
    named_wedges = []
    for centre, neighbours in enumerate(topology.neighbours):
        if len(neighbours) == 3:
            arms = sorted(bond_sign(topology, centre, atom) + names[atom] for atom in neighbours)
            name = f"{names[centre]}({', '.join(arms)})"
            for last in range(3):
                i, k = (atom for position, atom in enumerate(neighbours) if position != last)
                named_wedges.append((name, (i, centre, k, neighbours[last])))
    return Terms.of(4, named_wedges)


def pairs(topology: Topology, names: list[str], mask: Iterable[bool]) -> Terms:
    """Pairs of atoms by the elements of `mask`, an (atoms, atoms) mask."""
    i, j = np.nonzero(np.triu(np.asarray(mask), 1))
    named_pairs = []
    for first, second in zip(i.tolist(), j.tolist(), strict=True):
        name, atoms = min(
            ((names[a], names[b]), (a, b)) for a, b in ((first, second), (second, first))
        )
        named_pairs.append(("…".join(name), atoms))
    return Terms.of(2, named_pairs)


def _both_ways(topology: Topology, names: list[str], chains: np.ndarray) -> Terms:
    both_directions = [
        chain_as_read for chain in chains.tolist() for chain_as_read in (chain, chain[::-1])
    ]
    return Terms.of(
        chains.shape[1],
        (
            (_spelled(topology, names, chain_as_read), chain_as_read)
            for chain_as_read in both_directions
        ),
    )


def _named(topology: Topology, names: list[str], atoms: list[int]) -> tuple[str, list[int]]:
    """A chain of bonded atoms, read in the direction that comes first in the alphabet."""
    return min((_spelled(topology, names, way), way) for way in (atoms, atoms[::-1]))


def _spelled(topology: Topology, names: list[str], chain: list[int]) -> str:
    """Labels and bonds of a chain, and the size of a small ring that it lies in."""
    pieces = [names[chain[0]]]
    for atom, following in pairwise(chain):
        pieces += [bond_sign(topology, atom, following), names[following]]
    shared_neighbours = {*topology.neighbours[chain[0]]} & {*topology.neighbours[chain[-1]]}
    if len(chain) > 2 and topology.bond_distances[chain[0], chain[-1]] == 1:
        pieces.append(f"@{len(chain)}")
    elif len(chain) > 2 and shared_neighbours - set(chain):
        pieces.append(f"@{len(chain) + 1}")
    return "".join(pieces)
