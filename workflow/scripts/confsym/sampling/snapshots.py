"""From walks to uncorrelated snapshots, and what the walks were like."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rdkit import Chem

from confsym.datasets import perception
from confsym.errors import StudyError
from confsym.sampling import times
from confsym.sampling.autocorrelation import effective_size, error_of_mean, integrated_time
from confsym.storage.files import Table
from confsym.storage.numbers import value_and_spread

SIGNIFICANT = 3  # standard errors
OFF = 0.05  # of the bath's temperature: more than the integrator's own error


@dataclass(frozen=True, eq=False)
class Snapshots:
    """Decorrelated snapshots of one molecule.

    Parameters
    ----------
    positions
        (n, atoms, 3) Å.
    table
        conformer, attempt (the frame's number, walker after walker), walker, time_fs from the
        walker's start, other_bonds: (n,).
    counts
        The content of `pruning.json`.
    report
        The content of `sampling.json`.
    """

    positions: np.ndarray
    table: Table
    counts: dict[str, int]
    report: dict[str, Any]


def snapshots(
    molecule: Chem.Mol,
    walks: Sequence[Table],
    settings: Mapping[str, Any],
    min_snapshots: int,
    name: str,
    config_key: str,
) -> Snapshots:
    """Drop the beginning of each walk, and keep frames so far apart that they are uncorrelated.

    Snapshots of a walk are twice the autocorrelation time of the potential energy apart.

    Parameters
    ----------
    molecule
        Molecule with hydrogens.
    walks
        As `confsym.sampling.dynamics.record` has them, all of one length.
    settings
        Section `sampling` of the config.
    min_snapshots
        How many snapshots the study needs.
    name, config_key
        The molecule, and where the config has the settings, for error messages.

    Raises
    ------
    StudyError
        If the walks are too short for an autocorrelation time, or for so many snapshots.
    """
    dropped = times.frames(settings["equilibration"], settings["interval"])
    frames = {key: np.stack([walk[key][dropped:] for walk in walks]) for key in walks[0]}
    energy, interval = frames["energy_kcal_mol"], settings["interval"]
    time = _autocorrelation_time(energy, settings, name, config_key)
    stride = math.ceil(2 * time)
    frame = np.arange(0, energy.shape[1], stride)
    _require_enough(
        len(walks) * len(frame), min_snapshots, stride * interval, settings, name, config_key
    )
    walker, frame = np.repeat(np.arange(len(walks)), len(frame)), np.tile(frame, len(walks))
    positions = frames["positions"][walker, frame]
    differ = perception.other_bonds(molecule, positions)
    table = {
        "conformer": np.arange(len(walker)),
        "attempt": walker * len(walks[0]["time_fs"]) + dropped + frame,
        "walker": walker,
        "time_fs": frames["time_fs"][walker, frame],
        "other_bonds": differ,
    }
    counts = {"frames": energy.size, "kept": len(walker)}
    statistics = {
        "autocorrelation_time_fs": time * interval,
        "effective_sample_size": effective_size(energy.size, time),
        "snapshot_interval_fs": stride * interval,
        "snapshots": len(walker),
        "other_bonds": int(differ.sum()),
    }
    return Snapshots(positions, table, counts, _walks(frames, settings) | statistics)


def _walks(frames: Mapping[str, np.ndarray], settings: Mapping[str, Any]) -> dict[str, Any]:
    """What the walks were like, (walkers, n) frames of each."""
    energy, temperature = frames["energy_kcal_mol"], frames["temperature_kelvin"]
    change, error = drift(energy)
    return {
        "level": settings["level"],
        "temperature_kelvin": settings["temperature"],
        "mean_temperature_kelvin": float(temperature.mean()),
        "mean_temperature_error_kelvin": error_of_mean(temperature),
        "walkers": energy.shape[0],
        "frames": energy.size,
        "frame_interval_fs": settings["interval"],
        "energy_mean_kcal_mol": float(energy.mean()),
        "energy_standard_deviation_kcal_mol": float(energy.std()),
        "energy_mean_by_walker_kcal_mol": energy.mean(axis=1).tolist(),
        "energy_drift_kcal_mol": change,
        "energy_drift_error_kcal_mol": error,
    }


def drift(energy: np.ndarray) -> tuple[float, float]:
    """Mean of the walks' second halves minus that of the first, and its standard error.

    The error of half as many frames is √2 times that of all, and that of a difference √2 times
    again.

    Parameters
    ----------
    energy : (walkers, n)
        kcal/mol.
    """
    half = energy.shape[1] // 2
    change = energy[:, half:].mean() - energy[:, :half].mean()
    return float(change), 2 * error_of_mean(energy)


def _autocorrelation_time(
    energy: np.ndarray, settings: Mapping[str, Any], name: str, config_key: str
) -> float:
    """The autocorrelation time of the potential energy, (walkers, n), in frames."""
    time = integrated_time(energy)
    if not math.isfinite(time):
        raise StudyError(
            f"molecules.{name}: walks of {settings['duration']:g} ps are too short to tell how "
            "long the potential energy remembers, or walkers are held in conformers of different "
            f"energy; raise {config_key}.duration or {config_key}.equilibration."
        )
    return time


def _require_enough(
    available: int,
    min_snapshots: int,
    spacing: float,
    settings: Mapping[str, Any],
    name: str,
    config_key: str,
) -> None:
    """Refuse fewer snapshots, so many fs apart, than the study needs."""
    if available >= min_snapshots:
        return
    longer = math.ceil(min_snapshots / settings["walkers"]) * spacing / 1000
    raise StudyError(
        f"molecules.{name}: {settings['walkers']} walkers of {settings['duration']:g} ps give "
        f"{available} decorrelated snapshots, {spacing:g} fs apart, and the study needs "
        f"{min_snapshots}; raise {config_key}.duration to about {math.ceil(11 * longer) / 10:g} or "
        f"{config_key}.walkers, or lower split.train."
    )


def require_bonds(table: Table, name: str, config_key: str) -> None:
    """Refuse snapshots with other bonds than the molecule.

    Parameters
    ----------
    table
        Of the snapshots.
    name, config_key
        The molecule, and where the config has the sampling, for error messages.

    Raises
    ------
    StudyError
        If any has.
    """
    differ = table["other_bonds"]
    if not differ.any():
        return
    first = int(differ.argmax())
    raise StudyError(
        f"molecules.{name}: {int(differ.sum())} of {len(differ)} snapshots have other bonds than "
        f"the molecule, the first one in walker {table['walker'][first]} after "
        f"{table['time_fs'][first]:g} fs; lower {config_key}.temperature or {config_key}.timestep, "
        f"or set molecules.{name}.bonds: warn to keep them."
    )


def in_words(report: Mapping[str, Any], name: str) -> str:
    """Say in one sentence what a report has."""
    mean, error = report["mean_temperature_kelvin"], report["mean_temperature_error_kelvin"]
    temperature = value_and_spread(mean, error, 1) or f"{mean:.1f}"
    return (
        f"molecules.{name}: mean temperature {temperature} K in a bath of "
        f"{report['temperature_kelvin']:g} K; the energy remembers "
        f"{report['autocorrelation_time_fs']:.0f} fs, so that {report['frames']:,} frames of "
        f"{report['walkers']} walkers are worth {report['effective_sample_size']:.0f} and give "
        f"{report['snapshots']} snapshots, one in {report['snapshot_interval_fs']:g} fs; "
        f"{report['other_bonds']} of them have other bonds"
    )


def doubts(report: Mapping[str, Any], name: str, config_key: str) -> list[str]:
    """Sentences about walks that are not in equilibrium, as a report has it."""
    sentences = []
    change, error = report["energy_drift_kcal_mol"], report["energy_drift_error_kcal_mol"]
    if abs(change) > SIGNIFICANT * error:
        shift = value_and_spread(change, error, 2, "+") or f"{change:+.2f}"
        sentences.append(
            f"molecules.{name}: the second halves of the walks have another mean energy than the "
            f"first, by {shift} kcal/mol; raise {config_key}.equilibration or "
            f"{config_key}.duration."
        )
    bath = report["temperature_kelvin"]
    deviation = report["mean_temperature_kelvin"] - bath
    if abs(deviation) > max(SIGNIFICANT * report["mean_temperature_error_kelvin"], OFF * bath):
        sentences.append(
            f"molecules.{name}: the mean temperature is {deviation:+.0f} K from the bath's "
            f"{bath:g} K; lower {config_key}.timestep, or raise {config_key}.equilibration."
        )
    return sentences
