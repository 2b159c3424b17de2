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
        for factor_indices, column in zip(columns.products, columns.column, strict=True):
            weight = weights[column]
            if factor_indices.shape[1] == 1:
                np.add.at(self.single, factor_indices[:, 0], weight)
            elif factor_indices.shape[1] == 2:
                half = coo_array((weight, tuple(factor_indices.T)), shape=(count, count)).tocsr()
                self.double = csr_array(half + half.T)
            else:
                self.triples, triple_index = np.unique(
                    np.sort(factor_indices, axis=1), axis=0, return_inverse=True
                )
                self.triple_weights = np.bincount(triple_index.ravel(), weight)[:, None]
        self.to_factors = [
            _summing(self.triples[:, position], count) for position in range(self.triples.shape[1])
        ]
        coordinates = sum(len(measured.atoms) for measured in columns.measured)
        self.to_coordinates = _summing(columns.coordinate, coordinates)
        self.to_atoms = [
            _summing(measured.atoms.ravel(), columns.atoms) for measured in columns.measured
        ]

    def energies_and_gradients(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """From (n, atoms, 3) Å to energies (n,) kcal/mol and gradients of that shape, per Å."""
        batches = [
            self._batch(positions[start : start + BATCH])
            for start in range(0, max(len(positions), 1), BATCH)
        ]
        energies, gradients = zip(*batches, strict=True)
        return np.concatenate(energies), np.concatenate(gradients)

    def _batch(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        evaluated = self.columns.evaluated(positions)
        coupled = self.double @ evaluated.factors
        energy = self.single @ evaluated.factors + (evaluated.factors * coupled).sum(axis=0) / 2
        by_factor = self.single[:, None] + coupled
        if len(self.triples):
            first_factor, second_factor, third_factor = (
                evaluated.factors[indices] for indices in self.triples.T
            )
            pair = self.triple_weights * first_factor * second_factor
            energy = energy + (pair * third_factor).sum(axis=0)
            weighted_third = self.triple_weights * third_factor
            by_each = (weighted_third * second_factor, weighted_third * first_factor, pair)
            for summing, by_one in zip(self.to_factors, by_each, strict=True):
                by_factor = by_factor + summing @ by_one
        by_coordinate = (self.to_coordinates @ (by_factor * evaluated.slopes)).T
        gradient = np.zeros((self.columns.atoms, len(positions) * 3))
        start = 0
        for summing, derivative in zip(self.to_atoms, evaluated.derivatives, strict=True):
            stop = start + derivative.shape[1]
            pull = by_coordinate[:, start:stop, None, None] * derivative
            pull = pull.transpose(1, 2, 0, 3).reshape(summing.shape[1], -1)
            gradient += summing @ pull
            start = stop
        gradient = gradient.reshape(self.columns.atoms, len(positions), 3)
        return energy, gradient.transpose(1, 0, 2)


def _summing(indices: np.ndarray, count: int) -> csr_array:
    """The matrix (count, places) that adds up what belongs to the same place."""
    ones = np.ones(len(indices))
    return csr_array((ones, (indices, np.arange(len(indices)))), shape=(count, len(indices)))
