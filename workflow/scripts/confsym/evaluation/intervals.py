"""Intervals around predictions that hold what they promise, whatever the model is.

Split conformal prediction: held-out conformers are divided at random. Errors of one half say how
wide an interval has to be, and the other half says how often it is right (Lei, G'Sell, Rinaldo,
Tibshirani and Wasserman, J. Am. Stat. Assoc. 113, 1094 (2018), doi:10.1080/01621459.2017.1307116).
Force components of one conformer are no independent errors: a conformer is in one half with all of
them, and it is conformers that are counted (Lee, Barber and Willett, arXiv:2306.06342).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from confsym.conformers.split import HELD_OUT, TEST, TRAIN
from confsym.registry import ORIGINAL
from confsym.storage import parquet
from confsym.storage.files import Table
from confsym.storage.numbers import BOUND, NOTHING

PERCENT = 90  # of what is predicted lies within
DIVISIONS = 3
FEWEST = 100 // (100 - PERCENT) - 1  # conformers that can say how wide it has to be
ENERGY, FORCE = "energy", "force component"
ROUND_OFF = f"errors are round-off ({BOUND}) and count as none"
OF_ENERGIES = ("partition", "transform", "energy", "predicted", "predicted_std")
OF_FORCES = ("partition", "atom")
OF_FORCES += tuple(f"{name}_{axis}" for name in ("force", "predicted", "std") for axis in "xyz")
HALF_WIDTHS = {ENERGY: "half_width_kcal_mol", FORCE: "half_width_kcal_mol_angstrom"}
HEADINGS = {
    "experiment": "Experiment",
    "quantity": "Quantity",
    "tested_on": "Tested on",
    "n_calibration": "Conformers that set the width",
    "n_test": "Conformers tested",
    "coverage": f"Share inside {PERCENT} % intervals",
    "coverage_least": "Lowest share of a division",
    "coverage_most": "Highest share of a division",
    "half_width_kcal_mol": "Half-width (kcal/mol)",
    "half_width_kcal_mol_angstrom": "Half-width (kcal/mol/Å)",
    "by_deviation": "Width follows the model's deviation",
    "note": "Note",
}


class AbsoluteErrors(NamedTuple):
    """What a model misses of some geometries.

    Parameters
    ----------
    error
        (n, components) absolute errors, kcal/mol or kcal/mol/Å.
    deviation
        (n, components) the model's standard deviations; None of a model that has none.
    """

    error: np.ndarray
    deviation: np.ndarray | None

    @property
    def unit(self) -> np.ndarray:
        """(n, components) units of the widths: deviations, none below what a result can mean."""
        if self.deviation is None:
            return np.ones_like(self.error)
        return np.maximum(self.deviation, NOTHING)

    def take(self, rows: np.ndarray) -> "AbsoluteErrors":
        """Some of the geometries."""
        deviation = None if self.deviation is None else self.deviation[rows]
        return AbsoluteErrors(self.error[rows], deviation)


def read(
    energies: Mapping[str, str | Path], forces: Mapping[str, str | Path]
) -> dict[tuple[str, str], dict[str, AbsoluteErrors]]:
    """What each experiment misses of its energies, and of its forces, if it has learned any.

    Parameters
    ----------
    energies, forces
        For each experiment its `predictions.parquet` or `force_predictions.parquet`.

    Returns
    -------
    dict
        By experiment and quantity; held-out conformers and further sets by their names.
    """
    quantities = (
        (ENERGY, energies, OF_ENERGIES, of_energies),
        (FORCE, forces, OF_FORCES, of_forces),
    )
    return {
        (experiment, quantity): errors_of(parquet.read_parquet(path, columns))
        for quantity, paths, columns, errors_of in quantities
        for experiment, path in paths.items()
    }


def absolute(difference: np.ndarray) -> np.ndarray:
    """Sizes of errors; sizes below what a result can mean are 0, on every processor."""
    size = np.abs(difference)
    return np.where(size < NOTHING, 0.0, size)


def of_energies(predictions: Table) -> dict[str, AbsoluteErrors]:
    """What is missed of held-out energies and of further sets, conformers as embedded.

    Parameters
    ----------
    predictions
        Columns `OF_ENERGIES`, of the last where there is one, in kcal/mol.
    """
    as_embedded = predictions["transform"] == ORIGINAL
    error = absolute(predictions["predicted"] - predictions["energy"])[:, None]
    deviation = predictions.get("predicted_std")
    errors = AbsoluteErrors(error, None if deviation is None else deviation[:, None])
    return _by_set(errors, predictions["partition"], as_embedded)


def of_forces(predictions: Table) -> dict[str, AbsoluteErrors]:
    """What is missed of the components of forces.

    Parameters
    ----------
    predictions
        Columns `OF_FORCES`, of the last three where there are any, in kcal/mol/Å; the atoms of each
        conformer in a row.
    """
    atoms = int(predictions["atom"].max()) + 1

    def by_conformer(name: str) -> np.ndarray:
        columns = np.stack([predictions[f"{name}_{axis}"] for axis in "xyz"], axis=1)
        return columns.reshape(-1, 3 * atoms)

    error = absolute(by_conformer("predicted") - by_conformer("force"))
    deviation = by_conformer("std") if "std_x" in predictions else None
    partition = predictions["partition"][::atoms]
    return _by_set(AbsoluteErrors(error, deviation), partition, np.ones(len(partition), dtype=bool))


def _by_set(
    errors: AbsoluteErrors, partition: np.ndarray, selected: np.ndarray
) -> dict[str, AbsoluteErrors]:
    """Held-out conformers first, then further sets, each under its name."""
    names = [name for name in dict.fromkeys(partition.tolist()) if name not in (TRAIN, TEST)]
    return {
        HELD_OUT if name == TEST else name: errors.take(selected & (partition == name))
        for name in (TEST, *names)
    }


def width(errors: AbsoluteErrors) -> float:
    """How many units wide, to either side, an interval has to be by the errors of some conformers.

    With n conformers of m components it is the ⌈0.9 (n + 1) m⌉-th of the n m sorted errors: what
    one more conformer would miss counts as if it were infinite. NaN where there are too few.

    Parameters
    ----------
    errors
        Of the conformers that set the width.
    """
    if len(errors.error) < FEWEST:
        return float("nan")
    ratios = np.sort(errors.error / errors.unit, axis=None)
    rank = -(-PERCENT * (ratios.size + errors.error.shape[1]) // 100)
    return float(ratios[rank - 1])


def divisions(count: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Rows that set the width, and all others, of so many held-out conformers: three times."""
    orders = [np.random.default_rng(seed).permutation(count) for seed in range(DIVISIONS)]
    return [(np.sort(order[: count // 2]), np.sort(order[count // 2 :])) for order in orders]


def table(
    errors_by_experiment: Mapping[tuple[str, str], Mapping[str, AbsoluteErrors]],
) -> pd.DataFrame:
    """Coverage and width of the intervals of each experiment.

    Widths are those of held-out conformers for further sets too. Nothing promises their coverage
    there, since the geometries are different.

    Parameters
    ----------
    errors_by_experiment
        For each experiment and quantity what `of_energies` or `of_forces` gives.

    Returns
    -------
    DataFrame
        Columns as in `HEADINGS`. Coverage is a fraction, mean and range over the divisions; the
        half-width is a mean over divisions and what they test.
    """
    rows = [
        {"experiment": experiment, "quantity": quantity} | row
        for (experiment, quantity), sets in errors_by_experiment.items()
        for row in _rows(quantity, sets)
    ]
    return pd.DataFrame(rows, columns=list(HEADINGS))


def _rows(quantity: str, sets: Mapping[str, AbsoluteErrors]) -> list[dict]:
    held_out = sets[HELD_OUT]
    halves = divisions(len(held_out.error))
    widths = [width(held_out.take(calibration)) for calibration, _ in halves]
    is_small = len(halves[0][0]) < FEWEST
    rows = []
    for name, errors in sets.items():
        tested = [
            held_out.take(test_rows) if name == HELD_OUT else errors for _, test_rows in halves
        ]
        pairs = list(zip(widths, tested, strict=True))
        coverage = [np.nan if is_small else np.mean(p.error / p.unit <= w) for w, p in pairs]
        half_width = np.mean([w * np.mean(test_errors.unit) for w, test_errors in pairs])
        note = ROUND_OFF if half_width < NOTHING else ""
        rows.append(
            {
                "tested_on": name,
                "n_calibration": len(halves[0][0]),
                "n_test": len(tested[0].error),
                "coverage": np.mean(coverage),
                "coverage_least": np.min(coverage),
                "coverage_most": np.max(coverage),
                **dict.fromkeys(HALF_WIDTHS.values(), np.nan),
                HALF_WIDTHS[quantity]: half_width,
                "by_deviation": errors.deviation is not None,
                "note": too_few(len(held_out.error)) if is_small else note,
            }
        )
    return rows


def too_few(count: int) -> str:
    """Say how many held-out conformers it takes."""
    return f"{PERCENT} % intervals need {2 * FEWEST} held-out conformers, and there are {count}"
