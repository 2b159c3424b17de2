"""What dynamics says of each model: did it conserve what it claims to, and do the bonds survive."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from confsym.ase_units import KCAL
from confsym.dynamics.conservation import HOT, drift
from confsym.evaluation.verdicts import CLAIM_BROKEN, KEPT, LEVEL_BREAKS, NOT_KEPT, verdict
from confsym.storage.numbers import significant

# An energy drifts less where forces are its slope and the time step is short enough. More is held
# against a model only where an oscillation cannot have it. In a run that is ten times hotter than
# its start, the time step is too long, whatever the forces are.
DRIFT_LIMIT = 1.0  # meV/atom/ps
JUDGED_BELOW = 10  # times the temperature of the start
# Round-off adds up to 1e-12, what a level solved by iteration leaves to 1e-4; a missing symmetry
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
        identity = fact["name"], fact["kind"]
        claimed = frozenset(fact["claimed"])
        if fact["name"] in runs:
            arguments = runs[fact["name"]], claimed, settings, atoms, fact["is_level"]
            rows.append(row(*identity, *arguments))
        else:
            rows.append(without_runs(*identity, claimed, fact["no_forces"]))
    with_runs = [model_row for model_row in rows if model_row["runs"]]
    for law in (f"{_column(test)}_verdict" for test in TESTS):
        if LEVEL_BREAKS in [model_row[law] for model_row in with_runs]:
            for model_row in with_runs:
                model_row[law] = LEVEL_BREAKS
    return pd.DataFrame([*with_runs, *(model_row for model_row in rows if not model_row["runs"])])


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
    run_summaries = [_of_run(run, settings, atoms) for _, run in runs.groupby("run")]
    if not run_summaries:
        return without_runs(name, kind, claimed, "no run has a first step")
    summaries = pd.DataFrame(run_summaries)
    drift, energy = _worst(summaries, JUDGED_BELOW * settings["temperature"])
    summary = {
        "experiment": name,
        "model": kind,
        "runs": len(summaries),
        "kept_bonds": int((summaries["whole"] & summaries["failure"].isna()).sum()),
        "failure_ps": float(summaries["failure"].min()),
        "drift_mev_atom_ps": drift,
        "momentum": float(summaries["momentum"].max()),
        "angular_momentum": float(summaries["angular_momentum"].max()),
        "net_force_ev_angstrom": float(summaries["net_force"].max()),
        "temperature_kelvin": float(summaries["temperature"].max()),
        "translation_claimed": "translation" in claimed,
        "rotation_claimed": "rotation" in claimed,
    }
    for test, (column, _, limit, symmetry) in TESTS.items():
        outcome = energy if test == ENERGY else _outcome(summary[column], limit)
        claims = not symmetry or symmetry in claimed
        summary[f"{_column(test)}_verdict"] = _verdict(outcome, claims, is_level)
    return summary | {"note": _note(summaries)}


def _note(summaries: pd.DataFrame) -> str:
    early, short = int((~summaries["whole"]).sum()), int(summaries["drift"].isna().sum())
    sentence_text = f"{early} of {len(summaries)} runs end early" if early else ""
    return sentence_text + (f", {short} too soon for a drift" if early and short else "")


def _column(test: str) -> str:
    return test.replace(" ", "_")


def _of_run(run: pd.DataFrame, settings: Mapping[str, Any], atoms: int) -> dict[str, Any]:
    time = run["time_fs"].to_numpy()
    broken_at = time[run["longest_stretch"].to_numpy() > BROKEN_AT]
    # A run lacks less than a record only by rounding.
    runs_to_its_end = time[-1] > 1000 * settings["duration"] - 10 * settings["timestep"]
    slope, uncertainty = drift(
        time, run["total_kcal_mol"].to_numpy(), run["swing_kcal_mol"].to_numpy(), atoms
    )
    # The start says nothing of momentum, nor does the record that ends a run for its heat: the
    # round-off of atoms that fly apart is larger than anything thermal.
    judged_records = run[1:][run["temperature_kelvin"][1:] <= HOT * settings["temperature"]]
    return {
        "failure": broken_at[0] / 1000 if len(broken_at) else np.nan,
        "whole": runs_to_its_end,
        "drift": slope,
        "uncertainty": uncertainty,
        "momentum": judged_records["momentum"].max(),
        "angular_momentum": judged_records["angular_momentum"].max(),
        "net_force": run["net_force_kcal_mol_angstrom"].max() * KCAL,
        "temperature": run["temperature_kelvin"].tail(max(round(END * len(run)), 1)).mean(),
        "hottest": run["temperature_kelvin"].max(),
    }


def _worst(summaries: pd.DataFrame, hot: float) -> tuple[float, str]:
    """The drift of the worst verdict, the largest if there are several, and that verdict."""
    ranked = [
        (WEIGHT.index(_of_energy(run, hot)), abs(run["drift"]), run["drift"])
        for run in summaries.dropna(subset="drift").to_dict("records")
    ]
    weight, _, drift = max(ranked, default=(WEIGHT.index(TOO_SHORT), 0, float("nan")))
    return drift, WEIGHT[weight]


def _of_energy(run: Mapping[str, float], hot: float) -> str:
    """What the drift of one run says."""
    if abs(run["drift"]) <= DRIFT_LIMIT:
        return KEPT
    if run["hottest"] > hot:
        return TOO_HOT
    return NOT_KEPT if abs(run["drift"]) > run["uncertainty"] else TOO_SHORT


def _outcome(size: float, limit: float) -> str:
    if np.isnan(size):
        return TOO_SHORT
    return KEPT if size <= limit else NOT_KEPT


def _verdict(outcome: str, claimed: bool, is_level: bool) -> str:
    if outcome not in (KEPT, NOT_KEPT):
        return outcome
    if is_level and outcome == NOT_KEPT:
        return LEVEL_BREAKS
    return verdict(claimed, outcome == KEPT)


def without_runs(name: str, kind: str, claimed: frozenset[str], reason: str) -> dict[str, Any]:
    """The row of an experiment that moves no atoms, and why."""
    measured = ("failure_ps", *(column for column, *_ in TESTS.values()))
    measured += ("net_force_ev_angstrom", "temperature_kelvin")
    entries = {
        "experiment": name,
        "model": kind,
        "runs": 0,
        "kept_bonds": 0,
        **dict.fromkeys(measured, float("nan")),
        "translation_claimed": "translation" in claimed,
        "rotation_claimed": "rotation" in claimed,
        **{f"{_column(test)}_verdict": NOT_RUN for test in TESTS},
        "note": reason,
    }
    return {name: entries[name] for name in HEADINGS}


def trial_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """A table of `row`s as verdicts, a test a row; one row for what moves no atoms.

    Returns
    -------
    list of dict
        experiment, subject ("dynamics"), test, claimed, measured, unit, limit, verdict, note.
    """
    return [
        verdict_row
        for model_row in table.to_dict("records")
        for verdict_row in _verdicts(model_row)
    ]


def _verdicts(model_row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    common = {
        "experiment": model_row["experiment"],
        "subject": "dynamics",
        "note": model_row["note"],
    }
    if not model_row["runs"]:
        unmeasured = {"measured": np.nan, "unit": "", "limit": np.nan, "verdict": NOT_RUN}
        yield common | {"test": "", "claimed": False} | unmeasured
        return
    for test, (column, unit, limit, symmetry) in TESTS.items():
        yield common | {
            "test": test,
            "claimed": not symmetry or bool(model_row[f"{symmetry}_claimed"]),
            "measured": abs(model_row[column]),
            "unit": unit,
            "limit": limit,
            "verdict": model_row[f"{_column(test)}_verdict"],
        }


def broken(table: pd.DataFrame) -> list[str]:
    """Say which claims the runs contradict."""
    return [
        f"{trial_row['experiment']} claims to conserve {trial_row['test']}, and in dynamics it is "
        f"off by {significant(trial_row['measured'], 2, 2)} {trial_row['unit']}"
        for trial_row in trial_rows(table)
        if trial_row["verdict"] == CLAIM_BROKEN
    ]


def complaint(molecule: str, broken_claims: list[str]) -> str:
    """Say in one sentence which claims are contradicted, and what to do."""
    more = f" (and {len(broken_claims) - 1} more)" if len(broken_claims) > 1 else ""
    return (
        f"molecules.{molecule}: {broken_claims[0]}{more}; see tables/dynamics.csv, and mend the "
        "claim in the registry or the model's forces, or, where the energy drifts, shorten "
        "dynamics.timestep."
    )


def sentence(table: pd.DataFrame) -> str:
    """Sum up dynamics in which all claims hold."""
    rows = trial_rows(table)
    kept_count = sum(trial_row["verdict"] == KEPT for trial_row in rows)
    not_kept = [trial_row for trial_row in rows if trial_row["verdict"] == NOT_KEPT]
    names = list(dict.fromkeys(trial_row["experiment"] for trial_row in not_kept))
    runs, whole = int(table["runs"].sum()), int(table["kept_bonds"].sum())
    not_kept_clause = f" No symmetry and no conservation: {', '.join(names)}." if names else ""
    return (
        f"In {runs} runs at constant energy {kept_count} claims of conservation hold, and "
        f"{whole} runs keep all bonds.{not_kept_clause}\n"
    )
