"""Functions of one internal coordinate that force-field terms are products of, and their slopes."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np


class Function(Protocol):
    """A function of one coordinate, element by element."""

    def value(self, coordinate: np.ndarray) -> np.ndarray:
        """The function, at a length, an angle, or exp(iφ) of a dihedral φ."""

    def slope(self, coordinate: np.ndarray) -> np.ndarray:
        """Its derivative by that length or angle, or by φ."""


@dataclass(frozen=True)
class Power:
    """q^p, of a displacement q in Å or rad."""

    exponent: int

    def value(self, coordinate: np.ndarray) -> np.ndarray:
        """The function, element by element."""
        return coordinate**self.exponent

    def slope(self, coordinate: np.ndarray) -> np.ndarray:
        """Its derivative, element by element."""
        return self.exponent * coordinate ** (self.exponent - 1)


@dataclass(frozen=True)
class Cosine:
    """cos nφ."""

    multiple: int

    def value(self, coordinate: np.ndarray) -> np.ndarray:
        """The function, element by element."""
        return (coordinate**self.multiple).real

    def slope(self, coordinate: np.ndarray) -> np.ndarray:
        """Its derivative, element by element."""
        return -self.multiple * (coordinate**self.multiple).imag


@dataclass(frozen=True)
class Sine:
    """sin nφ."""

    multiple: int

    def value(self, coordinate: np.ndarray) -> np.ndarray:
        """The function, element by element."""
        return (coordinate**self.multiple).imag

    def slope(self, coordinate: np.ndarray) -> np.ndarray:
        """Its derivative, element by element."""
        return self.multiple * (coordinate**self.multiple).real


@dataclass(frozen=True)
class InversePower:
    """(unit / r)^p: in units of a usual distance (Å), high powers do not span many magnitudes."""

    exponent: int
    unit: float

    def value(self, coordinate: np.ndarray) -> np.ndarray:
        """The function, element by element."""
        return (self.unit / coordinate) ** self.exponent

    def slope(self, coordinate: np.ndarray) -> np.ndarray:
        """Its derivative, element by element."""
        return -self.exponent * (self.unit / coordinate) ** self.exponent / coordinate


@dataclass(frozen=True)
class Buffered147:
    """MMFF94's van der Waals energy in units of its well depth, for minimal energy at `radius`.

    Halgren, J. Am. Chem. Soc. 114, 7827 (1992), doi:10.1021/ja00046a032.
    """

    radius: float

    def value(self, coordinate: np.ndarray) -> np.ndarray:
        """The function, element by element."""
        ratio = coordinate / self.radius
        seventh = ratio**7
        return (1.07 / (ratio + 0.07)) ** 7 * (1.12 / (seventh + 0.12) - 2)

    def slope(self, coordinate: np.ndarray) -> np.ndarray:
        """Its derivative, element by element."""
        ratio = coordinate / self.radius
        sixth = ratio**6
        well = 1.12 / (ratio * sixth + 0.12)
        steep = (1.07 / (ratio + 0.07)) ** 7
        by_ratio = -7 * steep * ((well - 2) / (ratio + 0.07) + sixth * well**2 / 1.12)
        return by_ratio / self.radius


@dataclass(frozen=True)
class BufferedInverse:
    """1 / (r + buffer), MMFF94's electrostatic energy of two unit charges without its constant."""

    buffer: float

    def value(self, coordinate: np.ndarray) -> np.ndarray:
        """The function, element by element."""
        return 1 / (coordinate + self.buffer)

    def slope(self, coordinate: np.ndarray) -> np.ndarray:
        """Its derivative, element by element."""
        return -1 / (coordinate + self.buffer) ** 2
