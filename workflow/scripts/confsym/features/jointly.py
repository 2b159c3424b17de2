"""Columns of several feature sets side by side, and weighted sums of them with gradients."""

from typing import NamedTuple, Protocol

import numpy as np

from confsym.features.columns import Columns
from confsym.features.surface import Surface

BATCH = 16  # conformers at a time: bounds memory


class WithDerivatives(Protocol):
    """Columns with derivatives.

    Attributes
    ----------
    names
        (columns,)
    """

    names: list[str]

    def values(self, positions: np.ndarray) -> np.ndarray:
        """Values (n, columns) at positions (n, atoms, 3) Å."""

    def jacobian(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values (n, columns) and their derivatives (n, 3 atoms, columns), per Å."""


class Jointly:
    """Columns of some parts, one part after the other.

    Parameters
    ----------
    parts
        Columns of products, and of descriptors.
    """

    def __init__(self, column_sets: list[WithDerivatives]):
        self.parts = column_sets
        self.names = [name for columns in column_sets for name in columns.names]

    def values(self, positions: np.ndarray) -> np.ndarray:
        """Values (n, columns) at positions (n, atoms, 3) Å."""
        return np.concatenate([part.values(positions) for part in self.parts], axis=1)

    def jacobian(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values (n, columns) and their derivatives (n, 3 atoms, columns), per Å."""
        results = [columns.jacobian(positions) for columns in self.parts]
        if len(results) == 1:
            return results[0]
        values, derivatives = zip(*results, strict=True)
        return np.concatenate(values, axis=1), np.concatenate(derivatives, axis=2)

    def surface(self, weights: np.ndarray) -> "JointSurface":
        """The sum of the columns with weights (columns,)."""
        ends = np.cumsum([len(columns.names) for columns in self.parts])[:-1]
        surfaces = [
            Surface(columns, column_weights)
            if isinstance(columns, Columns)
            else Weighted(columns, column_weights)
            for columns, column_weights in zip(self.parts, np.split(weights, ends), strict=True)
        ]
        return JointSurface(surfaces)


class Weighted(NamedTuple):
    """A weighted sum of columns.

    Parameters
    ----------
    columns
        The columns.
    weights
        (columns,) kcal/mol per unit of each.
    """

    columns: WithDerivatives
    weights: np.ndarray

    def energies_and_gradients(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """From (n, atoms, 3) Å to energies (n,) kcal/mol and gradients of that shape, per Å."""
        energies, gradients = np.empty(len(positions)), np.empty(positions.shape)
        for start in range(0, len(positions), BATCH):
            batch = slice(start, start + BATCH)
            values, derivatives = self.columns.jacobian(positions[batch])
            energies[batch] = values @ self.weights
            gradients[batch] = (derivatives @ self.weights).reshape(positions[batch].shape)
        return energies, gradients


class JointSurface(NamedTuple):
    """The sum of some surfaces."""

    surfaces: list[Surface | Weighted]

    def energies_and_gradients(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """From (n, atoms, 3) Å to energies (n,) kcal/mol and gradients of that shape, per Å."""
        results = [surface.energies_and_gradients(positions) for surface in self.surfaces]
        energies, gradients = zip(*results, strict=True)
        return sum(energies), sum(gradients)
