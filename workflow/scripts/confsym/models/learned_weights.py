"""The weights of columns that fit energies and forces best, in one least-squares problem.

Blocks of conformers are reduced to triangles (`triangles.py`), so that memory does not grow with
their number. The evidence finds how strongly each kind of term acts (`evidence.py`). Errors of
forces at conformers that were left out say how they hang together (`force_noise.py`), and the fit
is done again with forces whose errors are independent.
"""

from dataclasses import dataclass

import numpy as np

from confsym.errors import StudyError
from confsym.features.columns import Columns
from confsym.features.surface import Surface
from confsym.models import evidence, force_noise
from confsym.models.evidence import Data, Prior
from confsym.models.force_noise import ForceNoise
from confsym.models.labelled import Labelled
from confsym.models.triangles import all_merged, solution, triangle, with_rows

FOLDS = 5
EARLY = 100  # conformers, at most, for a look at how errors hang together
LOOKS = 2
RATIOS = (0.02, 0.06, 0.2, 0.6, 2.0)  # Å: errors of energies in multiples of errors of forces
START_RATIO = 0.2  # Å
BLOCK = 64e6  # bytes of the Jacobian of some conformers
MEMORY = 4e9  # bytes that a fit may take
SPEED = 4e9  # multiplications and additions a second, at the least
PATIENCE = 4 * 3600  # seconds that a fit may take
DEAD = 1e-10  # kcal/mol/Å per unit: columns whose forces are round-off


@dataclass(frozen=True, eq=False)
class Fold:
    """Some training conformers, reduced.

    Parameters
    ----------
    rows
        (n,) which conformers.
    forces
        (columns + 1, columns + 1) triangle of the derivatives of the columns, and of the gradient.
    values
        (n, columns)
    """

    rows: np.ndarray
    forces: np.ndarray
    values: np.ndarray


def learned(
    labelled: Labelled, columns: Columns, groups: np.ndarray, force_weight: float | None
) -> tuple[np.ndarray, float]:
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

    Raises
    ------
    StudyError
        If there are too few conformers, or too many to fit.
    """
    _feasible(len(labelled.energy), 3 * labelled.positions.shape[1], len(columns.names))
    order = np.random.default_rng(0).permutation(len(labelled.energy))
    noise = force_noise.independent(labelled.topology)
    early = labelled.of(np.sort(order[:EARLY]))
    for _ in range(LOOKS):
        fit = Fit(early, columns, groups, noise)
        noise = noise.fitted(*fit.left_out_errors(fit.best_prior()))
    fit = Fit(labelled, columns, groups, noise)
    prior = fit.best_prior()
    ratio = fit.best_ratio(prior) if force_weight is None else np.sqrt(force_weight)
    return fit.weights(fit.folds, prior, ratio)


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
    """

    def __init__(self, labelled: Labelled, columns: Columns, groups: np.ndarray, noise: ForceNoise):
        self.labelled, self.columns, self.groups = labelled, columns, groups
        count = len(labelled.energy)
        order = np.random.default_rng(0).permutation(count)
        folds = min(FOLDS, count)
        parts = [np.sort(order[start::folds]) for start in range(folds)]
        self.folds = [_fold(labelled, columns, noise, part) for part in parts]
        whole = all_merged([fold.forces for fold in self.folds])
        components = count * labelled.forces[0].size
        size = np.sqrt(np.square(whole[:, :-1]).sum(axis=0) / components)
        live = size > DEAD
        self.scale = np.where(live, 1 / np.where(live, size, 1), 0)
        self.force = float(np.sqrt(np.square(whole[:, -1]).sum() / components))

    def best_prior(self) -> Prior:
        """The prior with the largest evidence."""
        start = Prior(
            coefficients=np.full(self.groups.max() + 1, self.force / 5),
            energy=self.force / 10 * START_RATIO,
            force=self.force / 10,
        )
        return evidence.best(self._data(self.folds)[0], start, self.groups)

    def best_ratio(self, prior: Prior) -> float:
        """The ratio of errors, Å, with the least errors of conformers that were left out."""
        score = {}
        rest = [
            (fold, *self._data([other for other in self.folds if other is not fold]))
            for fold in self.folds
        ]
        if len(self.folds) < 2:
            return START_RATIO
        for ratio in RATIOS:
            energy, force = 0.0, 0.0
            for fold, data, middle in rest:
                weights, constant = self._solved(data, middle, prior, ratio)
                missed = fold.values @ weights + constant - self.labelled.energy[fold.rows]
                energy += np.abs(missed).sum()
                pull = fold.forces[:, :-1] @ weights - fold.forces[:, -1]
                force += pull @ pull
            score[ratio] = np.log(max(energy, 1e-300)) + np.log(max(force, 1e-300)) / 4
        return min(score, key=score.get)

    def left_out_errors(self, prior: Prior) -> tuple[np.ndarray, np.ndarray]:
        """Positions and errors of forces (n, atoms, 3) where they were left out of the fit.

        As many of each fold as the covariance of errors is found from, one fold after the other.
        """
        positions, errors = [], []
        most = -(-force_noise.SAMPLE // len(self.folds))
        for fold in self.folds:
            rest = [other for other in self.folds if other is not fold] or [fold]
            weights, _ = self.weights(rest, prior, START_RATIO)
            place = self.labelled.positions[fold.rows[:most]]
            _, gradients = Surface(self.columns, weights).energies_and_gradients(place)
            positions.append(place)
            errors.append(-gradients - self.labelled.forces[fold.rows[:most]])
        return np.concatenate(positions), np.concatenate(errors)

    def weights(self, folds: list[Fold], prior: Prior, ratio: float) -> tuple[np.ndarray, float]:
        """Weights (columns,) and constant of the fit to some folds; the ratio of errors is in Å."""
        return self._solved(*self._data(folds), prior, ratio)

    def _solved(
        self, data: Data, middle: np.ndarray, prior: Prior, ratio: float
    ) -> tuple[np.ndarray, float]:
        prior = Prior(prior.coefficients, ratio * prior.force, prior.force)
        found = solution(evidence.posterior(data, prior, self.groups)) * self.scale
        return found, float(middle[-1] - middle[:-1] @ found)

    def _data(self, folds: list[Fold]) -> tuple[Data, np.ndarray]:
        """What some folds say, and the mean (columns + 1,) of their values and energies."""
        rows = np.concatenate([fold.rows for fold in folds])
        values = np.concatenate([fold.values for fold in folds])
        energies = np.column_stack([values, self.labelled.energy[rows]])
        middle = energies.mean(axis=0)
        scale = np.append(self.scale, 1.0)
        atoms = self.labelled.positions.shape[1]
        data = Data(
            forces=all_merged([fold.forces for fold in folds]) * scale,
            components=len(rows) * max(3 * atoms - 6, 1),
            energies=(energies - middle) * scale,
        )
        return data, middle


def _fold(labelled: Labelled, columns: Columns, noise: ForceNoise, rows: np.ndarray) -> Fold:
    """Reduce conformers, a block at a time."""
    width = len(columns.names) + 1
    components = labelled.forces[0].size
    step = max(1, int(BLOCK / (8 * components * width)))
    forces, values = np.zeros((width, width)), []
    for start in range(0, len(rows), step):
        part = labelled.of(rows[start : start + step])
        value, derivatives = columns.jacobian(part.positions)
        gradient = -part.forces.reshape(len(value), -1, 1)
        block = np.concatenate([derivatives, gradient], axis=2)
        block = force_noise.whitened(noise.roots(part.positions), block)
        forces = with_rows(forces, triangle(block.reshape(-1, width)))
        values.append(value)
    return Fold(rows, forces, np.concatenate(values))


def _feasible(conformers: int, components: int, columns: int) -> None:
    """Refuse what would take too much memory or time, or has nothing to learn from."""
    if conformers < 2:
        raise StudyError(
            f"models: a linear_force_field needs two training conformers, and there are "
            f"{conformers}; raise split.train."
        )
    triangles = 8 * columns**2 * (2 * FOLDS + 6)
    fixed = 30 * evidence.ROUNDS * columns**3 / SPEED
    each_memory = 8 * 4 * columns
    each_time = (2 * components * columns**2 + components**2 * columns) / SPEED
    by_memory = (MEMORY - triangles - 4 * BLOCK) / each_memory
    by_time = (PATIENCE - fixed) / each_time
    most = int(min(by_memory, by_time))
    if most < 2:
        raise StudyError(
            f"models: a linear_force_field with {columns} columns takes more than "
            f"{MEMORY / 1e9:.0f} GB or {PATIENCE / 3600:.0f} hours; take fewer feature sets, or "
            "labels: elements."
        )
    if conformers > most:
        raise StudyError(
            f"models: a linear_force_field with {columns} columns can learn from {most} conformers "
            f"of {components // 3} atoms in {MEMORY / 1e9:.0f} GB and {PATIENCE / 3600:.0f} hours, "
            f"and there are {conformers}; lower split.train to {most}, or take fewer columns."
        )
