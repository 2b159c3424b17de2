"""Descriptors of atoms, summed over the atoms of each element, with their derivatives."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from confsym.features.per_element import elements, summed_names, symbols
from confsym.molecules.topology import Topology

# From positions (atoms, 3), Å, to an atom's values (atoms, features), and their derivatives by all
# positions (atoms, 3 atoms, features).
Described = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True, eq=False)
class DescriptorColumns:
    """Columns of a descriptor, like those of its table, with their derivatives.

    Parameters
    ----------
    topology
        Elements.
    columns
        What `summed_names` takes: (kind, rest) of each column of an atom.
    describe
        Values and derivatives of one geometry.
    """

    topology: Topology
    columns: list[tuple[str, str]]
    describe: Described

    @property
    def names(self) -> list[str]:
        """(columns,) as in the table."""
        return summed_names(self.topology, self.columns)

    @property
    def kinds(self) -> list[str]:
        """(columns,) which columns act alike: of one kind, about one element."""
        return [f"{kind}_{one}" for one in symbols(self.topology) for kind, _ in self.columns]

    def values(self, positions: np.ndarray) -> np.ndarray:
        """Values (n, columns) at positions (n, atoms, 3) Å."""
        return self.jacobian(positions)[0]

    def jacobian(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values (n, columns) and their derivatives (n, 3 atoms, columns), per Å."""
        width = len(self.columns) * len(symbols(self.topology))
        values = np.empty((len(positions), width))
        derivatives = np.empty((len(positions), positions[0].size if len(positions) else 0, width))
        members = [self.topology.numbers == number for number in elements(self.topology)]
        for row, place in enumerate(positions):
            value, derivative = self.describe(np.ascontiguousarray(place))
            values[row] = np.concatenate([value[chosen].sum(axis=0) for chosen in members])
            sums = [derivative[chosen].sum(axis=0) for chosen in members]
            derivatives[row] = np.concatenate(sums, axis=1)
        return values, derivatives
