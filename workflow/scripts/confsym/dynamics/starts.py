"""Where runs at constant energy start: the same geometries and velocities for all models."""

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np
from ase import Atoms, units
from ase.md.velocitydistribution import Stationary, ZeroRotation, thermalize_momenta
from rdkit import Chem

from confsym.energies.parts import NoEnergy
from confsym.errors import StudyError
from confsym.molecules.ase_atoms import atoms_of, degrees_of_freedom
from confsym.sampling import dynamics
from confsym.sampling.starts import relaxed
from confsym.sampling.surface import Surface, Unphysical
from confsym.storage.files import Table

# Of the heat bath that relaxed conformers warm up in, for five times what its friction takes.
BATH = {"friction": 20.0, "timestep": 1.0, "interval": 250.0}  # 1/ps, fs, fs

log = logging.getLogger("confsym")


def starts(
    molecule: Chem.Mol,
    held_out: np.ndarray,
    positions: np.ndarray,
    level: Surface | None,
    settings: Mapping[str, Any],
    name: str,
) -> Table:
    """Draw held-out geometries and velocities.

    An embedded conformer is far from thermal geometries and would heat up as it falls. Where
    `level` is given, the level relaxes it, and a heat bath warms it up. No model takes part: each
    would relax to a minimum of its own, and a model without symmetries has no minimum.

    Parameters
    ----------
    molecule
        Molecule with hydrogens.
    held_out : (n,)
        Numbers of the held-out geometries.
    positions : (conformers, atoms, 3)
        Å.
    level
        The level, for conformers that were embedded; None where geometries are thermal, or where
        the level cannot be computed.
    settings
        Section `dynamics` of the config.
    name
        The study's name for the molecule, for error messages.

    Returns
    -------
    table
        conformer (runs,); positions (runs, atoms, 3), Å; velocities (runs, atoms, 3), Å/fs, without
        momentum or angular momentum, at exactly the config's temperature.

    Raises
    ------
    StudyError
        If the level cannot warm a conformer up.
    """
    conformers = np.random.default_rng(settings["seed"]).permutation(held_out)[: settings["runs"]]
    start_positions, velocities = (
        positions[conformers].copy(),
        np.empty((len(conformers), *positions.shape[1:])),
    )
    for run, conformer in enumerate(conformers.tolist()):
        rng = np.random.default_rng([settings["seed"], run])
        if level:
            atoms = atoms_of(molecule, start_positions[run])
            atoms.calc = level
            log.info("run %d: conformer %d is relaxed and warmed up", run, conformer)
            try:
                start_positions[run] = warmed(atoms, settings["temperature"], rng)
            except (Unphysical, NoEnergy) as error:
                raise StudyError(
                    f"molecules.{name}: conformer {conformer} cannot be warmed up to start a run, "
                    f"because {str(error).rstrip('.')}; try another dynamics.seed, or lower "
                    "dynamics.temperature."
                ) from error
        velocities[run] = thermal_velocities(
            atoms_of(molecule, start_positions[run]), settings["temperature"], rng
        )
    return {"conformer": conformers, "positions": start_positions, "velocities": velocities}


def warmed(atoms: Atoms, temperature: float, rng: np.random.Generator) -> np.ndarray:
    """(atoms, 3) Å: where atoms are once relaxed, and then moved in a heat bath for 0.25 ps."""
    minima, _ = relaxed(atoms, atoms.get_positions()[None])
    atoms.set_positions(minima[0])
    dynamics.set_moving(atoms, temperature, rng)
    ((positions, _, _),) = dynamics.walk(atoms, 1, temperature=temperature, rng=rng, **BATH)
    return positions


def thermal_velocities(atoms: Atoms, temperature: float, rng: np.random.Generator) -> np.ndarray:
    """Velocities by Maxwell and Boltzmann, of the vibrations alone.

    They are scaled to the temperature, which the few degrees of freedom of one molecule would miss
    by a tenth.

    Returns
    -------
    (atoms, 3)
        Å/fs, without momentum and angular momentum.
    """
    thermalize_momenta(atoms, temperature, rng=rng)
    Stationary(atoms, preserve_temperature=False)
    ZeroRotation(atoms, preserve_temperature=False)
    reached = 2 * atoms.get_kinetic_energy() / (units.kB * degrees_of_freedom(atoms))
    return atoms.get_velocities() * np.sqrt(temperature / reached) * units.fs
