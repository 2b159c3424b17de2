"""A learned force field at work, beside the level that it learned: minima, vibrations, a torsion.

Minimisation by BFGS and the constraint on a torsion angle are ASE's: Larsen et al., J. Phys.:
Condens. Matter 29, 273002 (2017), doi:10.1088/1361-648X/aa680e.
"""

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from ase import Atoms
from ase.calculators.calculator import Calculator
from ase.constraints import FixInternals
from ase.optimize import BFGS
from ase.vibrations import VibrationsData
from rdkit import Chem
from rdkit.Chem import rdMolTransforms

from confsym.ase_units import KCAL
from confsym.atomic_units import EV
from confsym.calculator import FarFromTraining, ForceFieldCalculator
from confsym.errors import StudyError
from confsym.geometry.superposition import rmsd_superposed
from confsym.molecules.ase_atoms import atoms_of, degrees_of_freedom
from confsym.molecules.rdkit_conformer import with_conformer
from confsym.molecules.torsions import ANGLE, Torsion
from confsym.provenance.progress import Progress
from confsym.sampling.surface import surface
from confsym.storage.files import Table

FORCE = 0.01  # eV/Å: a conformer whose forces are all smaller is a minimum
CONFORMERS = 50  # held-out ones that are relaxed, at most
STEPS = 500  # of BFGS, at most
DISPLACED = 0.005  # Å, of each coordinate, for second derivatives
STRAIGHT = 1e-4  # of the largest moment of inertia: 0.03 Å that HCN, relaxed so far, may be bent
SCANNED = ("degrees", "model_kcal_mol", "level_kcal_mol", "deviation_kcal_mol", "distance")
SCANNED += ("force_mae_kcal_mol_angstrom",)

log = logging.getLogger("confsym")

# What a level or a model says of a geometry that it cannot describe.
LOST = (StudyError, ArithmeticError, RuntimeError)


def kcal(atoms: Atoms) -> float:
    """Energy, kcal/mol."""
    return float(atoms.get_potential_energy()) * _kcal_per_ev(atoms.calc)


def kcal_per_angstrom(atoms: Atoms) -> np.ndarray:
    """Forces (atoms, 3), kcal/mol/Å, whatever is held fixed."""
    return atoms.get_forces(apply_constraint=False) * _kcal_per_ev(atoms.calc)


def _kcal_per_ev(calculator: Calculator) -> float:
    """The calculators of levels convert by ASE's constants, models do not."""
    return EV if isinstance(calculator, ForceFieldCalculator) else 1 / KCAL


@contextmanager
def opened(
    function: str, molecule: Chem.Mol, name: str, settings: Mapping[str, Any]
) -> Iterator[Calculator | None]:
    """The level's calculator, as `sampling.surface` takes it; None where it cannot be computed.

    Meanwhile nothing warns of geometries far from the training ones: tables have the distances.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FarFromTraining)
        if function:
            with surface(function, molecule, name, settings) as level:
                yield level
        else:
            log.info(
                "no conformers are relaxed and no vibrations computed: the level's energies come "
                "from a file, and it cannot be asked for others"
            )
            yield None


def evenly_chosen(held_out: np.ndarray) -> np.ndarray:
    """Some of the held-out conformers, evenly among their numbers (conformers,)."""
    return held_out[np.unique(np.linspace(0, len(held_out) - 1, CONFORMERS).astype(int))]


def relaxed(calculator: Calculator | None, molecule: Chem.Mol, start: np.ndarray) -> Atoms | None:
    """The minimum that BFGS comes to from positions (atoms, 3), Å; None if it comes to none."""
    if calculator is None:
        return None
    atoms = atoms_of(molecule, start)
    atoms.calc = calculator
    try:
        converged = BFGS(atoms, logfile=None).run(fmax=FORCE, steps=STEPS)
    except LOST:
        return None
    return atoms if converged else None


def relaxations(
    model: Calculator,
    level: Calculator | None,
    molecule: Chem.Mol,
    ensemble: Mapping[int, np.ndarray],
) -> Table:
    """Relax conformers by a model and by its level.

    Parameters
    ----------
    model, level
        Calculators; without a level there are no rows.
    molecule
        With hydrogens.
    ensemble
        Positions (atoms, 3), Å, by the conformers' numbers.

    Returns
    -------
    table
        conformer; level_kcal_mol and model_kcal_mol, energies of the minima, each by what found it;
        and rmsd_angstrom between the two after superposition. NaN where there is no minimum.
    """
    ensemble = ensemble if level else {}
    rows = np.full((len(ensemble), 3), np.nan)
    progress = Progress(len(ensemble), "relaxed conformers")
    for row, start in zip(rows, ensemble.values(), strict=True):
        minima = [relaxed(calculator, molecule, start) for calculator in (level, model)]
        row[:2] = [kcal(atoms) if atoms else np.nan for atoms in minima]
        if all(minima):
            centred = [atoms.positions - atoms.positions.mean(axis=0) for atoms in minima]
            row[2] = rmsd_superposed(*(centred_positions[None] for centred_positions in centred))[0]
        progress.add()
    names = "level_kcal_mol", "model_kcal_mol", "rmsd_angstrom"
    return {"conformer": np.array([*ensemble], dtype=int)} | dict(zip(names, rows.T, strict=True))


def frequencies(minimum: Atoms) -> np.ndarray:
    """(3 atoms − 6,) cm⁻¹, ascending, of harmonic vibrations; imaginary ones are negative.

    The six numbers nearest to zero are left out: they are of translations and rotations, five in a
    molecule whose atoms lie in a line.
    """
    hessian = np.empty((minimum.positions.size,) * 2)
    displaced = minimum.copy()
    displaced.calc = minimum.calc
    for row, coordinate in enumerate(np.ndindex(*minimum.positions.shape)):
        displaced_forces = []
        for sign in (1, -1):
            displaced.positions[coordinate] = minimum.positions[coordinate] + sign * DISPLACED
            displaced_forces.append(displaced.get_forces().ravel())
        displaced.positions[coordinate] = minimum.positions[coordinate]
        hessian[row] = (displaced_forces[1] - displaced_forces[0]) / (2 * DISPLACED)
    spectrum = VibrationsData.from_2d(minimum, (hessian + hessian.T) / 2).get_frequencies()
    wavenumbers = spectrum.real - spectrum.imag
    left_out = len(wavenumbers) - degrees_of_freedom(minimum, STRAIGHT)
    return np.sort(wavenumbers[np.argsort(abs(wavenumbers), kind="stable")[left_out:]])


def vibrations(
    model: Calculator, level: Calculator | None, molecule: Chem.Mol, start: np.ndarray
) -> Table:
    """Frequencies of the minima that a model and its level come to from positions (atoms, 3), Å.

    Returns
    -------
    table
        level_per_cm and model_per_cm, ascending; empty where either comes to none, or where the
        atoms of only one lie in a line.
    """
    minima = [relaxed(calculator, molecule, start) for calculator in (level, model)]
    spectra = [frequencies(atoms) if atoms else np.empty(0) for atoms in minima]
    if len(spectra[0]) != len(spectra[1]):
        spectra = [np.empty(0)] * 2
    return dict(zip(("level_per_cm", "model_per_cm"), spectra, strict=True))


def torsion_scan(
    model: Calculator,
    level: Calculator | None,
    molecule: Chem.Mol,
    start: np.ndarray,
    torsion: Torsion | None,
) -> Table:
    """Turn a molecule about a bond, everything else relaxed by the model.

    Parameters
    ----------
    model, level
        Calculators; no level where it cannot be computed.
    molecule
        With hydrogens.
    start : (atoms, 3)
        Å, where to start.
    torsion
        What to turn, by the first of its ways; None where the molecule has no bond to turn about.

    Returns
    -------
    table
        degrees, from 0 on; model_kcal_mol; level_kcal_mol, at the model's geometries; deviation of
        the model's energy, kcal/mol; distance, as `ForceField.distance` has it; and the mean
        absolute error of the model's force components there, kcal/mol/Å. NaN where there is none;
        without a minimum to start from, no rows.
    """
    rows = list(_scan(model, level, molecule, start, torsion.atoms[0])) if torsion else []
    if rows and len(rows) < 360 // ANGLE:
        log.info("torsion angles at which the model finds no minimum: %d", 360 // ANGLE - len(rows))
    columns = np.array(sorted(rows)).reshape(-1, len(SCANNED)).T
    return dict(zip(SCANNED, columns, strict=True))


def _scan(
    model: Calculator,
    level: Calculator | None,
    molecule: Chem.Mol,
    start: np.ndarray,
    atoms: np.ndarray,
) -> Iterator[list[float]]:
    minimum = relaxed(model, molecule, start)
    if minimum is None:
        return
    dihedral_atoms = [int(atom) for atom in atoms]
    first_step, half = int(np.ceil(minimum.get_dihedral(*dihedral_atoms) / ANGLE)), 180 // ANGLE
    for step in (
        *range(first_step, first_step + half),
        *range(first_step - 1, first_step - 1 - half, -1),
    ):
        if step in (first_step, first_step - 1):
            last = minimum  # it is turned to either side, each by half of the way
        angle = ANGLE * step % 360
        turned = with_conformer(molecule, last.positions)
        rdMolTransforms.SetDihedralDeg(turned.GetConformer(), *dihedral_atoms, float(angle))
        geometry = atoms_of(molecule, turned.GetConformer().GetPositions())
        geometry.calc = model
        geometry.set_constraint(FixInternals(dihedrals_deg=[[angle, dihedral_atoms]]))
        try:
            converged = BFGS(geometry, logfile=None).run(fmax=FORCE, steps=STEPS)
            energy = kcal(geometry)
        except (*LOST, np.linalg.LinAlgError):
            converged = False
        if not converged:
            continue  # the next angle starts from the last geometry that was found
        distance = model.get_property("distance", geometry)
        computed, force_mae = _of_level(level, geometry)
        yield [angle, energy, computed, _deviation(model, geometry), distance, force_mae]
        last = geometry


def _of_level(level: Calculator | None, atoms: Atoms) -> tuple[float, float]:
    """Energy of a level where the atoms are, and the model's mean error of forces; NaN without."""
    if level is None:
        return np.nan, np.nan
    copy = Atoms(atoms.numbers, atoms.positions, calculator=level)
    try:
        residual = kcal_per_angstrom(atoms) - kcal_per_angstrom(copy)
        return kcal(copy), float(np.abs(residual).mean())
    except LOST:
        return np.nan, np.nan


def _deviation(model: Calculator, atoms: Atoms) -> float:
    """Standard deviation, kcal/mol, of a model's energy; NaN from a model that has none."""
    if "energy_uncertainty" not in model.implemented_properties:
        return np.nan
    return model.get_property("energy_uncertainty", atoms) * EV
