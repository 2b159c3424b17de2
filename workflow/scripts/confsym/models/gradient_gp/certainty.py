"""How sure the process is: the standard deviation that its nearest training geometries leave.

The whole kernel matrix would have to be kept for the process's own variance. A geometry's nearest
training geometries, with their forces, leave nearly the same; a factor for energies and one for
forces makes up for the others. It is chosen so that errors of training geometries, each left out,
have the size of their standard deviations. These errors cost one triangular solve (Rasmussen and
Williams, Gaussian Processes for Machine Learning, 2006, section 5.4.2).
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve_triangular

from confsym.geometry.internal import pair_distances
from confsym.models.gradient_gp.descriptor import Distances
from confsym.models.gradient_gp.kernel import Metric, Points, Swaps, kernel_core, matrix

NEAREST = 6  # training geometries
PROBES = 30  # training geometries that are left out, one at a time


@dataclass(frozen=True, eq=False)
class Certainty:
    """What the standard deviations of a process come from, in its own units.

    Parameters
    ----------
    metric
        Of the process.
    pairs
        (relabellings, pairs) its relabellings.
    positions
        (n, atoms, 3) training geometries, Å.
    noise
        Standard deviation of labels.
    scale
        (2,) factors of the standard deviations of energies and of forces.
    """

    metric: Metric
    pairs: np.ndarray
    positions: np.ndarray
    noise: float
    scale: np.ndarray

    def deviations(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Standard deviations of energies (n,) and forces (n, atoms, 3) of geometries."""
        swaps, descriptors = Swaps(self.pairs), Distances.of(positions)
        x = self.metric.coordinates(descriptors.r)
        first, second = np.triu_indices(self.positions.shape[1], 1)
        training_x = self.metric.coordinates(pair_distances(self.positions, first, second))
        energy, forces = np.empty(len(x)), np.empty(positions.shape)
        for row, point in enumerate(x):
            order = np.argsort(squares(swaps, point, training_x), kind="stable")
            variance = self._posterior_covariance(
                swaps, descriptors.take(np.array([row])), order[:NEAREST]
            )
            energy[row] = variance[0, 0]
            along = descriptors.directions[row]
            inner = np.einsum("xd,de,xe->x", along, variance[1:, 1:], along)
            forces[row] = inner.reshape(forces[row].shape)
        # Round-off can leave a little less than nothing.
        return tuple(
            factor * np.sqrt(np.maximum(variances, 0))
            for factor, variances in zip(self.scale, (energy, forces), strict=True)
        )

    def calibrated(
        self, probes: np.ndarray, directions: np.ndarray, errors: np.ndarray
    ) -> "Certainty":
        """The same with factors that the errors of left-out training geometries ask for.

        Parameters
        ----------
        probes
            (probes,) which training geometries.
        directions
            (probes, 3 atoms, directions) theirs: fewer where all training geometries are in a line.
        errors
            (probes, 1 + directions) errors of energies and of derivatives along directions.
        """
        ratios = []
        for probe, basis, error in zip(probes, directions, errors, strict=True):
            other_positions = np.delete(self.positions, probe, axis=0)
            left_out_positions = self.positions[probe : probe + 1]
            without_probe = replace(self, positions=other_positions, scale=np.ones(2))
            energy, forces = without_probe.deviations(left_out_positions)
            size = np.sqrt(np.sum((basis @ error[1:]) ** 2) / np.sum(forces**2))
            ratios.append([abs(error[0]) / energy[0], size])
        return replace(self, scale=np.sqrt(np.mean(np.square(ratios), axis=0)))

    def _posterior_covariance(
        self, swaps: Swaps, geometry: Distances, nearest: np.ndarray
    ) -> np.ndarray:
        """(1 + directions, 1 + directions) covariance given some training geometries."""
        neighbours = Distances.of(self.positions[nearest])
        points = Points.of(self.metric, neighbours.r, neighbours.slopes)
        point = Points.of(self.metric, geometry.r, geometry.slopes)
        kernel = matrix(swaps, points, self.metric.amplitude)
        kernel[np.diag_indices_from(kernel)] += self.noise**2
        slopes = point.slopes[0]
        cross = slopes.T @ kernel_core(swaps, point.x[0], points.x) @ points.slopes
        cross = self.metric.amplitude * cross.transpose(1, 0, 2).reshape(slopes.shape[1], -1)
        prior = slopes.T @ kernel_core(swaps, point.x[0], point.x)[0] @ slopes
        factor = cho_factor(kernel, lower=True, check_finite=False)
        return self.metric.amplitude * prior - cross @ cho_solve(factor, cross.T)


def squares(swaps: Swaps, x: np.ndarray, references: np.ndarray) -> np.ndarray:
    """(n,) squared distances |x − P_g x'|² to points x' (n, pairs), the least over g."""
    relabelled = x[swaps.inverse]
    squared = np.sum(x**2) + np.sum(references**2, axis=1)[:, None] - 2 * references @ relabelled.T
    return np.maximum(squared.min(axis=1), 0)


def left_out(factor: np.ndarray, weights: np.ndarray, probes: np.ndarray) -> np.ndarray:
    """Errors of training geometries, each predicted from all others.

    Parameters
    ----------
    factor
        Upper Cholesky factor of the kernel matrix with noise.
    weights
        (n, 1 + directions) the solution.
    probes
        (probes,) which geometries.

    Returns
    -------
    (probes, 1 + directions)
    """
    width = weights.shape[1]
    columns = (probes[:, None] * width + np.arange(width)).ravel()
    unit = np.zeros((len(factor), len(columns)))
    unit[columns, np.arange(len(columns))] = 1
    half = solve_triangular(factor, unit, trans="T", overwrite_b=True, check_finite=False)
    errors = np.empty((len(probes), width))
    for index, probe in enumerate(probes):
        block = half[:, index * width : (index + 1) * width]
        errors[index] = np.linalg.solve(block.T @ block, weights[probe])
    return errors
