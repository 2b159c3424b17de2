"""What is wrong with how a study samples geometries, where the schema cannot see it."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from confsym.conformers.split import LEAST_HELD_OUT
from confsym.energies.registry import LEVELS, level_row
from confsym.sampling import times
from confsym.study.experiments import own_levels
from confsym.study.geometries import sampled_folders, sampling_of, sampling_place, set_of
from confsym.study.overrides import split_of
from confsym.study.schema import nearest

LEAST_TESTED = 10  # snapshots of a further set
MOST = 10_000_000  # frames of all walkers, as many as split.train may have


def min_snapshots(study: Mapping[str, Any], folder: str) -> int:
    """Snapshots that a folder has to have."""
    return LEAST_TESTED if set_of(folder) else split_of(study, folder)["train"] + LEAST_HELD_OUT


def contradictions(study: Mapping[str, Any]) -> Iterator[str]:
    """Sentences about levels that cannot move atoms, and times that do not fit each other.

    Parameters
    ----------
    study
        The config, valid by the schema, defaults filled in.
    """
    for folder in sampled_folders(study):
        yield from _about(study, folder)


def _about(study: Mapping[str, Any], folder: str) -> Iterator[str]:
    settings, key = sampling_of(study, folder), f"config: {sampling_place(folder)}"
    level, levels = settings["level"], own_levels(study)
    if level not in {**LEVELS, **levels}:
        yield f"{key}.level is {level!r};{nearest(level, [*LEVELS, *levels])}"
    elif not level_row(level, levels).function:
        yield f"{key}.level is {level!r}, which cannot be computed; name a level that can."
    interval, timestep = settings["interval"], settings["timestep"]
    if not math.isclose(times.steps(interval, timestep) * timestep, interval, rel_tol=1e-6):
        yield (
            f"{key}.interval is {interval:g} fs, which is no multiple of timestep, "
            f"{timestep:g} fs; make it one."
        )
    frames = settings["walkers"] * times.frames(settings["duration"], interval)
    fewest = min_snapshots(study, folder)
    if frames > MOST:
        yield (
            f"{key} records {frames:,} frames, {settings['duration']:g} ps of "
            f"{settings['walkers']} walkers, where {MOST:,} are the most; raise interval, or lower "
            "duration or walkers."
        )
    if frames < fewest:
        yield (
            f"{key} records {frames} frames, {settings['duration']:g} ps of "
            f"{settings['walkers']} walkers, and the study needs {fewest} snapshots; raise "
            "duration or walkers, or lower split.train."
        )
