"""What a config says of dynamics at constant energy, and which levels and models move atoms."""

from collections.abc import Iterator
from typing import Any

from confsym.energies.registry import level_row
from confsym.sampling.records import FEWEST, STEPS, records
from confsym.study.experiments import Study, claimed, model_row, own_levels, why_no_forces
from confsym.study.geometries import embedded


def level_moves(study: Study) -> bool:
    """Whether the level can be computed, and is not read from a file."""
    return bool(level_row(study["energies"]["level"], own_levels(study)).function)


def contradictions(study: Study) -> Iterator[str]:
    """Sentences about runs that are too short, and runs of the level that start from nowhere.

    Parameters
    ----------
    study
        The config, valid by the schema, defaults filled in.
    """
    duration, timestep = study["dynamics"]["duration"], study["dynamics"]["timestep"]
    if (count := records(study["dynamics"])) < FEWEST:
        yield (
            f"config: dynamics.duration is {duration:g} ps, so a run has {count} record(s) of "
            f"{STEPS} steps of {timestep:g} fs, but a drift takes {FEWEST}; raise duration or "
            "lower timestep."
        )
    runs, level_runs = study["dynamics"]["runs"], study["dynamics"]["level_runs"]
    if level_runs > runs:
        yield (
            f"config: dynamics.level_runs is {level_runs}, but dynamics.runs is {runs}, and the "
            "level starts like the first of these runs; raise runs or lower level_runs."
        )


def is_warmed(study: Study, molecule: str) -> bool:
    """Whether a molecule's geometries have to be warmed up by the level before a run."""
    return molecule in embedded(study) and level_moves(study)


def level_name(label: str) -> str:
    """What tables call the level among the experiments; no experiment can have this name."""
    return f"{label} itself"


def facts(study: Study, label: str) -> list[dict[str, Any]]:
    """What the table says of the level and of each experiment, beside what is measured.

    Parameters
    ----------
    study
        The config.
    label
        What figures call the level.

    Returns
    -------
    list of dict
        name; kind in words; claimed symmetries; whether it is_level; no_forces, why an experiment
        moves no atoms, empty where it does.
    """
    level = {
        "name": level_name(label) if level_moves(study) else "the level",
        "kind": "level of theory",
        "claimed": ["rotation", "translation"],
        "is_level": True,
        "no_forces": "" if level_moves(study) else "its energies come from a file",
    }
    return [level, *(_facts(study, name) for name in study["experiments"])]


def _facts(study: Study, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "kind": model_row(study, name).label,
        "claimed": sorted(claimed(study, name)),
        "is_level": False,
        "no_forces": why_no_forces(study, name),
    }
