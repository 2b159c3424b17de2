"""How far a geometry lies outside of what the training geometries' distances of atoms span.

This is for models that have no coordinates of their own to measure how far they extrapolate.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from confsym.geometry.internal import all_distances, sorted_within
from confsym.models.copies import distinct
from confsym.molecules.topology import Topology


@dataclass(frozen=True)
class Ranges:
    """Shortest and longest distances, of pairs in the order of `sorted_distances`.

    Parameters
    ----------
    least, most
        (pairs,) Å.
    """

    least: tuple[float, ...]
    most: tuple[float, ...]

    @classmethod
    def of(cls, distances: np.ndarray) -> Self:
        """Of distances (n, pairs), Å, of training geometries."""
        return cls(tuple(distances.min(axis=0).tolist()), tuple(distances.max(axis=0).tolist()))

    def outside(self, distances: np.ndarray) -> np.ndarray:
        """(n,) Å: how far outside of its range a distance is, the worst of (n, pairs)."""
        below, above = np.array(self.least) - distances, distances - np.array(self.most)
        return np.maximum(below, above).max(axis=1).clip(0)


def largest_gap(distances: np.ndarray) -> float:
    """How far outside of the others' ranges the worst training geometry is: (n, pairs) Å to Å.

    Copies of a geometry do not count among the others.
    """
    ascending = np.sort(distances[distinct(distances)], axis=0)
    if len(ascending) < 2:
        return 0.0
    return float(max((ascending[1] - ascending[0]).max(), (ascending[-1] - ascending[-2]).max()))


def sorted_distances(positions: np.ndarray, description: Mapping[str, Any]) -> np.ndarray:
    """Distances of all pairs of atoms, ascending among pairs that the bonds cannot tell apart.

    Pairs are taken for alike by the classes of their atoms and by the bonds between them, so that
    the values do not depend on the order of equivalent atoms.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    description
        The molecule, as `molecule.json` has it.

    Returns
    -------
    (n, pairs)
        Å.
    """
    topology = Topology.from_description(dict(description))
    classes = np.array([atom["equivalence_class"] for atom in description["atoms"]])
    return sorted_within(all_distances(positions), topology.pair_kinds(classes))
