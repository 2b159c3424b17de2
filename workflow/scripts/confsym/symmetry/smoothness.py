"""Whether predicted energies and forces change without a jump while atoms move."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from confsym.errors import StudyError
from confsym.evaluation.verdicts import CONSTANT, HOLDS_BELOW, NO_PATH, verdict
from confsym.study.experiments import smooth
from confsym.symmetry.composed import Composed
from confsym.symmetry.jumps import (
    CLOSE,
    CONTINUOUS,
    ENERGIES,
    FORCES,
    KINK_ABOVE,
    STEP_ABOVE,
    STEPPED,
    WHOLE,
    Jumps,
    jumps,
)
from confsym.symmetry.paths import Path

REFUSED = "refused"  # a feature or model has no value for some geometry on the path
CLOSE_BY = 0.01  # Å on each side
CLOSE_PLACES = 61
HEADINGS = {
    "experiment": "Experiment",
    "path": "Path",
    "quantity": "Quantity",
    "claimed": "Claimed",
    "found": "Found",
    "measured": "Largest jump",
    "unit": "Unit",
    "limit": "Limit",
    "at_angstrom": "At (Å along the path)",
    "length_angstrom": "Length (Å)",
    "verdict": "Verdict",
    "note": "Note",
}


class Smoothness(NamedTuple):
    """What was found, and what figures draw of it.

    Parameters
    ----------
    table
        Columns as in `HEADINGS`. `measured` is the largest step where there is one, else the
        largest jump of a slope; two digits, 0 where it is below the limit.
    curves
        experiment, path, part (`WHOLE` or `CLOSE`), at_angstrom, energy_kcal_mol.
    misfits
        experiment, path, spacing_angstrom, misfit_kcal_mol, from `Jumps`.
    """

    table: pd.DataFrame
    curves: pd.DataFrame
    misfits: pd.DataFrame


def smoothness(
    study: Mapping[str, Any], composed: Composed, paths: Mapping[str, tuple[Path | None, str]]
) -> Smoothness:
    """Follow each path with each experiment.

    Parameters
    ----------
    study
        The config's sections features, models and experiments.
    composed
        Its experiments as functions of positions.
    paths
        By name, or None and why there is none.
    """
    rows, curves, misfits = [], [], []
    for name in study["experiments"]:
        for label, (path, reason) in paths.items():
            row = {"experiment": name, "path": label, "claimed": smooth(study, name)}
            if path is None:
                rows.append(row | _nothing(ENERGIES, "", NO_PATH, reason))
                continue
            try:
                energy_jumps, energies = _energies(composed, name, path)
            except StudyError as refusal:
                broken = verdict(row["claimed"], holds=False)
                rows.append(row | _nothing(ENERGIES, REFUSED, broken, str(refusal)))
                continue
            row |= {"length_angstrom": path.length, "note": path.about}
            if np.ptp(energy_jumps.values) <= HOLDS_BELOW:
                row["note"] = f"one value all along: {path.about}"
            rows += [
                row | judged
                for judged in _judged(composed, name, path, energy_jumps, row["claimed"])
            ]
            row_keys = {"experiment": name, "path": label}
            curves += [pd.DataFrame(row_keys | part) for part in _curves(energy_jumps, energies)]
            columns = {
                "spacing_angstrom": energy_jumps.spacing,
                "misfit_kcal_mol": energy_jumps.misfit,
            }
            misfits.append(pd.DataFrame(row_keys | columns))
    return Smoothness(
        pd.DataFrame(rows, columns=list(HEADINGS)),
        pd.concat(curves) if curves else pd.DataFrame(columns=["experiment", "path"]),
        pd.concat(misfits) if misfits else pd.DataFrame(columns=["experiment", "path"]),
    )


def _energies(
    composed: Composed, name: str, path: Path
) -> tuple[Jumps, Callable[[np.ndarray], np.ndarray]]:
    length = path.length

    def energies(at: np.ndarray) -> np.ndarray:
        return composed.energies(name, path.at(at / length))

    return jumps(energies, length), energies


def _judged(
    composed: Composed, name: str, path: Path, energy_jumps: Jumps, claimed: bool
) -> Iterator[dict[str, Any]]:
    """The verdict on energies, and on forces where there are some."""
    constant = np.ptp(energy_jumps.values) <= HOLDS_BELOW
    stepped = energy_jumps.found == STEPPED
    yield {
        "quantity": ENERGIES,
        "found": energy_jumps.found,
        "measured": _two_digits(energy_jumps.step if stepped else energy_jumps.slope_jump),
        "unit": "kcal/mol" if stepped else "kcal/mol/Å",
        "limit": STEP_ABOVE if stepped else KINK_ABOVE,
        "at_angstrom": np.nan if energy_jumps.found == CONTINUOUS else round(energy_jumps.at, 4),
        "verdict": CONSTANT if constant else verdict(claimed, energy_jumps.found == CONTINUOUS),
    }
    if name not in composed.with_forces:
        return
    model, length = composed.with_forces[name], path.length
    try:
        forces = jumps(lambda at: model.energies_and_forces(path.at(at / length))[1], length)
    except StudyError as refusal:
        yield _nothing(FORCES, REFUSED, verdict(claimed, holds=False), str(refusal))
        return
    stepped = forces.found == STEPPED
    yield {
        "quantity": FORCES,
        "found": STEPPED if stepped else CONTINUOUS,  # a kink of a force is none of the energy
        "measured": _two_digits(forces.step),
        "unit": "kcal/mol/Å",
        "limit": STEP_ABOVE,
        "at_angstrom": round(forces.at, 4) if stepped else np.nan,
        "verdict": CONSTANT if constant else verdict(claimed, not stepped),
    }


def _nothing(quantity: str, outcome: str, judgement: str, note: str) -> dict[str, Any]:
    numbers = ("measured", "limit", "at_angstrom", "length_angstrom")
    texts = {"quantity": quantity, "found": outcome, "unit": "", "verdict": judgement, "note": note}
    return dict.fromkeys(numbers, np.nan) | texts


def _two_digits(size: float) -> float:
    """A jump to two digits: further digits depend on the processor's round-off."""
    return float(f"{size:.1e}")


def _curves(
    energy_jumps: Jumps, energies: Callable[[np.ndarray], np.ndarray]
) -> Iterator[dict[str, Any]]:
    """The energy along the whole path, and close to the largest jump."""
    yield {
        "part": WHOLE,
        "at_angstrom": energy_jumps.grid,
        "energy_kcal_mol": energy_jumps.values[:, 0],
    }
    if energy_jumps.found != CONTINUOUS:
        close_up = energy_jumps.at + np.linspace(-CLOSE_BY, CLOSE_BY, CLOSE_PLACES)
        yield {"part": CLOSE, "at_angstrom": close_up, "energy_kcal_mol": energies(close_up)}
