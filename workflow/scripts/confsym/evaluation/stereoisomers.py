"""How well each stereoisomer is predicted, where an ensemble mixes several."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from confsym.conformers.split import TEST, TRAIN
from confsym.evaluation.forces import vectors
from confsym.storage.files import Table

HEADINGS = {
    "experiment": "Experiment",
    "stereoisomer": "Stereoisomer",
    "n_train": "Training conformers",
    "n_test": "Held-out conformers",
    "test_mae_kcal_mol": "Test MAE (kcal/mol)",
    "test_force_mae_kcal_mol_angstrom": "Test force MAE (kcal/mol/Å)",
}


def by_stereoisomer(
    predicted: Mapping[str, Table],
    trained_on: Mapping[str, str],
    stereoisomer: np.ndarray,
    forces: Mapping[str, Table],
) -> pd.DataFrame:
    """Held-out errors of each experiment on each stereoisomer.

    Parameters
    ----------
    predicted
        Of each experiment, the table from `predictions`.
    trained_on
        Of each experiment, the transform that it trained on.
    stereoisomer : (conformers,) str
        Of each conformer.
    forces
        Of each experiment that learned forces, the table from `forces.table`.

    Returns
    -------
    DataFrame
        Columns as in `HEADINGS`; no row where all conformers are one stereoisomer. An error is
        missing where none of a stereoisomer's conformers is held out, and that of forces where an
        experiment learned none.
    """
    names = np.unique(stereoisomer)
    rows = []
    for experiment, table in predicted.items() if len(names) > 1 else ():
        as_trained = table["transform"] == trained_on[experiment]
        as_trained &= np.isin(table["partition"], (TRAIN, TEST))
        partition, conformer = table["partition"][as_trained], table["conformer"][as_trained]
        error = np.abs(table["predicted"][as_trained] - table["energy"][as_trained])
        for name in names:
            of_isomer = stereoisomer[conformer] == name
            test = error[of_isomer & (partition == TEST)]
            force_errors = (
                _force_errors(forces[experiment], stereoisomer, name)
                if experiment in forces
                else []
            )
            rows.append(
                {
                    "experiment": experiment,
                    "stereoisomer": name,
                    "n_train": int((of_isomer & (partition == TRAIN)).sum()),
                    "n_test": len(test),
                    "test_mae_kcal_mol": _mean(test),
                    "test_force_mae_kcal_mol_angstrom": _mean(force_errors),
                }
            )
    errors = dict.fromkeys((name for name in HEADINGS if name.startswith("test_")), float)
    numbers = {"n_train": int, "n_test": int} | errors
    return pd.DataFrame(rows, columns=list(HEADINGS)).astype(numbers)


def _force_errors(forces: Table, stereoisomer: np.ndarray, name: str) -> np.ndarray:
    """(rows, 3) errors of the held-out forces on one stereoisomer, kcal/mol/Å."""
    held_out = forces["partition"] == TEST
    held_out &= (
        stereoisomer[np.where(held_out, forces["conformer"], 0)] == name
    )  # further sets have their own
    return np.abs(vectors(forces, "predicted") - vectors(forces, "force"))[held_out]


def _mean(values: Sequence[float] | np.ndarray) -> float:
    return float(np.mean(values)) if len(values) else np.nan
