"""Whether predicted energies and forces change without a jump while atoms move."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from confsym.errors import StudyError
from confsym.evaluation.predictions import CONSTANT, HOLDS_BELOW, NO_PATH, verdict
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
    "quantity": "Of",
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
    study: Mapping[str, Any], known: Composed, paths: Mapping[str, tuple[Path | None, str]]
) -> Smoothness:
    """Follow each path with each experiment.

    Parameters
    ----------
    study
        The config's sections features, models and experiments.
    known
        Its experiments as functions of positions.
    paths
        By name, or None and why there is none.
    """
    rows, curves, misfits = [], [], []
    for name in study["experiments"]:
        for label, (path, why) in paths.items():
            row = {"experiment": name, "path": label, "claimed": smooth(study, name)}
            if path is None:
                rows.append(row | _nothing(ENERGIES, "", NO_PATH, why))
                continue
            try:
                found, energies = _energies(known, name, path)
            except StudyError as refusal:
                broken = verdict(row["claimed"], holds=False)
                rows.append(row | _nothing(ENERGIES, REFUSED, broken, str(refusal)))
                continue
            row |= {"length_angstrom": path.length, "note": path.about}
            if np.ptp(found.values) <= HOLDS_BELOW:
                row["note"] = f"one value all along: {path.about}"
            rows += [row | judged for judged in _judged(known, name, path, found, row["claimed"])]
            here = {"experiment": name, "path": label}
            curves += [pd.DataFrame(here | part) for part in _curves(found, energies)]
            columns = {"spacing_angstrom": found.spacing, "misfit_kcal_mol": found.misfit}
            misfits.append(pd.DataFrame(here | columns))
    return Smoothness(
        pd.DataFrame(rows, columns=list(HEADINGS)),
        pd.concat(curves) if curves else pd.DataFrame(columns=["experiment", "path"]),
        pd.concat(misfits) if misfits else pd.DataFrame(columns=["experiment", "path"]),
    )


def _energies(
    known: Composed, name: str, path: Path
) -> tuple[Jumps, Callable[[np.ndarray], np.ndarray]]:
    length = path.length

    def energies(at: np.ndarray) -> np.ndarray:
        return known.energies(name, path.at(at / length))

    return jumps(energies, length), energies


def _judged(
    known: Composed, name: str, path: Path, found: Jumps, claimed: bool
) -> Iterator[dict[str, Any]]:
    """The verdict on energies, and on forces where there are some."""
    constant = np.ptp(found.values) <= HOLDS_BELOW
    stepped = found.found == STEPPED
    yield {
        "quantity": ENERGIES,
        "found": found.found,
        "measured": _two_digits(found.step if stepped else found.slope_jump),
        "unit": "kcal/mol" if stepped else "kcal/mol/Å",
        "limit": STEP_ABOVE if stepped else KINK_ABOVE,
        "at_angstrom": np.nan if found.found == CONTINUOUS else round(found.at, 4),
        "verdict": CONSTANT if constant else verdict(claimed, found.found == CONTINUOUS),
    }
    if name not in known.with_forces:
        return
    model, length = known.with_forces[name], path.length
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


def _nothing(quantity: str, found: str, said: str, note: str) -> dict[str, Any]:
    numbers = ("measured", "limit", "at_angstrom", "length_angstrom")
    words = {"quantity": quantity, "found": found, "unit": "", "verdict": said, "note": note}
    return dict.fromkeys(numbers, np.nan) | words


def _two_digits(size: float) -> float:
    """A jump to two digits: further digits depend on the processor's round-off."""
    return float(f"{size:.1e}")


def _curves(found: Jumps, energies: Callable[[np.ndarray], np.ndarray]) -> Iterator[dict[str, Any]]:
    """The energy along the whole path, and close to the largest jump."""
    yield {"part": WHOLE, "at_angstrom": found.grid, "energy_kcal_mol": found.values[:, 0]}
    if found.found != CONTINUOUS:
        near = found.at + np.linspace(-CLOSE_BY, CLOSE_BY, CLOSE_PLACES)
        yield {"part": CLOSE, "at_angstrom": near, "energy_kcal_mol": energies(near)}
