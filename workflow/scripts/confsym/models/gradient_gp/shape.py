"""What the process learns from, and the parts of its metric that are fixed before."""

from typing import NamedTuple

import numpy as np

from confsym.models.gradient_gp.permutations import orbits, orbits_of_two


class Sample(NamedTuple):
    """Geometries to learn from or to be tested on, in units of the process.

    Parameters
    ----------
    r, slopes
        (n, pairs) and (n, pairs, directions), Å and no unit.
    energy, slope
        (n,) and (n, directions): energies, and their derivatives along the directions.
    """

    r: np.ndarray
    slopes: np.ndarray
    energy: np.ndarray
    slope: np.ndarray

    def take(self, rows: np.ndarray) -> "Sample":
        """Those of some geometries."""
        return Sample(*(array[rows] for array in self))


class Shape(NamedTuple):
    """What is fixed: relabellings of pairs, classes of pairs and of two pairs, and r0.

    Parameters
    ----------
    pairs, inverse
        (relabellings, pairs) and their inverses.
    member, two
        (pairs,) and (pairs, pairs), from `orbits` and `orbits_of_two`.
    origin
        (pairs,) Å.
    """

    pairs: np.ndarray
    inverse: np.ndarray
    member: np.ndarray
    two: np.ndarray
    origin: np.ndarray

    @classmethod
    def of(cls, pairs: np.ndarray, r: np.ndarray) -> "Shape":
        """From relabellings of pairs, and distances (n, pairs), Å, whose means are r0."""
        member = orbits(pairs)
        means = np.bincount(member, r.mean(axis=0)) / np.bincount(member)
        return cls(pairs, np.argsort(pairs, axis=1), member, orbits_of_two(pairs), means[member])
