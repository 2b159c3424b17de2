"""Where a walk starts: a relaxed conformer of its own, drawn as the heat bath would have it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from ase import Atoms, units
from ase.optimize import LBFGS
from rdkit import Chem

from confsym.ase_units import KCAL
from confsym.conformers import embeddable, embedding
from confsym.errors import StudyError
from confsym.molecules.ase_atoms import atoms_of
from confsym.sampling.surface import Surface

CANDIDATES = 8  # conformers that each walker embeds
FORCE = 0.05  # eV/Å, 1.2 kcal/mol/Å: relaxed far enough to tell energies kT apart
STEPS = 300
SEEDS = 2_000_000_001  # RDKit's random seeds end at 2^31: section embedding has these

GAS_CONSTANT = units.kB / KCAL  # kcal/mol/K


def first_seed(of_embedding: int, of_sampling: int, further_set: str) -> int:
    """Random seed of the first conformer that the first walker embeds.

    Every set of geometries and every sampling.seed has seeds of its own. Those of the molecule's
    own walkers are the config's embedding.seed and on, if sampling.seed is 0.

    Parameters
    ----------
    of_embedding, of_sampling
        The config's embedding.seed and sampling.seed.
    further_set
        Name of the molecule's further set; empty for its own geometries.
    """
    drawn, origin = (
        int(np.random.default_rng([seed, *name.encode()]).integers(SEEDS))
        for seed, name in ((of_sampling, further_set), (0, ""))
    )
    return (of_embedding + drawn - origin) % SEEDS


def embedded(
    molecule: Chem.Mol,
    name: str,
    walker: int,
    options: Mapping[str, Any],
    seed: int,
    further_set: str,
) -> np.ndarray:
    """Embed the conformers that a walker chooses from.

    Parameters
    ----------
    molecule
        Molecule with hydrogens.
    name
        The study's name for the molecule, for error messages.
    walker
        Number of the walker: each embeds conformers of its own.
    options
        The config's section `embedding`.
    seed
        The config's sampling.seed.
    further_set
        Name of the molecule's further set, which embeds others; empty for its own geometries.

    Returns
    -------
    (n, atoms, 3)
        Å, n ≤ 8.

    Raises
    ------
    StudyError
        If RDKit embeds none of them.
    """
    first = CANDIDATES * walker
    options = {**options, "seed": first_seed(options["seed"], seed, further_set)}
    embeddable.require_embeddable(molecule, name, first, CANDIDATES, options)
    positions, _ = embedding.embed(molecule, first, CANDIDATES, options)
    if not len(positions):
        raise StudyError(
            f"molecules.{name}: none of {CANDIDATES} attempts gives walker {walker} a conformer to "
            "start from; raise embedding.max_attempts or try another sampling.seed."
        )
    return positions


def require_forces(surface: Surface, positions: np.ndarray, level: str) -> None:
    """Refuse a level that has energies alone, as it shows at positions (atoms, 3), Å.

    Raises
    ------
    StudyError
        If it has no forces.
    """
    _, gradients = surface.level(positions[None])
    if np.isnan(gradients).all():
        raise StudyError(
            f"config: sampling.level is {level}, whose calculator has no forces; name one that has "
            "them."
        )


def relaxed(atoms: Atoms, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Relax geometries until no force is above 0.05 eV/Å, or for 300 steps.

    Parameters
    ----------
    atoms
        With a calculator; moved.
    positions : (n, atoms, 3)
        Å.

    Returns
    -------
    positions : (n, atoms, 3)
        Å.
    energies : (n,)
        kcal/mol.
    """
    minima, energies = np.empty_like(positions), np.empty(len(positions))
    for i, conformer in enumerate(positions):
        atoms.set_positions(conformer)
        LBFGS(atoms, logfile=None).run(fmax=FORCE, steps=STEPS)
        minima[i], energies[i] = atoms.get_positions(), atoms.get_potential_energy() / KCAL
    return minima, energies


def boltzmann_weights(energies: np.ndarray, temperature: float) -> np.ndarray:
    """(n,) probabilities exp(−E/RT), normalised, of energies (n,) in kcal/mol at so many K."""
    weights = np.exp(-(energies - energies.min()) / (GAS_CONSTANT * temperature))
    return weights / weights.sum()


def start(
    surface: Surface, molecule: Chem.Mol, positions: np.ndarray, temperature: float, rng: Any
) -> Atoms:
    """Choose among conformers by their Boltzmann weights, once they are relaxed.

    Conformers that a walk is too short to leave, or to come to, are thus met about as often as they
    should be.

    Parameters
    ----------
    surface
        The level.
    molecule
        Molecule with hydrogens; isotopes have their masses.
    positions : (n, atoms, 3)
        Å.
    temperature
        K.
    rng
        NumPy's generator.

    Returns
    -------
    Atoms
        At rest, with the level for a calculator.
    """
    atoms = atoms_of(molecule, positions[0])
    atoms.calc = surface
    minima, energies = relaxed(atoms, positions)
    atoms.set_positions(minima[rng.choice(len(minima), p=boltzmann_weights(energies, temperature))])
    return atoms
