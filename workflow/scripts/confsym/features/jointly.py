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

    def __init__(self, parts: list[WithDerivatives]):
        self.parts = parts
        self.names = [name for part in parts for name in part.names]

    def values(self, positions: np.ndarray) -> np.ndarray:
        """Values (n, columns) at positions (n, atoms, 3) Å."""
        return np.concatenate([part.values(positions) for part in self.parts], axis=1)

    def jacobian(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values (n, columns) and their derivatives (n, 3 atoms, columns), per Å."""
        found = [part.jacobian(positions) for part in self.parts]
        if len(found) == 1:
            return found[0]
        values, derivatives = zip(*found, strict=True)
        return np.concatenate(values, axis=1), np.concatenate(derivatives, axis=2)

    def surface(self, weights: np.ndarray) -> "JointSurface":
        """The sum of the columns with weights (columns,)."""
        ends = np.cumsum([len(part.names) for part in self.parts])[:-1]
        surfaces = [
            Surface(part, chosen) if isinstance(part, Columns) else Weighted(part, chosen)
            for part, chosen in zip(self.parts, np.split(weights, ends), strict=True)
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
            here = slice(start, start + BATCH)
            values, derivatives = self.columns.jacobian(positions[here])
            energies[here] = values @ self.weights
            gradients[here] = (derivatives @ self.weights).reshape(positions[here].shape)
        return energies, gradients


class JointSurface(NamedTuple):
    """The sum of some surfaces."""

    surfaces: list[Surface | Weighted]

    def energies_and_gradients(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """From (n, atoms, 3) Å to energies (n,) kcal/mol and gradients of that shape, per Å."""
        found = [surface.energies_and_gradients(positions) for surface in self.surfaces]
        energies, gradients = zip(*found, strict=True)
        return sum(energies), sum(gradients)
