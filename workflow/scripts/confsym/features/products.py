"""Columns that are sums, over equivalent terms, of products of functions of internal coordinates.

Every force-field column is one. Said once in this way, it gives its values here, its derivatives in
`columns.py`, and a fitted energy with its forces in `surface.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import mul
from typing import NamedTuple

import numpy as np

from confsym.features.coordinates import Coordinate
from confsym.features.functions import Function
from confsym.features.terms import Terms


class Factor(NamedTuple):
    """A function of a coordinate of each term."""

    coordinate: Coordinate
    function: Function


@dataclass(frozen=True, eq=False)
class Product:
    """A column for each class of terms: the sum of a product over the terms of the class.

    Parameters
    ----------
    kind
        Kind of term, the first part of the columns' names.
    terms
        The terms, in their classes.
    suffix
        Which function it is, the last part of the names.
    factors
        Functions of coordinates of the terms, one after the other.
    """

    kind: str
    terms: Terms
    suffix: str
    factors: tuple[Factor, ...]

    @property
    def names(self) -> list[str]:
        """(classes,) names of the columns."""
        return [f"{self.kind}_{name}{self.suffix}" for name in self.terms.names]


def table(products: Sequence[Product], positions: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Names of the columns and, from positions (n, atoms, 3) Å, their values (n, columns)."""
    coordinates = {id(f.coordinate): f.coordinate for p in products for f in p.factors}
    measured = {key: coordinate.values(positions) for key, coordinate in coordinates.items()}
    names, values = [], [np.empty((len(positions), 0))]
    for product in products:
        factors = (f.function.value(measured[id(f.coordinate)]) for f in product.factors)
        names += product.names
        values.append(product.terms.sums(reduce(mul, factors)))
    return names, np.concatenate(values, axis=1)
