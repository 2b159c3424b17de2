"""An energy that is linear in columns of products, and its gradient, at the cost of few columns."""

import numpy as np
from scipy.sparse import coo_array, csr_array

from confsym.features.columns import Columns

BATCH = 64  # conformers at a time: bounds memory


class Surface:
    """A weighted sum of columns as a function of positions.

    Products of one and two factors become a vector and a symmetric matrix on all factors, so that
    columns that share a product cost as much as one.

    Parameters
    ----------
    columns
        The columns.
    weights : (columns,)
        kcal/mol per unit of each.
    """

    def __init__(self, columns: Columns, weights: np.ndarray):
        self.columns = columns
        count = len(columns.coordinate)
        self.single = np.zeros(count)
        self.double = csr_array((count, count))
        self.triples: np.ndarray = np.empty((0, 3), dtype=int)
        self.triple_weights = np.empty((0, 1))
        for chosen, column in zip(columns.products, columns.column, strict=True):
            weight = weights[column]
            if chosen.shape[1] == 1:
                np.add.at(self.single, chosen[:, 0], weight)
            elif chosen.shape[1] == 2:
                half = coo_array((weight, tuple(chosen.T)), shape=(count, count)).tocsr()
                self.double = csr_array(half + half.T)
            else:
                self.triples, same = np.unique(np.sort(chosen, axis=1), axis=0, return_inverse=True)
                self.triple_weights = np.bincount(same.ravel(), weight)[:, None]
        self.to_factors = [
            _summing(self.triples[:, place], count) for place in range(self.triples.shape[1])
        ]
        coordinates = sum(len(measured.atoms) for measured in columns.measured)
        self.to_coordinates = _summing(columns.coordinate, coordinates)
        self.to_atoms = [
            _summing(measured.atoms.ravel(), columns.atoms) for measured in columns.measured
        ]

    def energies_and_gradients(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """From (n, atoms, 3) Å to energies (n,) kcal/mol and gradients of that shape, per Å."""
        parts = [
            self._batch(positions[start : start + BATCH])
            for start in range(0, max(len(positions), 1), BATCH)
        ]
        energies, gradients = zip(*parts, strict=True)
        return np.concatenate(energies), np.concatenate(gradients)

    def _batch(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        at = self.columns.evaluated(positions)
        coupled = self.double @ at.factors
        energy = self.single @ at.factors + (at.factors * coupled).sum(axis=0) / 2
        by_factor = self.single[:, None] + coupled
        if len(self.triples):
            one, two, three = (at.factors[place] for place in self.triples.T)
            pair = self.triple_weights * one * two
            energy = energy + (pair * three).sum(axis=0)
            rest = self.triple_weights * three
            by_each = (rest * two, rest * one, pair)
            for summing, by_one in zip(self.to_factors, by_each, strict=True):
                by_factor = by_factor + summing @ by_one
        by_coordinate = (self.to_coordinates @ (by_factor * at.slopes)).T
        gradient = np.zeros((self.columns.atoms, len(positions) * 3))
        before = 0
        for summing, derivative in zip(self.to_atoms, at.derivatives, strict=True):
            after = before + derivative.shape[1]
            pull = by_coordinate[:, before:after, None, None] * derivative
            pull = pull.transpose(1, 2, 0, 3).reshape(summing.shape[1], -1)
            gradient += summing @ pull
            before = after
        gradient = gradient.reshape(self.columns.atoms, len(positions), 3)
        return energy, gradient.transpose(1, 0, 2)


def _summing(places: np.ndarray, count: int) -> csr_array:
    """The matrix (count, places) that adds up what belongs to the same place."""
    ones = np.ones(len(places))
    return csr_array((ones, (places, np.arange(len(places)))), shape=(count, len(places)))
