"""A Gaussian process on energies and forces of one molecule, in a metric that it learns."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from scipy.linalg import cho_solve, cholesky
from scipy.spatial.distance import cdist

from confsym.errors import StudyError
from confsym.geometry.internal import all_distances
from confsym.models.copies import distinct
from confsym.models.gradient_gp.certainty import PROBES, Certainty, left_out
from confsym.models.gradient_gp.descriptor import Distances, distances
from confsym.models.gradient_gp.kernel import Expansion, Metric, Points, Swaps, matrix, predict
from confsym.models.gradient_gp.permutations import group, pair_relabellings
from confsym.models.gradient_gp.shape import Sample, Shape
from confsym.models.labelled import Labelled
from confsym.provenance.progress import duration
from confsym.storage.numbers import significant

LEAST = 5  # training geometries
# Of energies and of derivatives while the metric is learned, and those that are tried then, all in
# units of the root-mean-square force.
TUNING_NOISE = (1e-3, 2e-3)
NOISES = (2e-3, 1e-3, 5e-4, 2e-4, 1e-4, 5e-5, 2e-5)
VALIDATION = 300  # geometries that a fit to choose the noise takes, at most
SPLITS = 5  # of few geometries, at most, to choose it
RATE = 0.06  # of Adam, at first
SPEED = 4e9  # multiplications and additions a second, at the least
BATCH = 50  # geometries that are predicted at once

log = logging.getLogger("confsym")


def gradient_gp(
    labelled: Labelled,
    features: Sequence[Mapping[str, Any]],
    steps: int,
    tuning_size: int,
    seed: int,
) -> "GradientGP":
    """Fit a process to energies and forces.

    If a geometry occurs several times, moved or relabelled, the first one counts.

    Parameters
    ----------
    labelled
        Training geometries.
    features
        The experiment's; one point cloud, which adds nothing to the geometries.
    steps
        Of Adam, that learn the metric; see `tuning.tune`.
    tuning_size
        Geometries that a step fits to, at most.
    seed
        Of the choice of these geometries.

    Raises
    ------
    StudyError
        If there are fewer than 5 geometries or 3 atoms, more swaps of equivalent atoms than the
        process can sum over, or no memory for the kernel matrix.
    """
    # What fitting alone needs (JAX, psutil) a calculator does without.
    from confsym.models.gradient_gp.tuning import tune
    from confsym.provenance.memory import require

    topology = labelled.topology
    relabellings = group(labelled.positions, topology.numbers, topology.bonds)
    pairs = pair_relabellings(relabellings)
    labelled = labelled.of(distinct(all_distances(labelled.positions), pairs))
    count, atoms, _ = labelled.positions.shape
    if count < LEAST or atoms < 3:
        raise StudyError(
            f"gradient_gp has {count} different training geometries of {atoms} atoms and needs "
            f"at least {LEAST} of 3; raise split.train, take sizes out of learning_curves.sizes, "
            "or use another model."
        )
    descriptors = Distances.of(labelled.positions)
    width = 1 + descriptors.slopes.shape[2]
    fits = require(lambda geometries: 8 * (geometries * width) ** 2, count, "gradient_gp")
    log.info(
        "%d relabellings, %d directions a geometry; the kernel matrix takes %.1f GB of %.1f, "
        "and at most %s to factor",
        *(len(relabellings), width - 1, 8e-9 * (count * width) ** 2, fits),
        duration((count * width) ** 3 / 3 / SPEED),
    )
    unit = float(np.sqrt(np.mean(labelled.forces**2))) or 1.0
    sample = Sample(
        descriptors.r,
        descriptors.slopes,
        labelled.energy / unit,
        -descriptors.along(labelled.forces) / unit,
    )
    shape = Shape.of(pairs, descriptors.r)
    parameters = tune(shape, sample, TUNING_NOISE, steps, tuning_size, RATE, seed)
    metric = Metric.of(parameters, shape)
    noise = best_noise(metric, shape, sample, seed)
    swaps, points = Swaps(shape.pairs), Points.of(metric, sample.r, sample.slopes)
    kernel = matrix(swaps, points, metric.amplitude)
    mean, weights, factor = weighed(kernel, sample, noise)
    probes = np.sort(np.random.default_rng([seed, 2]).permutation(count)[:PROBES])
    certainty = Certainty(metric, shape.pairs, labelled.positions, noise, np.ones(2))
    return GradientGP(
        topology.numbers,
        topology.bonds,
        Expansion.of(swaps, points, weights, metric.amplitude),
        certainty.calibrated(
            probes, descriptors.directions[probes], left_out(factor, weights, probes)
        ),
        unit,
        unit * mean,
    )


def weighed(
    kernel: np.ndarray, sample: Sample, noise: float
) -> tuple[float, np.ndarray, np.ndarray]:
    """Solve for the mean energy, the weights (n, 1 + directions), and the upper factor.

    The factor takes the place of the kernel's lower half.
    """
    mean = float(sample.energy.mean())
    target = np.column_stack([sample.energy - mean, sample.slope])
    kernel[np.diag_indices_from(kernel)] += noise**2
    # The lower half in C's order is the upper one in Fortran's, so that nothing is copied.
    factor = cholesky(kernel.T, lower=False, overwrite_a=True, check_finite=False)
    weights = cho_solve((factor, False), target.ravel(), check_finite=False)
    return mean, weights.reshape(target.shape), factor


def best_noise(metric: Metric, shape: Shape, sample: Sample, seed: int) -> float:
    """The standard deviation of noise whose fits to some geometries do best on others.

    Best is the least product of the root-mean-square errors of energies and of forces. Few
    geometries are split several times.
    """
    rng, swaps = np.random.default_rng([seed, 1]), Swaps(shape.pairs)
    fitted = min(int(0.7 * len(sample.r)), VALIDATION)
    errors = np.zeros((len(NOISES), 2))
    for _ in range(min(max(VALIDATION // fitted, 1), SPLITS)):
        order = rng.permutation(len(sample.r))
        train, held_out = sample.take(order[:fitted]), sample.take(order[fitted : 2 * fitted])
        points = Points.of(metric, train.r, train.slopes)
        kernel = matrix(swaps, points, metric.amplitude)
        x = metric.coordinates(held_out.r)
        slopes = metric.slopes(held_out.r, held_out.slopes)
        for index, noise in enumerate(NOISES):
            mean, weights, _ = weighed(kernel.copy(), train, noise)
            value, slope = Expansion.of(swaps, points, weights, metric.amplitude).values(x)
            energy_error = mean + value - held_out.energy
            slope_error = np.einsum("np,npd->nd", slope, slopes) - held_out.slope
            errors[index] += np.mean(energy_error**2), np.mean(slope_error**2)
    return NOISES[np.prod(errors, axis=1).argmin()]


class GradientGP:
    """A fitted process.

    Parameters
    ----------
    numbers, bonds : (atoms,), (bonds, 2)
        The molecule.
    expansion
        The fitted function, energies in `unit`.
    certainty
        What its standard deviations come from, and its metric.
    unit
        Root-mean-square force of the training geometries, kcal/mol/Å.
    mean
        Of their energies, kcal/mol.
    """

    def __init__(
        self,
        numbers: np.ndarray,
        bonds: np.ndarray,
        expansion: Expansion,
        certainty: Certainty,
        unit: float,
        mean: float,
    ) -> None:
        self.numbers, self.bonds = numbers, bonds
        self.expansion, self.certainty = expansion, certainty
        self.unit, self.mean = unit, mean

    def __repr__(self) -> str:
        size = f"{len(self.certainty.positions)} geometries of {len(self.numbers)} atoms"
        noise = significant(self.certainty.noise * self.unit, 2)
        return f"GradientGP({size}, noise {noise} kcal/mol/Å)"

    def energies_and_forces(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """From (n, atoms, 3) Å to (n,) kcal/mol and (n, atoms, 3) kcal/mol/Å."""
        batches = [
            predict(self.certainty.metric, self.expansion, positions[start : start + BATCH])
            for start in range(0, max(len(positions), 1), BATCH)
        ]
        values, forces = (np.concatenate(batch) for batch in zip(*batches, strict=True))
        return self.mean + self.unit * values, self.unit * forces

    def distance(self, positions: np.ndarray) -> np.ndarray:
        """(n,) |x − P x'| of geometries (n, atoms, 3) and the nearest training geometry, no unit.

        The kernel between the two is exp(−distance² / 2), of its largest value.
        """
        return self._nearest(positions, images=0)

    def gaps(self) -> np.ndarray:
        """(n,) the same distance of each training geometry and the nearest other one."""
        positions = self.certainty.positions
        return self._nearest(positions, images=len(self.expansion.x) // len(positions))

    def _nearest(self, positions: np.ndarray, images: int) -> np.ndarray:
        """(n,) the distance of each geometry and the nearest training one, in every order.

        If the geometries are the training geometries, `images` is the number of orders that the
        expansion has of each, and a geometry's own images do not count. Otherwise it is 0.
        """
        x = self.certainty.metric.coordinates(distances(positions)[0])
        nearest = np.empty(len(x))
        for start in range(0, len(x), BATCH):
            separation = cdist(x[start : start + BATCH], self.expansion.x)
            for row, values in enumerate(separation, start):
                values[row * images : (row + 1) * images] = np.inf
            nearest[start : start + BATCH] = separation.min(axis=1, initial=np.inf)
        return nearest

    def deviations(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Standard deviations of energies (n,), kcal/mol, and forces, kcal/mol/Å."""
        energy, forces = self.certainty.deviations(positions)
        return self.unit * energy, self.unit * forces

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """Numbers and arrays that say all."""
        metric = self.certainty.metric
        data = {
            "unit_kcal_mol_angstrom": self.unit,
            "mean_kcal_mol": self.mean,
            "noise": self.certainty.noise,
            "amplitude": metric.amplitude,
        }
        arrays = {
            "numbers": self.numbers,
            "bonds": self.bonds,
            "range": metric.range,
            "origin": metric.origin,
            "map": metric.map,
            "pairs": self.certainty.pairs,
            "positions": self.certainty.positions,
            "scale": self.certainty.scale,
            "x": self.expansion.x,
            "slope": self.expansion.slope,
            "constant": self.expansion.constant,
        }
        return data, arrays

    @classmethod
    def from_state(cls, data: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Self:
        """The process that has this state."""
        metric = Metric(arrays["range"], arrays["origin"], arrays["map"], data["amplitude"])
        geometry_arrays = (arrays[name] for name in ("pairs", "positions"))
        certainty = Certainty(metric, *geometry_arrays, data["noise"], arrays["scale"])
        expansion = Expansion(arrays["x"], arrays["slope"], arrays["constant"])
        units = data["unit_kcal_mol_angstrom"], data["mean_kcal_mol"]
        return cls(arrays["numbers"], arrays["bonds"], expansion, certainty, *units)
