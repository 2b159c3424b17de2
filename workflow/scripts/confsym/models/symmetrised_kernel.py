"""Kernel ridge regression on point clouds, with a kernel that no symmetry of a molecule changes."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve, svd
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from confsym.features.pair_classes import pair_classes
from confsym.features.pair_correlations import faded, grid, smeared
from confsym.features.point_cloud import Clouds
from confsym.geometry.internal import pair_distances
from confsym.models.leave_one_out import above_round_off, conformers, ridge_errors, tuning_rows
from confsym.models.scaling import standardised
from confsym.provenance.memory import require

MOST_PAIRED = 5000  # training rows whose kernels with each other are taken


def symmetrised_kernel_ridge(
    width: float, cutoff: float, separated: int, alpha: list[float], tuning_size: int
) -> "SymmetrisedKernelRidge":
    """Build a kernel ridge regression on point clouds; see `SymmetrisedKernelRidge`."""
    return SymmetrisedKernelRidge(width, cutoff, separated, alpha, tuning_size)


def double_sum(
    first: Clouds, second: Clouds, width: float, cutoff: float, separated: int
) -> np.ndarray:
    """Compute the kernel K as it is defined, slowly.

    With f(d) = ½ + ½ cos(π d / cutoff) within the cutoff and 0 beyond, and classes c of pairs of
    the same elements with the same number of bonds between them (any above `separated` alike),

        K(x, x') = Σ_c Σ_{p in c} Σ_{q in c} f(d_p) f(d'_q) exp(−(d_p − d'_q)² / (4 w²)).

    It is Σ_c n_c times the average, over all n_c! ways to match the pairs of a class, of the same
    sum over matched pairs alone: the kernel of ordered distances, averaged over a group that holds
    every automorphism (Haasdonk and Burkhardt, Mach. Learn. 68, 35 (2007),
    doi:10.1007/s10994-007-5009-7). Classes that only one of two molecules has add nothing.

    Parameters
    ----------
    first, second
        n and m point clouds, of any molecules.
    width, cutoff
        w and cutoff, Å.
    separated
        Bonds.

    Returns
    -------
    (n, m)
        No unit.
    """
    left, right = (_distances_by_class(clouds, separated) for clouds in (first, second))
    values = np.zeros((len(left), len(right)))
    for row, row_distances in enumerate(left):
        for column, column_distances in enumerate(right):
            for label in row_distances.keys() & column_distances.keys():
                d, e = row_distances[label], column_distances[label]
                gaussian = np.exp((d[:, None] - e) ** 2 / (-4 * width**2))
                values[row, column] += faded(d, cutoff) @ gaussian @ faded(e, cutoff)
    return values


def correlations(
    clouds: Clouds, classes: np.ndarray, width: float, cutoff: float, separated: int
) -> np.ndarray:
    """Compute rows whose dot product is K, summed over some classes (see `pair_correlations`).

    Parameters
    ----------
    clouds
        n point clouds, of any molecules.
    classes : (classes, 3)
        From `classes_of`. Pairs of other classes do not count; classes without pairs give 0.
    width, cutoff, separated
        As in `double_sum`.

    Returns
    -------
    (n, classes places)
        No unit.
    """
    grid_points = grid(width, cutoff)
    column = {tuple(label): index for index, label in enumerate(classes.tolist())}
    values = np.zeros((len(clouds.positions), len(classes), len(grid_points)))
    molecules, member = _molecules(clouds)
    for index_of_molecule, (numbers, bonds) in enumerate(molecules):
        rows = np.flatnonzero(member == index_of_molecule)
        molecule_classes, phi = smeared(
            clouds.positions[rows], numbers, bonds, width, cutoff, separated, grid_points
        )
        for index, label in enumerate(map(tuple, molecule_classes.tolist())):
            if label in column:
                values[rows, column[label]] = phi[:, index]
    return values.reshape(len(values), -1)


def classes_of(clouds: Clouds, separated: int) -> np.ndarray:
    """(classes, 3) the classes of pairs that point clouds have: elements and bonds."""
    molecules, _ = _molecules(clouds)
    classes = [pair_classes(n, np.minimum(b, separated + 1))[0] for n, b in molecules]
    return np.unique(np.concatenate(classes), axis=0)


class SymmetrisedKernelRidge(RegressorMixin, BaseEstimator):
    """Kernel ridge regression on rows of `point_cloud` with the kernel K of `double_sum`.

    K is computed as a dot product of rows of `correlations`, which is exact to 1e-10 of K(x, x)
    and makes a matrix of all pairs of conformers affordable. Elements and bonds are read from each
    row, so that atoms may be listed in any order. K is centred in the space of those rows (their
    mean over the training conformers is taken away) and divided by the mean of the centred K(x, x)
    over the training conformers; the target is scaled to mean 0 and variance 1.

    Parameters
    ----------
    width, cutoff, separated
        Of the kernel: Å, Å and bonds.
    alphas
        Penalties to choose from by the exact leave-one-out error on the training conformers, raised
        to round-off of the kernel where they are below. A conformer is left out with all its
        copies, see `conformers`, and the mean is that of the others.
    tuning_size
        Training conformers, at most, on which the choice is made; see `tuning_rows`.

    Attributes
    ----------
    alpha_ : float
        What was chosen.
    leave_one_out_rmse_ : float
        Of the choice, in the units of the target.
    """

    def __init__(
        self,
        width=0.4,
        cutoff=5.0,
        separated=3,
        alphas=(1e-8, 1e-6, 1e-4, 1e-2, 1),
        tuning_size=1000,
    ):
        self.width = width
        self.cutoff = cutoff
        self.separated = separated
        self.alphas = alphas
        self.tuning_size = tuning_size

    def fit(self, X, y, groups=None):
        """Choose the penalty, then fit to all of `X` (n, columns of a cloud) and `y` (n,).

        `groups` (n,) says which conformer each row is of.
        """
        X, y = validate_data(self, X, y, y_numeric=True, ensure_min_samples=2)
        target, self.mean_, self.spread_ = standardised(y)
        clouds = Clouds.from_rows(X)
        self.classes_ = classes_of(clouds, self.separated)
        points = correlations(clouds, self.classes_, self.width, self.cutoff, self.separated)
        self.centre_ = points.mean(axis=0)
        points -= self.centre_
        self.scale_ = float(np.sqrt(np.mean(np.sum(points**2, axis=1)))) or 1.0
        points /= self.scale_

        # Of many rows the columns are fewer: ridge regression on them is the same, and less work.
        by_columns = len(points) > max(MOST_PAIRED, points.shape[1])
        if not by_columns:
            require(lambda rows: 16 * rows**2, len(points), "symmetrised_kernel_ridge", "rows")

        tuning_subset = tuning_rows(groups, self.tuning_size)
        tuning = points[tuning_subset] - points[tuning_subset].mean(axis=0)
        tuning_groups = conformers(
            tuning, target[tuning_subset], None if groups is None else groups[tuning_subset]
        )
        left_vectors, singular, _ = svd(tuning, full_matrices=False)
        alphas = above_round_off(self.alphas, float(np.sum(singular**2)))
        error, self.alpha_ = min(
            ridge_errors(left_vectors, singular, target[tuning_subset], alphas, tuning_groups)
        )
        self.leave_one_out_rmse_ = float(error * self.spread_)

        gram = points.T @ points if by_columns else points @ points.T
        gram[np.diag_indices_from(gram)] += self.alpha_
        factor = cho_factor(gram, lower=True, overwrite_a=True)
        if by_columns:
            self.weights_ = cho_solve(factor, points.T @ target)
            return self
        coefficients = cho_solve(factor, target)
        # The sum over training conformers, once and for all: coefficients are large and cancel,
        # and in a sum for each prediction its own round-off would break the symmetries a little.
        self.weights_ = points.T @ coefficients
        return self

    def predict(self, X):
        """Predict for `X` (n, columns of a cloud), in the units of the target."""
        check_is_fitted(self)
        clouds = Clouds.from_rows(validate_data(self, X, reset=False))
        points = correlations(clouds, self.classes_, self.width, self.cutoff, self.separated)
        points -= self.centre_
        points /= self.scale_
        return self.mean_ + self.spread_ * (points @ self.weights_)


def _molecules(clouds: Clouds) -> tuple[list[tuple[np.ndarray, np.ndarray]], np.ndarray]:
    """Different elements and bonds, and (n,) which of them each point cloud has."""
    rows = np.hstack([clouds.numbers, clouds.bonds])
    molecules, member = np.unique(rows, axis=0, return_inverse=True)
    return [tuple(np.split(molecule, [clouds.numbers.shape[1]])) for molecule in molecules], member


def _distances_by_class(clouds: Clouds, separated: int) -> list[dict[tuple, np.ndarray]]:
    first, second = np.triu_indices(clouds.numbers.shape[1], 1)
    distances = pair_distances(clouds.positions, first, second)
    by_class = []
    for distance, numbers, bonds in zip(distances, clouds.numbers, clouds.bonds, strict=True):
        classes, member = pair_classes(numbers, np.minimum(bonds, separated + 1))
        labels = map(tuple, classes.tolist())
        by_class.append({label: distance[member == k] for k, label in enumerate(labels)})
    return by_class
