"""How well a model predicts forces."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from ase.data import chemical_symbols

from confsym.conformers.split import HELD_OUT, TEST, TRAIN
from confsym.evaluation.predictions import EQUAL_BELOW
from confsym.storage.files import Table
from confsym.storage.numbers import NOTHING
from confsym.study.experiments import Study, feature_sets

AXES = ("x", "y", "z")
EVERY = "all"  # elements
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


class Forces(NamedTuple):
    """Forces of a set of geometries, and what a model makes of them.

    Parameters
    ----------
    conformer
        (n,) numbers of the geometries.
    computed, predicted
        (n, atoms, 3) kcal/mol/Å.
    deviation
        (n, atoms, 3) the model's standard deviations, kcal/mol/Å; None where it was not asked.
    """

    conformer: np.ndarray
    computed: np.ndarray
    predicted: np.ndarray
    deviation: np.ndarray | None = None


def errors(computed: np.ndarray, predicted: np.ndarray) -> dict[str, float]:
    """Errors of the components of forces (..., 3), and the mean cosine of the angles to the truth.

    Atoms on which either force vanishes, to round-off, have no angle, and do not count in the
    cosine.

    Returns
    -------
    dict
        mae, rmse and max_error in kcal/mol/Å, and cosine.
    """
    residual = predicted - computed
    sizes = np.linalg.norm([computed, predicted], axis=-1)
    nonzero = (sizes > NOTHING).all(axis=0)
    dot = np.einsum("...x,...x->...", computed, predicted)[nonzero]
    return {
        "mae_kcal_mol_angstrom": float(np.mean(np.abs(residual))),
        "rmse_kcal_mol_angstrom": float(np.sqrt(np.mean(residual**2))),
        "max_error_kcal_mol_angstrom": float(np.max(np.abs(residual))),
        "cosine": float(np.mean(dot / sizes.prod(axis=0)[nonzero])) if len(dot) else float("nan"),
    }


def table(sets: Mapping[str, Forces], numbers: np.ndarray) -> Table:
    """List forces atom by atom.

    Parameters
    ----------
    sets
        For each partition its forces.
    numbers : (atoms,)
        Atomic numbers.

    Returns
    -------
    table
        partition, conformer, atom, element, force_x … and predicted_x …, kcal/mol/Å; and std_x …
        if any of the sets has deviations, NaN where one has none.
    """
    with_deviation = any(
        partition_forces.deviation is not None for partition_forces in sets.values()
    )
    atoms = len(numbers)
    symbols = np.array(chemical_symbols)[numbers]
    collected: dict[str, list[np.ndarray]] = {}
    for partition, partition_forces in sets.items():
        count = len(partition_forces.conformer)
        columns = {
            "partition": np.full(count * atoms, partition),
            "conformer": np.repeat(partition_forces.conformer, atoms),
            "atom": np.tile(np.arange(atoms), count),
            "element": np.tile(symbols, count),
        }
        by_name = {"force": partition_forces.computed, "predicted": partition_forces.predicted}
        if with_deviation:
            unknown = np.full_like(partition_forces.computed, np.nan)
            by_name["std"] = (
                unknown if partition_forces.deviation is None else partition_forces.deviation
            )
        for name, forces in by_name.items():
            flat = forces.reshape(-1, 3)
            columns |= {f"{name}_{axis}": flat[:, k] for k, axis in enumerate(AXES)}
        for name, values in columns.items():
            collected.setdefault(name, []).append(values)
    return {name: np.concatenate(values) for name, values in collected.items()}


def vectors(forces: Table | pd.DataFrame, name: str) -> np.ndarray:
    """(rows, 3) the columns `{name}_x` to `{name}_z` of a table from `table`."""
    return np.stack([np.asarray(forces[f"{name}_{axis}"]) for axis in AXES], axis=1)


def metrics(forces: Table, approximation: str = "") -> Table:
    """Summarise a table from `table` by partition and element.

    Parameters
    ----------
    forces
        From `table`.
    approximation
        What the model left out of its training conformers, in words.

    Returns
    -------
    table
        partition, element ("all" first), n (atoms), what `errors` gives; and approximation where
        there is one.
    """
    computed, predicted = vectors(forces, "force"), vectors(forces, "predicted")
    rows = []
    for partition in dict.fromkeys(forces["partition"].tolist()):
        in_partition = forces["partition"] == partition
        for element in (EVERY, *dict.fromkeys(forces["element"].tolist())):
            selected = in_partition & ((forces["element"] == element) | (element == EVERY))
            rows.append(
                {"partition": partition, "element": element, "n": int(selected.sum())}
                | errors(computed[selected], predicted[selected])
                | ({"approximation": approximation} if approximation else {})
            )
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


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
