"""A Gaussian process on energies and forces of one molecule, in a metric that it learns."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from scipy.linalg import cho_solve, cholesky
from scipy.spatial.distance import cdist

from confsym.errors import StudyError
from confsym.features.point_cloud import Clouds
from confsym.models.gradient_gp.descriptor import Distances, distances
from confsym.models.gradient_gp.kernel import Expansion, Metric, Points, Swaps, matrix, predict
from confsym.models.gradient_gp.permutations import group, pair_relabellings
from confsym.models.gradient_gp.shape import Sample, Shape
from confsym.models.labelled import Labelled
from confsym.molecules.graphs import graph, matches

LEAST = 5  # training geometries
# Of energies and of derivatives while the metric is learned, and those that are tried then, all in
# units of the root-mean-square force.
TUNING_NOISE = (1e-3, 2e-3)
NOISES = (2e-3, 1e-3, 5e-4, 2e-4, 1e-4, 5e-5, 2e-5)
VALIDATION = 300  # geometries that a fit to choose the noise takes, at most
RATE = 0.06  # of Adam, at first
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

    Parameters
    ----------
    labelled
        Training geometries.
    features
        The experiment's; one point cloud, which adds nothing to the geometries.
    steps
        Of Adam, that learn the metric; see `tuning.tune`.
    tuning_size
        Geometries that a step fits to, and tests on, at most.
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
    from confsym.models.memory import require

    count, atoms, _ = labelled.positions.shape
    if count < LEAST or atoms < 3:
        raise StudyError(
            f"gradient_gp has {count} training geometries of {atoms} atoms and needs at least "
            f"{LEAST} of 3; raise split.train, take sizes out of learning_curves.sizes, or use "
            "another model."
        )
    topology = labelled.topology
    relabellings = group(labelled.positions, topology.numbers, topology.bonds)
    seen = Distances.of(labelled.positions)
    width = 1 + seen.slopes.shape[2]
    fits = require(8 * (count * width) ** 2, count, "gradient_gp")
    log.info(
        "%d relabellings, %d directions a geometry; the kernel matrix takes %.1f GB of %.1f",
        *(len(relabellings), width - 1, 8e-9 * (count * width) ** 2, fits),
    )
    unit = float(np.sqrt(np.mean(labelled.forces**2))) or 1.0
    sample = Sample(
        seen.r, seen.slopes, labelled.energy / unit, -seen.along(labelled.forces) / unit
    )
    shape = Shape.of(pair_relabellings(relabellings), seen.r)
    parameters = tune(shape, sample, TUNING_NOISE, steps, tuning_size, RATE, seed)
    metric = Metric.of(parameters, shape)
    noise = best_noise(metric, shape, sample, seed)
    mean, expansion = solved(metric, shape, sample, noise)
    return GradientGP(topology.numbers, topology.bonds, metric, expansion, unit, unit * mean, noise)


def solved(metric: Metric, shape: Shape, sample: Sample, noise: float) -> tuple[float, Expansion]:
    """Fit to a sample: the mean of its energies, and the function of what they differ by."""
    swaps, points = Swaps(shape.pairs), Points.of(metric, sample.r, sample.slopes)
    kernel = matrix(swaps, points, metric.amplitude)
    mean, weights = weighed(kernel, sample, noise)
    return mean, Expansion.of(swaps, points, weights, metric.amplitude)


def weighed(kernel: np.ndarray, sample: Sample, noise: float) -> tuple[float, np.ndarray]:
    """Solve for the weights (n, 1 + directions); the kernel's lower half is written over."""
    mean = float(sample.energy.mean())
    target = np.column_stack([sample.energy - mean, sample.slope])
    kernel[np.diag_indices_from(kernel)] += noise**2
    # The lower half in C's order is the upper one in Fortran's, so that nothing is copied.
    factor = cholesky(kernel.T, lower=False, overwrite_a=True, check_finite=False)
    weights = cho_solve((factor, False), target.ravel(), check_finite=False)
    return mean, weights.reshape(target.shape)


def best_noise(metric: Metric, shape: Shape, sample: Sample, seed: int) -> float:
    """The standard deviation of noise whose fit to some geometries does best on others.

    Best is the least product of the root-mean-square errors of energies and of forces.
    """
    chosen = np.random.default_rng([seed, 1]).permutation(len(sample.r))
    fitted = min(int(0.7 * len(chosen)), VALIDATION)
    known, unknown = sample.some(chosen[:fitted]), sample.some(chosen[fitted : 2 * fitted])
    swaps, points = Swaps(shape.pairs), Points.of(metric, known.r, known.slopes)
    kernel = matrix(swaps, points, metric.amplitude)
    errors = {}
    for noise in NOISES:
        mean, weights = weighed(kernel.copy(), known, noise)
        found = Expansion.of(swaps, points, weights, metric.amplitude)
        value, slope = found.values(metric.coordinates(unknown.r))
        along = np.einsum("np,npd->nd", slope, metric.slopes(unknown.r, unknown.slopes))
        missed = [mean + value - unknown.energy, along - unknown.slope]
        errors[noise] = float(np.prod([np.sqrt(np.mean(one**2)) for one in missed]))
    return min(errors, key=errors.get)


class GradientGP:
    """A fitted process.

    Parameters
    ----------
    numbers, bonds : (atoms,), (bonds, 2)
        The molecule.
    metric, expansion
        The fitted function, energies in `unit`.
    unit
        Root-mean-square force of the training geometries, kcal/mol/Å.
    mean
        Of their energies, kcal/mol.
    noise
        Standard deviation, in `unit`.
    """

    def __init__(
        self,
        numbers: np.ndarray,
        bonds: np.ndarray,
        metric: Metric,
        expansion: Expansion,
        unit: float,
        mean: float,
        noise: float,
    ) -> None:
        self.numbers, self.bonds = numbers, bonds
        self.metric, self.expansion = metric, expansion
        self.unit, self.mean, self.noise = unit, mean, noise

    def __repr__(self) -> str:
        size = f"{len(self.expansion.x)} terms, {len(self.numbers)} atoms"
        return f"GradientGP({size}, noise {self.noise * self.unit:.2g} kcal/mol/Å)"

    def energies_and_forces(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """From (n, atoms, 3) Å to (n,) kcal/mol and (n, atoms, 3) kcal/mol/Å."""
        parts = [
            predict(self.metric, self.expansion, positions[start : start + BATCH])
            for start in range(0, max(len(positions), 1), BATCH)
        ]
        values, forces = (np.concatenate(part) for part in zip(*parts, strict=True))
        return self.mean + self.unit * values, self.unit * forces

    def distance(self, positions: np.ndarray) -> np.ndarray:
        """(n,) |x − P x'| of geometries (n, atoms, 3) and the nearest training geometry, no unit.

        The kernel between the two is exp(−distance² / 2), of its largest value.
        """
        return self._apart(positions).min(axis=1, initial=np.inf)

    def gaps(self, positions: np.ndarray) -> np.ndarray:
        """(n,) the same distance of each training geometry and the nearest other one.

        Parameters
        ----------
        positions : (n, atoms, 3)
            Å, the training geometries, in the order in which they were learned from.
        """
        apart = self._apart(positions)
        images = apart.shape[1] // len(positions)  # of each geometry, one after the other
        own = np.repeat(np.arange(len(positions)), images)
        apart[own, np.arange(len(own))] = np.inf
        return apart.min(axis=1)

    def _apart(self, positions: np.ndarray) -> np.ndarray:
        """(n, terms) distances from training geometries in every order."""
        return cdist(self.metric.coordinates(distances(positions)[0]), self.expansion.x)

    def predict(self, values: np.ndarray) -> np.ndarray:
        """Energies (n,), kcal/mol, of rows of `point_cloud`, atoms in any order."""
        clouds = Clouds.from_rows(values)
        return self.energies_and_forces(in_order(clouds, self.numbers, self.bonds))[0]

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """Numbers and arrays that say all."""
        data = {
            "unit_kcal_mol_angstrom": self.unit,
            "mean_kcal_mol": self.mean,
            "noise": self.noise,
            "amplitude": self.metric.amplitude,
        }
        arrays = {
            "numbers": self.numbers,
            "bonds": self.bonds,
            "range": self.metric.range,
            "origin": self.metric.origin,
            "map": self.metric.map,
            "x": self.expansion.x,
            "slope": self.expansion.slope,
            "constant": self.expansion.constant,
        }
        return data, arrays

    @classmethod
    def from_state(cls, data: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Self:
        """The process that has this state."""
        metric = Metric(arrays["range"], arrays["origin"], arrays["map"], data["amplitude"])
        expansion = Expansion(arrays["x"], arrays["slope"], arrays["constant"])
        rest = data["unit_kcal_mol_angstrom"], data["mean_kcal_mol"], data["noise"]
        return cls(arrays["numbers"], arrays["bonds"], metric, expansion, *rest)


def in_order(clouds: Clouds, numbers: np.ndarray, bonds: np.ndarray) -> np.ndarray:
    """(n, atoms, 3) positions of point clouds, atoms in the order of a molecule.

    Raises
    ------
    StudyError
        If a point cloud is of another molecule.
    """
    molecule = graph(numbers, bonds)
    first, second = np.triu_indices(clouds.numbers.shape[1], 1)
    kinds, member = np.unique(
        np.hstack([clouds.numbers, clouds.bonds == 1]), axis=0, return_inverse=True
    )
    positions = np.empty((len(clouds.positions), len(numbers), 3))
    for kind, row in enumerate(kinds):
        theirs, near = row[: clouds.numbers.shape[1]], row[clouds.numbers.shape[1] :] == 1
        found = matches(molecule, graph(theirs, np.stack([first, second], axis=1)[near]), 1)
        if not len(found):
            raise StudyError(
                "gradient_gp learned another molecule: elements or bonds differ; fit a model to "
                "this one."
            )
        positions[member == kind] = clouds.positions[member == kind][:, found[0]]
    return positions
