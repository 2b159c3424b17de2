"""Held-out errors of models, round by round."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from confsym.acquisition.acquired import Acquired
from confsym.acquisition.choice import CHOSEN, RANDOM
from confsym.evaluation import forces, predictions
from confsym.evaluation.force_curves import LabelledSet
from confsym.models.labelled import ForceModel
from confsym.storage.files import Table, read_csv

# Columns of errors, and what people call them.
MEASURES = {
    "energy_mae_kcal_mol": "energy MAE",
    "energy_rmse_kcal_mol": "energy RMSE",
    "force_mae_kcal_mol_angstrom": "force MAE",
    "force_rmse_kcal_mol_angstrom": "force RMSE",
}


def point(model: ForceModel, acquired: Acquired, held_out: LabelledSet) -> Table:
    """Test a model, fitted to what is known, on the held-out conformers.

    Returns
    -------
    table
        One row: labels (number), and the columns of `MEASURES`.
    """
    labels = held_out.labels
    energy, force = model.energies_and_forces(held_out.positions)
    of_energies = predictions.errors(labels.energy, labels.baseline + energy)
    of_forces = forces.errors(labels.forces, labels.baseline_forces + force)
    row = {
        "labels": len(acquired),
        "energy_mae_kcal_mol": of_energies["mae"],
        "energy_rmse_kcal_mol": of_energies["rmse"],
        "force_mae_kcal_mol_angstrom": of_forces["mae_kcal_mol_angstrom"],
        "force_rmse_kcal_mol_angstrom": of_forces["rmse_kcal_mol_angstrom"],
    }
    return {name: np.array([value]) for name, value in row.items()}


def gathered(paths: Sequence[str | Path], experiment: str) -> Table:
    """One experiment's rounds below each other.

    Parameters
    ----------
    paths
        `{experiment}/acquired/{by}/{repeat}/{round}/errors.csv` of all experiments. A start, round
        0, is listed once and counts for both ways to choose.

    Returns
    -------
    table
        by, repeat, round and the columns of `point`.
    """
    rows = []
    for path in map(Path, paths):
        name, _, by, repeat, number, _ = path.parts[-6:]
        for way in (CHOSEN, RANDOM) if number == "0" else (by,):
            if name == experiment:
                place = {"by": way, "repeat": int(repeat), "round": int(number)}
                rows.append(place | {key: column[0] for key, column in read_csv(path).items()})
    rows.sort(key=lambda row: (row["by"], row["repeat"], row["round"]))
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}
