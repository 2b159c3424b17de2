"""Errors of energies and of forces against the number of training geometries."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from confsym.conformers.split import HELD_OUT
from confsym.energies.labels import Labels
from confsym.evaluation import forces, predictions
from confsym.evaluation.resplits import resplits
from confsym.models.training import TrainingRows
from confsym.storage.files import Table


class LabelledSet(NamedTuple):
    """Geometries to test on: positions (n, atoms, 3), Å, and their labels."""

    positions: np.ndarray
    labels: Labels

    def take(self, rows: np.ndarray) -> "LabelledSet":
        """Some of the geometries."""
        return LabelledSet(self.positions[rows], Labels(*(label[rows] for label in self.labels)))


def learning_curves(
    fit: Callable[[np.ndarray], Any],
    conformers: LabelledSet,
    further_sets: Mapping[str, LabelledSet],
    **splits: Any,
) -> tuple[Table, Table]:
    """Test fits on several splits and sizes on held-out conformers, and on further geometries.

    Parameters
    ----------
    fit
        From numbers of conformers (n,) to a model fitted to them.
    conformers
        All conformers.
    further_sets
        Further sets of geometries by name.
    splits
        partitions, split, sizes, repeats and own_model, as `resplits` takes them.

    Returns
    -------
    energies, forces : table
        size, repeat, tested_on; mae, rmse, r2, note of energies; what `forces.errors` gives.
    """
    count = len(conformers.positions)
    no_features = TrainingRows.of_tables(np.empty((count, 0)), None)
    of_energies, of_forces = [], []
    fits = resplits(_by_conformer(fit), no_features, np.zeros(count), **splits)
    for resplit in fits:
        for name, test in {HELD_OUT: conformers.take(resplit.held_out), **further_sets}.items():
            entry = {"size": resplit.size, "repeat": resplit.repeat, "tested_on": name}
            predicted_energy, predicted_forces = resplit.model.energies_and_forces(test.positions)
            labels = test.labels
            energy = predictions.errors(labels.energy, labels.baseline + predicted_energy)
            note = predictions.remark(labels.energy, predicted_energy)
            scores = {key: energy[key] for key in ("mae", "rmse", "r2")}
            of_energies.append(entry | scores | {"note": note})
            of_forces.append(
                entry | forces.errors(labels.forces, labels.baseline_forces + predicted_forces)
            )
    return _table(of_energies), _table(of_forces)


def _by_conformer(fit: Callable) -> Callable:
    def fitted(conformer: np.ndarray, values: np.ndarray, target: np.ndarray) -> Any:
        return fit(conformer)

    return fitted


def _table(rows: list[dict]) -> Table:
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}
