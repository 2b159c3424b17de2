"""Langevin dynamics of one molecule.

The integrator is ASE's: Vanden-Eijnden and Ciccotti, Chem. Phys. Lett. 429, 310 (2006),
doi:10.1016/j.cplett.2006.07.086. A constraint holds the centre of mass, as ASE advises: the
integrator's own way to hold it sampled another distribution.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from ase import Atoms, units
from ase.constraints import FixCom
from ase.md.langevin import Langevin
from ase.md.velocitydistribution import ZeroRotation, thermalize_momenta

from confsym.ase_units import KCAL
from confsym.energies.parts import NoEnergy
from confsym.errors import StudyError
from confsym.provenance.progress import Progress
from confsym.sampling import times
from confsym.sampling.surface import Unphysical
from confsym.storage.files import Table

HOT = 10  # times the bath's temperature: no fluctuation, the walk has gone wrong


def generator(seed: int, walker: int, further_set: str) -> np.random.Generator:
    """The random numbers of one walker, independent of those of all others.

    Parameters
    ----------
    seed, walker
        From the config, and the walker's number.
    further_set
        Name of the molecule's further set; empty for its own geometries.
    """
    return np.random.default_rng([seed, walker, *further_set.encode()])


def set_moving(atoms: Atoms, temperature: float, rng: np.random.Generator) -> None:
    """Give atoms velocities by Maxwell and Boltzmann; the molecule as a whole does not move."""
    atoms.set_constraint(FixCom())
    thermalize_momenta(atoms, temperature, rng=rng)
    with np.errstate(divide="ignore", invalid="ignore"):  # a linear molecule has no third axis
        ZeroRotation(atoms)


def walk(
    atoms: Atoms,
    frames: int,
    *,
    temperature: float,
    friction: float,
    timestep: float,
    interval: float,
    rng: np.random.Generator,
) -> Iterator[tuple[np.ndarray, float, float]]:
    """Move atoms in a heat bath.

    Parameters
    ----------
    atoms
        With a calculator and velocities; moved.
    frames
        How many to record.
    temperature
        Of the bath, K.
    friction
        1/ps.
    timestep, interval
        Between evaluations of the forces, and between frames, fs.
    rng
        Random numbers of the bath.

    Yields
    ------
    positions : (atoms, 3)
        Å.
    energy
        Potential energy, kcal/mol.
    temperature
        Twice the kinetic energy over k and the degrees of freedom, all but the three of the centre
        of mass; K.

    Raises
    ------
    Unphysical
        If the temperature of a frame is ten times the bath's, or a force is no finite number.
    NoEnergy
        If the level has no energy of a geometry.
    """
    integrator = Langevin(
        atoms,
        timestep * units.fs,
        temperature_K=temperature,
        friction=friction / (1000 * units.fs),
        fixcm=False,
        rng=rng,
    )
    for _ in range(frames):
        integrator.run(times.steps(interval, timestep))
        reached = float(atoms.get_temperature())
        if not reached < HOT * temperature:
            raise Unphysical(f"the temperature has risen to {reached:.0f} K")
        yield atoms.get_positions(), float(atoms.get_potential_energy()) / KCAL, reached


def record(
    atoms: Atoms,
    settings: Mapping[str, Any],
    rng: np.random.Generator,
    name: str,
    walker: int,
    config_key: str,
) -> Table:
    """Walk from where the atoms rest, and keep all frames.

    Parameters
    ----------
    atoms
        With a calculator.
    settings
        Section `sampling` of the config.
    rng
        Random numbers of velocities and bath.
    name, walker, config_key
        The molecule, the walker, and where the config has the settings, for error messages.

    Returns
    -------
    table
        time_fs (n,), from the start; positions (n, atoms, 3), Å; energy_kcal_mol (n,);
        temperature_kelvin (n,).

    Raises
    ------
    StudyError
        If the walk comes to no good.
    """
    bath = {key: settings[key] for key in ("temperature", "friction", "timestep", "interval")}
    frames = times.frames(settings["equilibration"] + settings["duration"], settings["interval"])
    set_moving(atoms, settings["temperature"], rng)
    recorded, progress = [], Progress(frames, "frames")
    try:
        for frame in walk(atoms, frames, rng=rng, **bath):
            recorded.append(frame)
            progress.add()
    except (Unphysical, NoEnergy) as error:
        reason = error.cause if isinstance(error, NoEnergy) else str(error)
        raise StudyError(
            f"molecules.{name}: walker {walker} ends {len(recorded) * settings['interval']:g} fs "
            f"from its start, because {reason.rstrip('.')}; lower {config_key}.timestep (now "
            f"{settings['timestep']:g} fs) or {config_key}.temperature, or name another level"
            " there."
        ) from error
    positions, energy, temperature = map(np.array, zip(*recorded, strict=True))
    return {
        "time_fs": settings["interval"] * np.arange(1, len(recorded) + 1),
        "positions": positions,
        "energy_kcal_mol": energy,
        "temperature_kelvin": temperature,
    }
