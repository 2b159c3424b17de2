"""Tables that set the errors of forces side by side."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from confsym.conformers.split import HELD_OUT, TEST, TRAIN
from confsym.evaluation.forces import EVERY
from confsym.evaluation.predictions import EQUAL_BELOW
from confsym.study.experiments import Study, feature_sets

HEADINGS = {
    "experiment": "Experiment",
    "features": "Features",
    "model": "Model",
    "tested_on": "Tested on",
    "n_train": "Training conformers",
    "n_test": "Conformers tested",
    "mae_kcal_mol_angstrom": "Force MAE (kcal/mol/Å)",
    "resplit_mae_mean_kcal_mol_angstrom": "Force MAE, mean over splits (kcal/mol/Å)",
    "resplit_mae_std_kcal_mol_angstrom": "± over splits (kcal/mol/Å)",
    "rmse_kcal_mol_angstrom": "Force RMSE (kcal/mol/Å)",
    "max_error_kcal_mol_angstrom": "Largest error (kcal/mol/Å)",
    "cosine": "Mean cosine",
    "note": "Note",
}
COMPARED = (
    "experiment",
    "n_train",
    "n_test",
    "resplit_mae_mean_kcal_mol_angstrom",
    "resplit_mae_std_kcal_mol_angstrom",
    "rmse_kcal_mol_angstrom",
    "cosine",
)
COMPARED_HEADINGS = (
    {"molecule": "Molecule", "level": "Level"}
    | {name: HEADINGS[name] for name in COMPARED}
    | {"rank": "Rank"}
)


def summary(
    study: Study, metrics: Mapping[str, pd.DataFrame], curves: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Put each experiment's errors of forces in a row, best on held-out conformers first.

    Parameters
    ----------
    study
        The config.
    metrics, curves
        For each experiment with forces its `force_metrics.csv` and `force_learning_curve.csv`.

    Returns
    -------
    DataFrame
        Columns as in `HEADINGS`.
    """
    rows = [row for name in metrics for row in _rows(study, name, metrics[name], curves[name])]
    table = pd.DataFrame(rows)
    held_out = table[table["tested_on"] == HELD_OUT].set_index("experiment")
    held_out_mae = held_out["resplit_mae_mean_kcal_mol_angstrom"]
    order = table["experiment"].map(held_out_mae).sort_values(kind="stable").index
    return table.loc[order].reset_index(drop=True)


def comparison(summaries: Mapping[str, pd.DataFrame], levels: Mapping[str, str]) -> pd.DataFrame:
    """Put the errors of each experiment on each molecule's held-out conformers in a row.

    Parameters
    ----------
    summaries
        For each molecule its table from `summary`.
    levels
        For each molecule the level that its forces are of, as people call it.

    Returns
    -------
    DataFrame
        Columns as in `COMPARED_HEADINGS`, molecules as given, best first. Ranks go by the mean over
        splits; those below `EQUAL_BELOW`, in kcal/mol/Å, share theirs, as in `comparison.errors`.
    """
    tables = []
    for molecule, table in summaries.items():
        held_out = table.loc[table["tested_on"] == HELD_OUT, list(COMPARED)]
        held_out.insert(0, "molecule", molecule)
        held_out.insert(1, "level", levels[molecule])
        mae = held_out["resplit_mae_mean_kcal_mol_angstrom"]
        tables.append(held_out.assign(rank=mae.clip(lower=EQUAL_BELOW).rank()))
    return pd.concat(tables, ignore_index=True)


def _rows(study: Study, name: str, metrics: pd.DataFrame, curve: pd.DataFrame) -> Iterator[dict]:
    experiment = study["experiments"][name]
    errors = metrics[metrics["element"] == EVERY].set_index("partition")
    atoms = errors.loc[TRAIN, "n"] / curve["size"].max()
    full_size = curve[curve["size"] == curve["size"].max()]
    for tested_on in dict.fromkeys(curve["tested_on"]):
        test_errors = errors.loc[TEST if tested_on == HELD_OUT else tested_on]
        mae = full_size.loc[full_size["tested_on"] == tested_on, "mae_kcal_mol_angstrom"]
        yield {
            "experiment": name,
            "features": " + ".join(feature_sets(experiment)),
            "model": experiment["model"],
            "tested_on": tested_on,
            "n_train": int(curve["size"].max()),
            "n_test": round(test_errors["n"] / atoms),
            "mae_kcal_mol_angstrom": test_errors["mae_kcal_mol_angstrom"],
            "resplit_mae_mean_kcal_mol_angstrom": mae.mean(),
            "resplit_mae_std_kcal_mol_angstrom": mae.std() if len(mae) > 1 else np.nan,
            "rmse_kcal_mol_angstrom": test_errors["rmse_kcal_mol_angstrom"],
            "max_error_kcal_mol_angstrom": test_errors["max_error_kcal_mol_angstrom"],
            "cosine": test_errors["cosine"],
            "note": test_errors.get("approximation", ""),
        }
