"""The internal coordinates that force-field terms are functions of."""

from dataclasses import dataclass

import numpy as np
from rdkit.Chem import GetPeriodicTable

from confsym.geometry import derivatives, internal
from confsym.molecules.topology import Topology

ANGLE_ORIGIN = 2.0  # rad; any number near a usual angle serves


def _lengths(positions: np.ndarray, atoms: np.ndarray) -> np.ndarray:
    return internal.pair_distances(positions, *atoms.T)


def _cosines(positions: np.ndarray, atoms: np.ndarray) -> np.ndarray:
    return np.cos(internal.bond_angles(positions, atoms))


# What each kind measures, alone and with derivatives by the positions of its atoms.
MEASURES = {
    "stretch": (_lengths, derivatives.distances),
    "span": (_lengths, derivatives.distances),
    "distance": (_lengths, derivatives.distances),
    "bend": (internal.bond_angles, derivatives.angles),
    "angle_cosine": (_cosines, derivatives.angle_cosines),
    "dihedral": (internal.dihedral_phases, derivatives.dihedrals),
    "out_of_plane": (internal.wilson_angles, derivatives.wedges),
}
DIRECTED = ("out_of_plane",)  # others are the same when their atoms are listed backwards


@dataclass(frozen=True, eq=False)
class Coordinate:
    """A coordinate of each term of a kind.

    Parameters
    ----------
    kind
        "stretch" of a bond, "span" between the ends of an angle, "distance" of atoms that are not
        bonded, "bend" of an angle, "angle_cosine", "dihedral" (as exp(iφ)), "out_of_plane".
    atoms
        (terms, k) the atoms that it depends on.
    origin, scale
        (terms,) or a number: of what is measured, the origin is taken away and the scale divided
        out.
    """

    kind: str
    atoms: np.ndarray
    origin: np.ndarray | float = 0.0
    scale: np.ndarray | float = 1.0

    def values(self, positions: np.ndarray) -> np.ndarray:
        """From (n, atoms, 3) Å to (n, terms) Å, rad or no unit."""
        measure, _ = MEASURES[self.kind]
        values = measure(positions, self.atoms)
        return values if self.kind == "dihedral" else (values - self.origin) / self.scale


def stretches(topology: Topology, bonds: np.ndarray) -> Coordinate:
    """Lengths of bonds (terms, 2) beyond the sum of covalent radii, Å."""
    return Coordinate("stretch", bonds, usual_lengths(topology, bonds))


def bends(angles: np.ndarray) -> Coordinate:
    """Angles (terms, 3) from `ANGLE_ORIGIN`, rad."""
    return Coordinate("bend", angles, ANGLE_ORIGIN)


def spans(topology: Topology, angles: np.ndarray) -> Coordinate:
    """Distances between the ends of angles (terms, 3), from those at usual bonds and angles, Å."""
    one = usual_lengths(topology, angles[:, :2])
    other = usual_lengths(topology, angles[:, 1:])
    usual = np.sqrt(one**2 + other**2 - 2 * one * other * np.cos(ANGLE_ORIGIN))
    return Coordinate("span", angles[:, [0, 2]], usual)


def usual_lengths(topology: Topology, bonds: np.ndarray) -> np.ndarray:
    """(bonds,) sums of the covalent radii of bonded atoms (bonds, 2), Å."""
    table = GetPeriodicTable()
    radii = np.array([table.GetRcovalent(int(number)) for number in topology.numbers])
    return radii[bonds].sum(axis=1)
