"""Derivatives of columns that are sums of products, and what they are computed from.

A product of many terms shares its coordinates with others: each coordinate and each function of it
is computed once a conformer. Arrays have the conformers last, so that rows are long.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from confsym.features.coordinates import DIRECTED, MEASURES, Coordinate
from confsym.features.functions import Function
from confsym.features.products import Product
from confsym.features.saturation import Saturation, saturated


@dataclass(frozen=True, eq=False)
class Measured:
    """Distinct coordinates of one kind.

    Parameters
    ----------
    kind
        As in `Coordinate`.
    atoms
        (coordinates, k)
    origin, scale
        (coordinates,)
    functions
        The functions that are taken of them, each with the places (chosen,) of its coordinates.
    """

    kind: str
    atoms: np.ndarray
    origin: np.ndarray
    scale: np.ndarray
    functions: list[tuple[Function, np.ndarray]]


@dataclass(frozen=True, eq=False)
class Evaluated:
    """Coordinates and functions of them at some geometries.

    Parameters
    ----------
    derivatives
        (n, coordinates, k, 3) of each kind of coordinate, by the positions of its atoms.
    factors, slopes
        (factors, n) functions of coordinates, and their slopes.
    """

    derivatives: list[np.ndarray]
    factors: np.ndarray
    slopes: np.ndarray


class Columns:
    """Columns of some products, with their derivatives.

    Parameters
    ----------
    products
        One after the other.
    atoms
        How many the molecule has.
    saturation
        Where stretches, bends and distances stop growing; None for nowhere.

    Attributes
    ----------
    names : list of str
        (columns,)
    products : list of (m, k) arrays
        Products of k factors each, k ascending: which factors.
    column : list of (m,) arrays
        Which column each product adds to.
    coordinate : (factors,)
        Which coordinate each factor is a function of.
    """

    def __init__(
        self, products: Sequence[Product], atoms: int, saturation: Saturation | None = None
    ):
        self.atoms = atoms
        self.saturation = saturation
        self.names = [name for product in products for name in product.names]
        self.measured, self.coordinate, factor_of = _distinct(products)
        self.products, self.column = _listed(products, factor_of)

    def values(self, positions: np.ndarray) -> np.ndarray:
        """Values (n, columns) at positions (n, atoms, 3) Å."""
        return self._values(self.evaluated(positions).factors)

    def jacobian(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values and their derivatives.

        Parameters
        ----------
        positions : (n, atoms, 3)
            Å.

        Returns
        -------
        values : (n, columns)
        derivatives : (n, 3 atoms, columns)
            By the positions, per Å.
        """
        evaluated = self.evaluated(positions)
        rows, coordinates, slopes = [], [], []
        for factor_indices, column in zip(self.products, self.column, strict=True):
            for position in range(factor_indices.shape[1]):
                other_factors = np.delete(factor_indices, position, axis=1)
                rows.append(column)
                coordinates.append(self.coordinate[factor_indices[:, position]])
                slopes.append(
                    evaluated.slopes[factor_indices[:, position]]
                    * _product(evaluated.factors, other_factors)
                )
        shape = len(self.names), len(self.coordinate) and int(self.coordinate.max()) + 1
        pattern, order = _pattern(np.concatenate(rows), np.concatenate(coordinates), shape)
        slope = np.concatenate(slopes)[order]
        derivatives = np.empty((len(positions), 3 * self.atoms, len(self.names)))
        for conformer in range(len(positions)):
            pattern.data = np.ascontiguousarray(slope[:, conformer])
            derivatives[conformer] = (pattern @ self._moved(evaluated.derivatives, conformer)).T
        return self._values(evaluated.factors), derivatives

    def evaluated(self, positions: np.ndarray) -> Evaluated:
        """Coordinates, and functions of them, at positions (n, atoms, 3) Å."""
        derivatives, factors, slopes = [], [], []
        for measured in self.measured:
            value, derivative = MEASURES[measured.kind][1](positions, measured.atoms)
            if measured.kind != "dihedral":
                value -= measured.origin
                if self.saturation is not None:
                    value, slope = saturated(value, measured.kind, measured.atoms, self.saturation)
                    derivative *= slope[..., None, None]
                value /= measured.scale
                derivative /= measured.scale[:, None, None]
            value = np.ascontiguousarray(value.T)
            derivatives.append(derivative)
            for function, places in measured.functions:
                factors.append(function.value(value[places]))
                slopes.append(function.slope(value[places]))
        return Evaluated(derivatives, np.concatenate(factors), np.concatenate(slopes))

    def _values(self, factors: np.ndarray) -> np.ndarray:
        """Sum the products over each column: (factors, n) to (n, columns)."""
        values = np.zeros((len(self.names), factors.shape[1]))
        for factor_indices, column in zip(self.products, self.column, strict=True):
            starts = np.flatnonzero(np.diff(column, prepend=-1))
            values[column[starts]] = np.add.reduceat(
                _product(factors, factor_indices), starts, axis=0
            )
        return values.T

    def _moved(self, derivatives: list[np.ndarray], conformer: int) -> np.ndarray:
        """Derivatives (coordinates, 3 atoms) of the coordinates of a conformer by all positions."""
        blocks = []
        for measured, derivative in zip(self.measured, derivatives, strict=True):
            block = np.zeros((len(measured.atoms), self.atoms, 3))
            block[np.arange(len(block))[:, None], measured.atoms] = derivative[conformer]
            blocks.append(block.reshape(len(block), -1))
        return np.concatenate(blocks)


def _distinct(
    products: Sequence[Product],
) -> tuple[list[Measured], np.ndarray, dict[tuple[int, Function], np.ndarray]]:
    """The distinct coordinates, the coordinate of each distinct factor, and where factors are.

    The last is, by the identity of a coordinate and the function, (terms,) places of factors.
    """
    coordinates_of_kind: dict[
        str, dict
    ] = {}  # by kind: atoms, origin and scale of each coordinate, its place
    coordinate_indices: dict[
        int, np.ndarray
    ] = {}  # by identity: places (terms,) among those of its kind
    used: dict[str, dict[Function, dict[int, Coordinate]]] = {}
    for factor in (factor for product in products for factor in product.factors):
        coordinate, function = factor
        if not len(coordinate.atoms):
            continue
        if id(coordinate) not in coordinate_indices:
            rows = coordinates_of_kind.setdefault(coordinate.kind, {})
            coordinate_indices[id(coordinate)] = np.array(
                [rows.setdefault(row, len(rows)) for row in _rows(coordinate)]
            )
        of_kind = used.setdefault(coordinate.kind, {})
        of_kind.setdefault(function, {})[id(coordinate)] = coordinate
    measured, coordinate_of, factor_of = [], [np.empty(0, dtype=int)], {}
    coordinate_count, count = 0, 0
    for kind, rows in coordinates_of_kind.items():
        functions = []
        for function, coordinates in used[kind].items():
            measured_indices = np.unique(
                np.concatenate([coordinate_indices[key] for key in coordinates])
            )
            for key in coordinates:
                factor_of[key, function] = count + np.searchsorted(
                    measured_indices, coordinate_indices[key]
                )
            functions.append((function, measured_indices))
            coordinate_of.append(coordinate_count + measured_indices)
            count += len(measured_indices)
        atoms, origin, scale = zip(*rows, strict=True)
        measured.append(Measured(kind, *map(np.array, (atoms, origin, scale)), functions))
        coordinate_count += len(rows)
    return measured, np.concatenate(coordinate_of), factor_of


def _rows(coordinate: Coordinate) -> list[tuple[tuple[int, ...], float, float]]:
    """Atoms, in one direction, origin and scale of each coordinate of a kind."""
    atoms = coordinate.atoms
    if coordinate.kind not in DIRECTED:
        atoms = np.where(atoms[:, :1] > atoms[:, -1:], atoms[:, ::-1], atoms)
    origin = np.broadcast_to(coordinate.origin, len(atoms)).tolist()
    scale = np.broadcast_to(coordinate.scale, len(atoms)).tolist()
    return list(zip(map(tuple, atoms.tolist()), origin, scale, strict=True))


def _listed(
    products: Sequence[Product], factor_of: dict[tuple[int, Function], np.ndarray]
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Which factors (m, k) the products have, and which column (m,) each is of, for each k."""
    factors_by_length: dict[int, list[np.ndarray]] = {}
    columns_by_length: dict[int, list[np.ndarray]] = {}
    column_count = 0
    for product in products:
        count = len(product.terms.atoms)
        sizes = np.diff(product.terms.starts, append=count)
        if count:
            factor_indices = [factor_of[id(f.coordinate), f.function] for f in product.factors]
            factors_by_length.setdefault(len(factor_indices), []).append(
                np.stack(factor_indices, axis=1)
            )
            columns = column_count + np.repeat(np.arange(len(sizes)), sizes)
            columns_by_length.setdefault(len(factor_indices), []).append(columns)
        column_count += len(sizes)
    lengths = sorted(factors_by_length)
    return (
        [np.concatenate(factors_by_length[length]) for length in lengths],
        [np.concatenate(columns_by_length[length]) for length in lengths],
    )


def _product(factors: np.ndarray, factor_indices: np.ndarray) -> np.ndarray | float:
    """The product (m, n) of chosen (m, k) rows of factors (factors, n); 1 for none."""
    product = 1.0
    for indices in factor_indices.T:
        product = product * factors[indices]
    return product


def _pattern(
    rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]
) -> tuple[csr_array, np.ndarray]:
    """A sparse matrix with entries at these places, and the order in which it keeps them."""
    order = np.lexsort((columns, rows))
    starts = np.searchsorted(rows[order], np.arange(shape[0] + 1))
    return csr_array((np.zeros(len(rows)), columns[order], starts), shape=shape), order
