"""A Gaussian process on Cartesian coordinates, which knows no symmetry at all.

Energies and forces are learned together by a Gaussian kernel of the coordinates and its exact
derivatives, as in geometry optimisers: Denzel and Kästner, J. Chem. Phys. 148, 094114 (2018),
doi:10.1063/1.5017103. With d = x − x′, all coordinates of two geometries, and
κ = exp(−|d|² / 2l²), in units of the root-mean-square force:

    cov(E, E′) = l² κ,   cov(E, ∂E′) = κ d,   cov(∂E, ∂E′) = κ (1 − d dᵀ / l²)

so that a component of the prior's forces has the variance of the training forces.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from scipy.linalg import cho_solve, cholesky
from scipy.spatial.distance import cdist

from confsym.errors import StudyError
from confsym.models.copies import distinct
from confsym.models.labelled import Labelled
from confsym.storage.numbers import significant

LEAST = 3  # training geometries
# Length scales to choose from, in multiples of the median distance of a training geometry and the
# nearest other one.
LENGTHS = (1, 2, 4, 8, 16)
NOISE = 1e-4  # standard deviation, in units of the root-mean-square force: labels are computed
HELD_OUT = 1 / 3  # part of the geometries that the choice is tested on
TUNING_ROWS = 1500  # of the kernel matrix on which the choice is made, at most
BATCH = 100  # geometries that are predicted at once
CURE = "set the model's conformers to at most {fits}"

log = logging.getLogger("confsym")


def cartesian_gp(
    labelled: Labelled, features: Sequence[Mapping[str, Any]], conformers: int, seed: int
) -> "CartesianGP":
    """Fit a process to energies and forces.

    The length scale is the one whose fit to some training geometries does best on the forces of
    others, drawn at random. The noise is small, so that the fit meets its labels: computed labels
    have no error but round-off. If a geometry occurs several times in one pose, the first one
    counts.

    Parameters
    ----------
    labelled
        Training geometries.
    features
        The experiment's; raw coordinates, which add nothing to the geometries.
    conformers
        Geometries to learn from, at most, evenly among those that are there.
    seed
        Of the choice of the length scale.

    Raises
    ------
    StudyError
        If there are fewer than 3 geometries, or no memory for the kernel matrix.
    """
    # What fitting alone needs (psutil) a calculator does without.
    from confsym.provenance.memory import require

    labelled = labelled.of(distinct(_flat(labelled.positions)))
    count = len(labelled.positions)
    if count < LEAST:
        raise StudyError(
            f"cartesian_gp has {count} different training geometries and needs at least {LEAST}; "
            "raise split.train, or take sizes out of learning_curves.sizes."
        )
    training = labelled.of(evenly(count, conformers))
    training_size = len(training.positions)
    approximation = (
        f"learned from {training_size} of {count} training conformers"
        if training_size < count
        else ""
    )
    log.info("learns from %d of %d training geometries, evenly among them", training_size, count)
    x, slope = _flat(training.positions), -_flat(training.forces)
    unit = float(np.sqrt(np.mean(slope**2))) or 1.0
    mean = float(training.energy.mean())
    energy = (training.energy - mean) / unit
    width = 1 + x.shape[1]
    require(
        lambda geometries: 8 * (geometries * width) ** 2, training_size, "cartesian_gp", cure=CURE
    )
    length = best_length(x, energy, slope / unit, seed)
    log.info("length scale %s Å, by forces of training geometries held out", significant(length))
    weights = solved(matrix(x, length), energy, slope / unit)
    return CartesianGP(x, weights, length, unit, mean, approximation)


def evenly(count: int, limit: int) -> np.ndarray:
    """Numbers below `count`, evenly among them: all, or `limit` of them."""
    return np.unique(np.linspace(0, count - 1, min(count, limit)).round().astype(int))


def best_length(x: np.ndarray, energy: np.ndarray, slope: np.ndarray, seed: int) -> float:
    """The length scale, Å, with the least error of forces held out at random.

    Parameters
    ----------
    x, energy, slope
        (n, coordinates) Å, (n,) and (n, coordinates), the latter two in units of the process.
    seed
        Of what is held out.
    """
    distances = cdist(x, x)
    np.fill_diagonal(distances, np.inf)
    nearest = float(np.median(distances.min(axis=1)))
    order = np.random.default_rng(seed).permutation(len(x))
    tested = max(int(HELD_OUT * len(x)), 1)
    max_rows = max(TUNING_ROWS // (1 + x.shape[1]), 2)
    held_out, train = order[:tested][:max_rows], order[tested:][:max_rows]
    errors = {}
    for length in (multiple * nearest for multiple in LENGTHS):
        weights = solved(matrix(x[train], length), energy[train], slope[train])
        _, predicted_slope = expansion(x[held_out], x[train], weights, length)
        errors[length] = float(np.mean((predicted_slope - slope[held_out]) ** 2))
    return min(errors, key=errors.get)


def matrix(x: np.ndarray, length: float) -> np.ndarray:
    """Covariances of energies and their derivatives among geometries.

    Parameters
    ----------
    x : (n, coordinates)
        Å.
    length
        Length scale, Å.

    Returns
    -------
    (n (1 + coordinates), n (1 + coordinates))
        Of each geometry the energy first, then its derivatives.
    """
    count, width = x.shape
    kernel = np.empty((count, 1 + width, count, 1 + width))
    identity = np.eye(width)[:, None, :]
    for block, point in zip(kernel, x, strict=True):
        delta = point - x  # (n, coordinates)
        decay = np.exp(-np.einsum("nc,nc->n", delta, delta) / (2 * length**2))
        slope = decay[:, None] * delta
        block[0, :, 0] = length**2 * decay
        block[0, :, 1:] = slope
        block[1:, :, 0] = -slope.T
        block[1:, :, 1:] = decay[:, None] * identity - slope.T[:, :, None] * (delta / length**2)
    return kernel.reshape(count * (1 + width), -1)


def solved(kernel: np.ndarray, energy: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Weights (n, 1 + coordinates) that fit energies and slopes; the kernel is overwritten."""
    target = np.column_stack([energy, slope])
    kernel[np.diag_indices_from(kernel)] += NOISE**2
    # The lower half in C's order is the upper one in Fortran's, so that nothing is copied.
    factor = cholesky(kernel.T, lower=False, overwrite_a=True, check_finite=False)
    weights = cho_solve((factor, False), target.ravel(), check_finite=False)
    return weights.reshape(target.shape)


def expansion(
    x: np.ndarray, references: np.ndarray, weights: np.ndarray, length: float
) -> tuple[np.ndarray, np.ndarray]:
    """What weights make of geometries.

    E = Σ κ (l² w₀ + wᵀ d) over the training geometries, w₀ the weight of an energy and w those of
    its derivatives, and the exact derivative of this sum.

    Parameters
    ----------
    x, references
        (m, coordinates) and (n, coordinates), Å: where to predict, and where it was fitted.
    weights : (n, 1 + coordinates)
        From `solved`.
    length
        Length scale, Å.

    Returns
    -------
    energies : (m,)
    slopes : (m, coordinates)
        Both in units of the process.
    """
    of_energy, of_slope = weights[:, 0], weights[:, 1:]
    decay = np.exp(-cdist(x, references, "sqeuclidean") / (2 * length**2))
    along = x @ of_slope.T - np.einsum("nc,nc->n", references, of_slope)  # wᵀ d
    terms = decay * (length**2 * of_energy + along)
    # ∂κ/∂x = −κ d / l², ∂(wᵀ d)/∂x = w
    pull = terms @ references - terms.sum(axis=1, keepdims=True) * x
    return terms.sum(axis=1), pull / length**2 + decay @ of_slope


def _flat(values: np.ndarray) -> np.ndarray:
    """(n, atoms, 3) to (n, 3 atoms)."""
    return values.reshape(len(values), -1)


class CartesianGP:
    """A fitted process.

    Parameters
    ----------
    x : (n, 3 atoms)
        Å, the geometries that it learned from.
    weights : (n, 1 + 3 atoms)
        Of their energies and derivatives.
    length
        Length scale, Å.
    unit
        Root-mean-square force of these geometries, kcal/mol/Å.
    mean
        Of their energies, kcal/mol.
    approximation
        How many of the training geometries it learned from; empty if from all.
    """

    def __init__(
        self,
        x: np.ndarray,
        weights: np.ndarray,
        length: float,
        unit: float,
        mean: float,
        approximation: str = "",
    ) -> None:
        self.x, self.weights, self.length = x, weights, length
        self.unit, self.mean, self.approximation_ = unit, mean, approximation

    def __repr__(self) -> str:
        size = f"{len(self.x)} geometries of {self.x.shape[1] // 3} atoms"
        return f"CartesianGP({size}, length scale {significant(self.length, 3)} Å)"

    def energies_and_forces(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """From (n, atoms, 3) Å to (n,) kcal/mol and (n, atoms, 3) kcal/mol/Å."""
        x = _flat(positions)
        batches = [
            expansion(x[start : start + BATCH], self.x, self.weights, self.length)
            for start in range(0, max(len(x), 1), BATCH)
        ]
        values, slopes = (np.concatenate(batch) for batch in zip(*batches, strict=True))
        return self.mean + self.unit * values, -self.unit * slopes.reshape(positions.shape)

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """Numbers and arrays that say all."""
        data = {
            "length_scale_angstrom": self.length,
            "unit_kcal_mol_angstrom": self.unit,
            "mean_kcal_mol": self.mean,
        }
        return data, {"x": self.x, "weights": self.weights}

    @classmethod
    def from_state(cls, data: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Self:
        """The process that has this state."""
        names = ("length_scale_angstrom", "unit_kcal_mol_angstrom", "mean_kcal_mol")
        return cls(arrays["x"], arrays["weights"], *(float(data[name]) for name in names))
