"""What dynamics says of each model: did it conserve what it claims to, and do the bonds survive."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from confsym.dynamics.conservation import drift
from confsym.dynamics.runs import HOT
from confsym.energies.ase_calculator import KCAL
from confsym.evaluation.predictions import CLAIM_BROKEN, KEPT, LEVEL_BREAKS, NOT_KEPT, verdict
from confsym.storage.numbers import significant

# An energy drifts less where forces are its slope and the time step is short enough. More is held
# against a model only where an oscillation cannot have it. In a run that is ten times hotter than
# its start, the time step is too long, whatever the forces are.
DRIFT_LIMIT = 1.0  # meV/atom/ps
JUDGED_BELOW = 10  # times the temperature of the start
# Round-off adds up to 1e-12, what a level solved by iteration leaves to 1e-4; a broken symmetry
# passes 1 within a picosecond.
MOMENTUM_LIMIT = 1e-3  # of thermal size
BROKEN_AT = 1.5  # times a bond's length at the start
END = 0.1  # part of a run whose temperature is that at its end

TOO_HOT, TOO_SHORT, NOT_RUN = "too hot to judge", "too short to judge", "not run"
WEIGHT = KEPT, TOO_SHORT, TOO_HOT, NOT_KEPT  # of runs, the last in this order speaks for all
ENERGY, MOMENTUM, ANGULAR = "energy", "momentum", "angular momentum"
# For each test: the column that is measured, its unit, its limit, and the symmetry that claims it
# (Noether); every model claims that its forces are the slope of its energy.
TESTS: dict[str, tuple[str, str, float, str]] = {
    ENERGY: ("drift_mev_atom_ps", "meV/atom/ps", DRIFT_LIMIT, ""),
    MOMENTUM: ("momentum", "of thermal size", MOMENTUM_LIMIT, "translation"),
    ANGULAR: ("angular_momentum", "of thermal size", MOMENTUM_LIMIT, "rotation"),
}

HEADINGS = {
    "experiment": "Moved by",
    "model": "Kind",
    "runs": "Runs",
    "kept_bonds": "Runs that keep all bonds",
    "failure_ps": "First bond lost (ps)",
    "drift_mev_atom_ps": "Energy drift (meV/atom/ps)",
    "momentum": "Momentum (thermal size 1)",
    "angular_momentum": "Angular momentum (thermal size 1)",
    "net_force_ev_angstrom": "Largest net force (eV/Å)",
    "temperature_kelvin": "Temperature at the end (K)",
    "translation_claimed": "Translation claimed",
    "rotation_claimed": "Rotation claimed",
    "energy_verdict": "Energy is",
    "momentum_verdict": "Momentum is",
    "angular_momentum_verdict": "Angular momentum is",
    "note": "Note",
}

# What fits on a slide; the CSV has all columns.
SHOWN = (
    *("experiment", "runs", "kept_bonds", "failure_ps", "drift_mev_atom_ps", "momentum"),
    *("momentum_verdict", "angular_momentum", "angular_momentum_verdict", "temperature_kelvin"),
    "note",
)


def table(
    facts: Sequence[Mapping[str, Any]],
    runs: Mapping[str, pd.DataFrame],
    settings: Mapping[str, Any],
    atoms: int,
) -> pd.DataFrame:
    """Put the level and each experiment in a row.

    Parameters
    ----------
    facts
        From `study.dynamics.facts`.
    runs
        From `runs.runs`, by name, of those that move atoms.
    settings
        Section `dynamics` of the config.
    atoms
        Number of atoms.

    Returns
    -------
    DataFrame
        Columns as in `HEADINGS`; those that move no atoms last.
    """
    rows = []
    for fact in facts:
        who = fact["name"], fact["kind"]
        claimed = frozenset(fact["claimed"])
        if fact["name"] in runs:
            found = runs[fact["name"]], claimed, settings, atoms, fact["is_level"]
            rows.append(row(*who, *found))
        else:
            rows.append(without_runs(*who, claimed, fact["no_forces"]))
    moved = [one for one in rows if one["runs"]]
    for law in (f"{_column(test)}_verdict" for test in TESTS):
        if LEVEL_BREAKS in [one[law] for one in moved]:
            for one in moved:
                one[law] = LEVEL_BREAKS
    return pd.DataFrame([*moved, *(one for one in rows if not one["runs"])])


def row(
    name: str,
    kind: str,
    runs: pd.DataFrame,
    claimed: frozenset[str],
    settings: Mapping[str, Any],
    atoms: int,
    is_level: bool = False,
) -> dict[str, Any]:
    """Sum up the runs of one model.

    Parameters
    ----------
    name, kind
        What is moved by, and what that is in words.
    runs
        From `runs.runs`.
    claimed
        Symmetries that it claims.
    settings
        Section `dynamics` of the config.
    atoms
        Number of atoms.
    is_level
        Whether it is the level: then no model is to blame for what it breaks.

    Returns
    -------
    dict
        Keys as in `HEADINGS`: the largest of all runs; the drift of the run that decides, with its
        sign; `failure_ps` the first of all runs, NaN where no bond is lost.
    """
    each = [_of_run(run, settings, atoms) for _, run in runs.groupby("run")]
    if not each:
        return without_runs(name, kind, claimed, "no run has a first step")
    found = pd.DataFrame(each)
    drift, energy = _worst(found, JUDGED_BELOW * settings["temperature"])
    summed = {
        "experiment": name,
        "model": kind,
        "runs": len(found),
        "kept_bonds": int((found["whole"] & found["failure"].isna()).sum()),
        "failure_ps": float(found["failure"].min()),
        "drift_mev_atom_ps": drift,
        "momentum": float(found["momentum"].max()),
        "angular_momentum": float(found["angular_momentum"].max()),
        "net_force_ev_angstrom": float(found["net_force"].max()),
        "temperature_kelvin": float(found["temperature"].max()),
        "translation_claimed": "translation" in claimed,
        "rotation_claimed": "rotation" in claimed,
    }
    for test, (column, _, limit, symmetry) in TESTS.items():
        seen = energy if test == ENERGY else _seen(summed[column], limit)
        claims = not symmetry or symmetry in claimed
        summed[f"{_column(test)}_verdict"] = _verdict(seen, claims, is_level)
    return summed | {"note": _note(found)}


def _note(found: pd.DataFrame) -> str:
    early, short = int((~found["whole"]).sum()), int(found["drift"].isna().sum())
    said = f"{early} of {len(found)} runs end early" if early else ""
    return said + (f", {short} too soon for a drift" if early and short else "")


def _column(test: str) -> str:
    return test.replace(" ", "_")


def _of_run(run: pd.DataFrame, settings: Mapping[str, Any], atoms: int) -> dict[str, Any]:
    time = run["time_fs"].to_numpy()
    lost = time[run["longest_stretch"].to_numpy() > BROKEN_AT]
    # A run lacks less than a record only by rounding.
    whole = time[-1] > 1000 * settings["duration"] - 10 * settings["timestep"]
    slope, uncertainty = drift(
        time, run["total_kcal_mol"].to_numpy(), run["swing_kcal_mol"].to_numpy(), atoms
    )
    # The start says nothing of momentum, nor does the record that ends a run for its heat: the
    # round-off of atoms that fly apart is larger than anything thermal.
    after = run[1:][run["temperature_kelvin"][1:] <= HOT * settings["temperature"]]
    return {
        "failure": lost[0] / 1000 if len(lost) else np.nan,
        "whole": whole,
        "drift": slope,
        "uncertainty": uncertainty,
        "momentum": after["momentum"].max(),
        "angular_momentum": after["angular_momentum"].max(),
        "net_force": run["net_force_kcal_mol_angstrom"].max() * KCAL,
        "temperature": run["temperature_kelvin"].tail(max(round(END * len(run)), 1)).mean(),
        "hottest": run["temperature_kelvin"].max(),
    }


def _worst(found: pd.DataFrame, hot: float) -> tuple[float, str]:
    """The drift of the worst verdict, the largest if there are several, and that verdict."""
    said = [
        (WEIGHT.index(_of_energy(run, hot)), abs(run["drift"]), run["drift"])
        for run in found.dropna(subset="drift").to_dict("records")
    ]
    weight, _, drift = max(said, default=(WEIGHT.index(TOO_SHORT), 0, float("nan")))
    return drift, WEIGHT[weight]


def _of_energy(run: Mapping[str, float], hot: float) -> str:
    """What the drift of one run says."""
    if abs(run["drift"]) <= DRIFT_LIMIT:
        return KEPT
    if run["hottest"] > hot:
        return TOO_HOT
    return NOT_KEPT if abs(run["drift"]) > run["uncertainty"] else TOO_SHORT


def _seen(size: float, limit: float) -> str:
    if np.isnan(size):
        return TOO_SHORT
    return KEPT if size <= limit else NOT_KEPT


def _verdict(seen: str, claimed: bool, is_level: bool) -> str:
    if seen not in (KEPT, NOT_KEPT):
        return seen
    if is_level and seen == NOT_KEPT:
        return LEVEL_BREAKS
    return verdict(claimed, seen == KEPT)


def without_runs(name: str, kind: str, claimed: frozenset[str], why: str) -> dict[str, Any]:
    """The row of an experiment that moves no atoms, and why."""
    measured = ("failure_ps", *(column for column, *_ in TESTS.values()))
    measured += ("net_force_ev_angstrom", "temperature_kelvin")
    known = {
        "experiment": name,
        "model": kind,
        "runs": 0,
        "kept_bonds": 0,
        **dict.fromkeys(measured, float("nan")),
        "translation_claimed": "translation" in claimed,
        "rotation_claimed": "rotation" in claimed,
        **{f"{_column(test)}_verdict": NOT_RUN for test in TESTS},
        "note": why,
    }
    return {name: known[name] for name in HEADINGS}


def trial_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """A table of `row`s as verdicts, a test a row; one row for what moves no atoms.

    Returns
    -------
    list of dict
        experiment, subject ("dynamics"), test, claimed, measured, unit, limit, verdict, note.
    """
    return [found for one in table.to_dict("records") for found in _verdicts(one)]


def _verdicts(one: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    common = {"experiment": one["experiment"], "subject": "dynamics", "note": one["note"]}
    if not one["runs"]:
        nothing = {"measured": np.nan, "unit": "", "limit": np.nan, "verdict": NOT_RUN}
        yield common | {"test": "", "claimed": False} | nothing
        return
    for test, (column, unit, limit, symmetry) in TESTS.items():
        yield common | {
            "test": test,
            "claimed": not symmetry or bool(one[f"{symmetry}_claimed"]),
            "measured": abs(one[column]),
            "unit": unit,
            "limit": limit,
            "verdict": one[f"{_column(test)}_verdict"],
        }


def broken(table: pd.DataFrame) -> list[str]:
    """Say which claims the runs contradict."""
    return [
        f"{one['experiment']} claims to conserve {one['test']}, and in dynamics it is off by "
        f"{significant(one['measured'], 2, 2)} {one['unit']}"
        for one in trial_rows(table)
        if one["verdict"] == CLAIM_BROKEN
    ]


def complaint(molecule: str, found: list[str]) -> str:
    """Say in one sentence which claims are contradicted, and what to do."""
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return (
        f"molecules.{molecule}: {found[0]}{more}; see tables/dynamics.csv, and mend the claim in "
        "the registry or the model's forces, or, where the energy drifts, shorten "
        "dynamics.timestep."
    )


def sentence(table: pd.DataFrame) -> str:
    """Sum up dynamics in which all claims hold."""
    rows = trial_rows(table)
    kept = sum(one["verdict"] == KEPT for one in rows)
    lost = [one for one in rows if one["verdict"] == NOT_KEPT]
    names = list(dict.fromkeys(one["experiment"] for one in lost))
    runs, whole = int(table["runs"].sum()), int(table["kept_bonds"].sum())
    rest = f" No symmetry and no conservation: {', '.join(names)}." if names else ""
    return (
        f"In {runs} runs at constant energy {kept} claims of conservation hold, and "
        f"{whole} runs keep all bonds.{rest}\n"
    )
