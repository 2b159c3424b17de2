"""Dynamics of one molecule at constant energy, by a model or by a level.

The integrator is ASE's velocity Verlet: Larsen et al., J. Phys.: Condens. Matter 29, 273002 (2017),
doi:10.1088/1361-648X/aa680e; Swope et al., J. Chem. Phys. 76, 637 (1982), doi:10.1063/1.442716.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from ase import Atoms, units
from ase.md.verlet import VelocityVerlet
from rdkit import Chem

from confsym.ase_units import KCAL
from confsym.dynamics.conservation import (
    HOT,
    thermal_angular_momentum,
    thermal_momentum,
)
from confsym.errors import StudyError
from confsym.models.labelled import ForceModel
from confsym.molecules.ase_atoms import atoms_of, degrees_of_freedom
from confsym.provenance.progress import Progress
from confsym.sampling.records import STEPS, records
from confsym.sampling.surface import Level, Surface, Unphysical
from confsym.storage.files import Table

REPORTS = 5  # lines in the log of a run

# What a model or a level says of a geometry that it cannot describe.
LOST = (StudyError, ArithmeticError, RuntimeError, np.linalg.LinAlgError)
COLUMNS = (
    "time_fs",
    "potential_kcal_mol",
    "total_kcal_mol",
    "temperature_kelvin",
    "momentum",
    "angular_momentum",
    "net_force_kcal_mol_angstrom",
    "longest_stretch",
    "swing_kcal_mol",
)

log = logging.getLogger("confsym")


def surface_of(model: ForceModel, level_below: Level | None) -> Level:
    """A fitted model as a level, with the cheaper one that it is the difference from, if any."""

    def level(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        energies, forces = model.energies_and_forces(positions)
        if level_below is None:
            return energies, -forces
        energies_below, gradients_below = level_below(positions)
        return energies + energies_below, gradients_below - forces

    return level


def runs(
    surface: Surface, molecule: Chem.Mol, starts: Table, settings: Mapping[str, Any], count: int
) -> Table:
    """Move a molecule from some starts, at constant energy.

    Parameters
    ----------
    surface
        What the atoms move on.
    molecule
        Molecule with hydrogens.
    starts
        From `starts.starts`.
    settings
        Section `dynamics` of the config.
    count
        Runs, at most: the first starts.

    Returns
    -------
    table
        run; time_fs, from 0 on; potential_kcal_mol and total_kcal_mol; temperature_kelvin, of as
        many degrees of freedom as vibrations have; momentum and angular_momentum, in units of their
        thermal size; net_force_kcal_mol_angstrom; longest_stretch, a bond's length in units of that
        at the start; swing_kcal_mol, how far the total energy went up and down in the steps since
        the last row. A run that ends early has fewer rows.
    """
    bonds = np.array([(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in molecule.GetBonds()])
    rows = []
    pairs = list(zip(starts["positions"], starts["velocities"], strict=True))[:count]
    progress = Progress(len(pairs) * records(settings), "records")
    for run, (positions, velocities) in enumerate(pairs):
        atoms = atoms_of(molecule, positions)
        atoms.set_velocities(velocities / units.fs)
        atoms.calc = surface
        for row in trajectory(atoms, bonds, settings, run):
            rows.append((run, *row))
            progress.add()
    columns = np.array(rows).reshape(-1, 1 + len(COLUMNS)).T
    table = dict(zip(("run", *COLUMNS), columns, strict=True))
    return table | {"run": table["run"].astype(int)}


def trajectory(
    atoms: Atoms, bonds: np.ndarray, settings: Mapping[str, Any], run: int
) -> Iterator[tuple[float, ...]]:
    """Move atoms for as long as the config says, or until it makes no sense any more.

    A run ends early where a number is not finite, or at a hundred times the starting temperature.

    Yields
    ------
    row
        As `COLUMNS`, every ten steps.
    """
    last_record = records(settings)
    observe = observer(atoms, bonds, settings["temperature"])
    integrator = VelocityVerlet(atoms, settings["timestep"] * units.fs)
    for record in range(last_record + 1):
        time = record * STEPS * settings["timestep"]
        try:
            with np.errstate(over="ignore", invalid="ignore"):  # it is said below
                totals = [atoms.get_total_energy()]
                if record:
                    totals += [atoms.get_total_energy() for _ in integrator.irun(STEPS)]
                row = (*observe(), np.ptp(totals) / KCAL)
            if not np.isfinite(row).all():
                raise Unphysical("a number is not finite")
        except LOST as error:
            log.info("run %d ends after %.0f fs: %s", run, time, str(error).splitlines()[0])
            return
        yield (time, *row)
        kelvin = row[2]
        if record % max(last_record // REPORTS, 1) == 0:
            log.info(
                "run %d, %.2f ps: %.0f K, momentum %.1e of thermal", run, time / 1000, *row[2:4]
            )
        if kelvin > HOT * settings["temperature"]:
            log.info("run %d ends after %.0f fs: it has heated to %.0f K", run, time, kelvin)
            return


def observer(
    atoms: Atoms, bonds: np.ndarray, temperature: float
) -> Callable[[], tuple[float, ...]]:
    """What measures atoms: `COLUMNS` but the time and the swing, thermal sizes those of now."""
    freedom = degrees_of_freedom(atoms)
    thermal, thermal_angular = (
        size(atoms, temperature) for size in (thermal_momentum, thermal_angular_momentum)
    )
    first, second = bonds.T if len(bonds) else np.empty((2, 0), dtype=int)

    def lengths() -> np.ndarray:
        return np.linalg.norm(atoms.positions[first] - atoms.positions[second], axis=1)

    start = lengths()

    def seen() -> tuple[float, ...]:
        potential, kinetic = atoms.get_potential_energy(), atoms.get_kinetic_energy()
        return (
            potential / KCAL,
            (potential + kinetic) / KCAL,
            2 * kinetic / (units.kB * freedom),
            np.linalg.norm(atoms.get_momenta().sum(axis=0)) / thermal,
            np.linalg.norm(atoms.get_angular_momentum()) / thermal_angular,
            np.linalg.norm(atoms.get_forces().sum(axis=0)) / KCAL,
            (lengths() / start).max(initial=1.0),
        )

    return seen
