"""The weights of columns that fit energies and forces best, in one least-squares problem.

Blocks of conformers are reduced to a matrix (`reductions.py`), so that memory does not grow with
their number; where the columns represent the data exactly, in a way that keeps all digits. The
evidence finds how strongly each kind of term acts (`evidence.py`). Errors of forces at conformers
that were left out say how they hang together (`force_noise.py`), and the fit is done again with
forces whose errors are independent.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.linalg import lapack

from confsym.errors import StudyError
from confsym.features.jointly import Jointly
from confsym.models import evidence, force_noise
from confsym.models.evidence import Data, Prior
from confsym.models.force_noise import ForceNoise
from confsym.models.labelled import Labelled
from confsym.models.reductions import Reduction, Squares, Triangles
from confsym.models.weight_certainty import Certainty
from confsym.provenance.progress import Progress

FOLDS = 5
EARLY = 100  # conformers, at most, for a look at how errors hang together
LOOKS = 3
FIRST_ROUNDS, FURTHER_ROUNDS = 8, 5  # updates of the evidence
RATIOS = (0.02, 0.06, 0.2, 0.6)  # Å: errors of energies in multiples of errors of forces
START_RATIO = 0.2  # Å
BLOCK = 64e6  # bytes of the Jacobian of some conformers
SPEED = 4e9  # multiplications and additions a second, at the least
PATIENCE = 4 * 3600  # seconds that a fit may take
POSTERIORS = 66  # that are computed, about
RESOLVED = 1e-8  # of forces' root mean square: the least errors that covariances are found with
DEAD = 1e-10  # kcal/mol/Å per unit: columns whose forces are round-off


@dataclass(frozen=True, eq=False)
class Fold:
    """Some training conformers, reduced.

    Parameters
    ----------
    rows
        (n,) which conformers.
    forces
        (columns + 1, columns + 1) derivatives of the columns and the gradient, reduced.
    values
        (n, columns)
    """

    rows: np.ndarray
    forces: np.ndarray
    values: np.ndarray


class Solution(NamedTuple):
    """A fit: weights (columns,) and constant; and how sure it is of them.

    `factor` is the triangle R of the covariance R⁻¹R⁻ᵀ of the scaled weights, and `middle`
    (columns,) has the mean values of the conformers.
    """

    weights: np.ndarray
    constant: float
    factor: np.ndarray
    middle: np.ndarray


def learned(
    labelled: Labelled, columns: Jointly, groups: np.ndarray, force_weight: float | None
) -> tuple[np.ndarray, float, Certainty]:
    """Fit columns to energies and forces.

    Parameters
    ----------
    labelled
        Training conformers.
    columns
        Columns with their derivatives.
    groups
        (columns,) which prior each column has.
    force_weight
        Å²: (error of an energy / error of a force component)²; None to choose it.

    Returns
    -------
    weights : (columns,)
        kcal/mol per unit of each column.
    constant
        kcal/mol.
    certainty : Certainty
        Of both.

    Raises
    ------
    StudyError
        If there are too few conformers, or too many to fit.
    """
    _feasible(len(labelled.energy), 3 * labelled.positions.shape[1], len(columns.names))
    order = np.random.default_rng(0).permutation(len(labelled.energy))
    early = labelled.of(np.sort(order[:EARLY]))
    noise, prior = force_noise.independent(labelled.topology), None
    for _ in range(LOOKS):
        fit = Fit(early, columns, groups, noise, Squares())
        prior = fit.best_prior(prior)
        if fit.exact(prior):
            break
        noise = noise.fitted(*fit.left_out_errors(prior))
    fit = Fit(labelled, columns, groups, noise, Triangles() if fit.exact(prior) else Squares())
    prior = fit.best_prior(prior)
    ratio = fit.best_ratio(prior) if force_weight is None else np.sqrt(force_weight)
    solution = fit.solved(fit.folds, prior, ratio)
    prior = fit.resolved(prior)
    certainty = fit.certainty(fit.solved(fit.folds, prior, ratio), prior, ratio)
    certainty = certainty.scaled(fit.left_out_ratios(prior, ratio))
    return solution.weights, solution.constant, certainty


class Fit:
    """Training conformers in folds, and the fits to all of them or all but one fold.

    Parameters
    ----------
    labelled
        Training conformers.
    columns
        Columns with their derivatives.
    groups
        (columns,) which prior each column has.
    noise
        How errors of forces hang together.
    reduction
        How rows are reduced.
    """

    def __init__(
        self,
        labelled: Labelled,
        columns: Jointly,
        groups: np.ndarray,
        noise: ForceNoise,
        reduction: Reduction,
    ):
        self.labelled, self.columns, self.groups, self.reduction = (
            labelled,
            columns,
            groups,
            reduction,
        )
        self.noise = noise
        count = len(labelled.energy)
        order = np.random.default_rng(0).permutation(count)
        folds = min(FOLDS, count)
        fold_rows = [np.sort(order[start::folds]) for start in range(folds)]
        progress = Progress(count, "conformers")
        self.folds = [
            _fold(labelled, columns, noise, reduction, rows, progress) for rows in fold_rows
        ]
        squares = sum(reduction.column_squares(fold.forces) for fold in self.folds)
        sizes = np.sqrt(squares / labelled.forces.size)
        live = sizes[:-1] > DEAD
        self.scale = np.where(live, 1 / np.where(live, sizes[:-1], 1), 0)
        self.force = float(sizes[-1])

    def best_prior(self, start: Prior | None) -> Prior:
        """The prior with the largest evidence, starting from another one if there is one."""
        rounds = FURTHER_ROUNDS
        if start is None:
            deviations = np.full(self.groups.max() + 1, self.force / 5)
            start = Prior(deviations, self.force / 10 * START_RATIO, self.force / 10)
            rounds = FIRST_ROUNDS
        data, _ = self._data(self.folds)
        return evidence.best_prior(data, start, self.groups, rounds)

    def exact(self, prior: Prior) -> bool:
        """Whether errors of forces are too small for the way in which rows are reduced."""
        return prior.force < self.reduction.finest * self.force

    def best_ratio(self, prior: Prior) -> float:
        """The ratio of errors, Å, with the least errors of conformers that were left out."""
        if len(self.folds) < 2:
            return START_RATIO
        scores = np.zeros((len(RATIOS), 2))  # sums of errors of energies, and of squares of forces
        for fold in self.folds:
            without_fold = self._data([other for other in self.folds if other is not fold])
            for score, ratio in zip(scores, RATIOS, strict=True):
                weights, constant, *_ = self._solved(*without_fold, prior, ratio)
                energy_errors = fold.values @ weights + constant - self.labelled.energy[fold.rows]
                score += np.abs(energy_errors).sum(), self.reduction.square(fold.forces, weights)
        # The geometric mean of energies' mean absolute and forces' root-mean-square error, squared.
        energies, forces = np.log(np.maximum(scores, 1e-300)).T
        return RATIOS[int(np.argmin(energies + forces / 4))]

    def left_out_errors(self, prior: Prior) -> tuple[np.ndarray, np.ndarray]:
        """Positions and errors of forces (n, atoms, 3) where they were left out of the fit.

        As many of each fold as the covariance of errors is found from, one fold after the other.
        """
        positions, errors = [], []
        for solution, fold in self._left_out(prior, START_RATIO):
            rows = self._sample(fold)
            sampled = self.labelled.positions[rows]
            _, gradients = self.columns.surface(solution.weights).energies_and_gradients(sampled)
            positions.append(sampled)
            errors.append(-gradients - self.labelled.forces[rows])
        return np.concatenate(positions), np.concatenate(errors)

    def left_out_ratios(
        self, prior: Prior, ratio: float
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Errors of energies (n,) and forces (k, atoms, 3) over their standard deviations.

        Where they were left out of the fit, a fold at a time: of forces as many as in
        `left_out_errors`, of energies all.
        """
        for solution, fold in self._left_out(prior, ratio):
            certainty = self.certainty(solution, prior, ratio)
            energies = fold.values @ solution.weights + solution.constant
            energies -= self.labelled.energy[fold.rows]
            sampled = self.labelled.of(self._sample(fold))
            _, slopes = self.columns.jacobian(sampled.positions)
            forces = -(slopes @ solution.weights).reshape(sampled.forces.shape) - sampled.forces
            of_forces = certainty.of_forces(sampled.positions, slopes)
            yield energies / certainty.of_energies(fold.values), forces / of_forces

    def _left_out(self, prior: Prior, ratio: float) -> Iterator[tuple[Solution, Fold]]:
        """Fits to all folds but one, and that one."""
        for fold in self.folds:
            other_folds = [other for other in self.folds if other is not fold] or [fold]
            yield self.solved(other_folds, prior, ratio), fold

    def _sample(self, fold: Fold) -> np.ndarray:
        """Some conformers of a fold."""
        return fold.rows[: -(-force_noise.SAMPLE // len(self.folds))]

    def resolved(self, prior: Prior) -> Prior:
        """A prior whose errors of forces are no smaller than a covariance resolves.

        Where columns represent the data exactly, covariances span 30 orders of magnitude, and
        weights that the data do not determine would hide those that they do.
        """
        return replace(prior, force=max(prior.force, RESOLVED * self.force))

    def certainty(self, solution: Solution, prior: Prior, ratio: float) -> Certainty:
        """What standard deviations a fit has, without factors."""
        root, _ = lapack.dtrtri(np.asfortranarray(solution.factor))
        root = (self.scale[:, None] * root).astype(np.float32)
        energy = ratio * prior.force
        return Certainty(root, solution.middle, energy, prior.force, self.noise, np.ones(2))

    def solved(self, folds: list[Fold], prior: Prior, ratio: float) -> Solution:
        """The fit to some folds; the ratio of errors is in Å."""
        return self._solved(*self._data(folds), prior, ratio)

    def _solved(self, data: Data, means: np.ndarray, prior: Prior, ratio: float) -> Solution:
        prior = Prior(prior.coefficients, ratio * prior.force, prior.force)
        scaled, factor = data.posterior(prior, self.groups)
        weights = scaled * self.scale
        constant = float(means[-1] - means[:-1] @ weights)
        return Solution(weights, constant, factor, means[:-1])

    def _data(self, folds: list[Fold]) -> tuple[Data, np.ndarray]:
        """What some folds say, and the mean (columns + 1,) of their values and energies."""
        rows = np.concatenate([fold.rows for fold in folds])
        values = np.concatenate([fold.values for fold in folds])
        energies = np.column_stack([values, self.labelled.energy[rows]])
        means = energies.mean(axis=0)
        scale = np.append(self.scale, 1.0)
        atoms = self.labelled.positions.shape[1]
        data = Data(
            reduction=self.reduction,
            forces=self.reduction.scaled(
                self.reduction.joined([fold.forces for fold in folds]), scale
            ),
            components=len(rows) * max(3 * atoms - 6, 1),
            force=self.force,
            energies=(energies - means) * scale,
        )
        return data, means


def _fold(
    labelled: Labelled,
    columns: Jointly,
    noise: ForceNoise,
    reduction: Reduction,
    rows: np.ndarray,
    progress: Progress,
) -> Fold:
    """Reduce conformers, a block at a time."""
    width = len(columns.names) + 1
    components = labelled.forces[0].size
    step = max(1, int(BLOCK / (8 * components * max(width, 4 * components))))
    forces, values = [], []
    for start in range(0, len(rows), step):
        batch = labelled.of(rows[start : start + step])
        value, derivatives = columns.jacobian(batch.positions)
        gradient = -batch.forces.reshape(len(value), -1, 1)
        block = np.concatenate([derivatives, gradient], axis=2)
        block = force_noise.whitened(noise.roots(batch.positions), block)
        forces = [reduction.joined([*forces, reduction.reduced(block.reshape(-1, width))])]
        values.append(value)
        progress.add(len(value))
    return Fold(rows, forces[0], np.concatenate(values))


def _feasible(conformers: int, components: int, columns: int) -> None:
    """Refuse what would take too much memory or time, or has nothing to learn from."""
    if conformers < 2:
        raise StudyError(
            "models: a linear_force_field needs two different training conformers, and there are "
            f"{conformers}; raise split.train."
        )
    if not columns:
        raise StudyError(
            "models: a linear_force_field has no columns to learn, since its feature sets have no "
            "terms for this molecule; take others, such as inverse_distances with order: atoms."
        )
    # What fitting alone needs (psutil) a calculator does without.
    from confsym.provenance.memory import require

    triangles = 8 * columns**2 * (2 * FOLDS + 6)
    require(
        lambda rows: triangles + 4 * BLOCK + 8 * 4 * columns * rows,
        conformers,
        f"a linear_force_field with {columns} columns",
        cure="lower split.train to {fits}, or take fewer columns (labels: elements)",
    )
    fixed_seconds = POSTERIORS * columns**3 / SPEED
    seconds_each = (2 * components * columns**2 + components**2 * columns) / SPEED
    max_conformers = int((PATIENCE - fixed_seconds) / seconds_each)
    if max_conformers < 2:
        raise StudyError(
            f"models: a linear_force_field with {columns} columns takes more than "
            f"{PATIENCE / 3600:.0f} hours; take fewer feature sets, or labels: elements."
        )
    if conformers > max_conformers:
        raise StudyError(
            f"models: a linear_force_field with {columns} columns can learn from {max_conformers} "
            f"conformers of {components // 3} atoms in {PATIENCE / 3600:.0f} hours, and there are "
            f"{conformers}; lower split.train to {max_conformers}, or take fewer columns."
        )
