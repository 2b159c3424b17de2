"""Energies and gradients of conformers by any calculator of ASE's kind.

ASE: Larsen et al., J. Phys.: Condens. Matter 29, 273002 (2017), doi:10.1088/1361-648X/aa680e. Its
calculators speak eV and Å. Results are converted with ASE's own constants, since calculators use
these.
"""

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stdout
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from ase import Atoms
from ase.calculators.calculator import PropertyNotImplementedError
from rdkit import Chem

from confsym.ase_units import KCAL
from confsym.energies.electrons import unpaired
from confsym.energies.parts import NoEnergy
from confsym.errors import StudyError
from confsym.own import blamed, cause, load
from confsym.provenance.progress import Progress
from confsym.registry import code_parts
from confsym.storage.numbers import significant

SAME = 1e-6  # kcal/mol: a charge that changes an energy by less has not been read
# A step, Å, along forces of at least a size, kcal/mol/Å, changes an energy by more than the noise
# of any calculator, and by as much as they say but for some percent; a wrong unit has factors.
STEP, CLEAR, OFF = 0.01, 5.0, 0.5

log = logging.getLogger("confsym")


def energies_and_gradients(
    molecule: Chem.Mol,
    positions: np.ndarray,
    name: str,
    level: str,
    calculator: str,
    options: Mapping[str, Any],
) -> tuple[np.ndarray, np.ndarray]:
    """Single-point energies and their derivatives by the positions.

    The calculator is reset before each conformer, so that it starts from no other one's results. It
    is told the charge by `atoms.info` and by initial charges; all electrons are paired.

    Parameters
    ----------
    molecule
        Molecule with hydrogens.
    positions : (n, atoms, 3)
        Å.
    name, level
        The study's names for molecule and level, for error messages.
    calculator
        Module or file, and class or function.
    options
        What it is made with.

    Returns
    -------
    energies : (n,)
        kcal/mol.
    gradients : (n, atoms, 3)
        kcal/mol/Å; not-a-numbers from a calculator without forces.

    Raises
    ------
    StudyError
        If there is no such calculator, it does not take the options, they contradict the charge, or
        an electron has no partner.
    NoEnergy
        If the calculator fails for a conformer.
    """
    with opened(molecule, name, level, calculator, options) as single_points:
        return single_points(positions)


@contextmanager
def opened(
    molecule: Chem.Mol, name: str, level: str, calculator: str, options: Mapping[str, Any]
) -> Iterator[Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]]:
    """A function of positions that calls one calculator, however often it is called itself.

    Parameters, values and errors are those of `energies_and_gradients`.
    """
    _require(molecule, name, level, options)
    with _calculator(level, calculator, options) as instance:

        def single_points(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            energies, gradients = np.empty(len(positions)), np.empty_like(positions)
            progress, remarked = Progress(len(positions), "conformers"), False
            for i, conformer in enumerate(positions):
                try:
                    energies[i], gradients[i] = _single_point(instance, _atoms(molecule, conformer))
                except MemoryError:
                    raise
                except (Exception, SystemExit) as error:  # as `own.blamed` has it
                    reason = cause(error, code_parts(calculator)[0])
                    cure = f"mend levels.{level}, or leave the molecule out."
                    raise NoEnergy(name, level, reason, i, cure) from error
                if not remarked and (remark := _free_energies(instance, level)):
                    log.info(remark)
                    remarked = True
                progress.add()
            return energies, gradients

        yield single_points


def remarks(
    molecule: Chem.Mol, level: str, calculator: str, options: Mapping[str, Any]
) -> list[str]:
    """Say what a calculator does not heed: the charge, or that forces are slopes of the energy.

    Parameters
    ----------
    molecule
        Molecule with hydrogens and a conformer.
    level, calculator, options
        As in `energies_and_gradients`.
    """
    arguments = molecule, level, calculator, options
    return [*_about_charge(*arguments), *_about_forces(*arguments)]


def _about_charge(
    molecule: Chem.Mol, level: str, calculator: str, options: Mapping[str, Any]
) -> list[str]:
    """A sentence if a calculator finds one energy with the molecule's charge and without it."""
    charge = Chem.GetFormalCharge(molecule)
    if not charge or "charge" in options:
        return []
    positions = molecule.GetConformer().GetPositions()
    with_charge = _atoms(molecule, positions)
    with _calculator(level, calculator, options) as instance:
        try:
            both_energies = [
                _single_point(instance, atoms)[0]
                for atoms in (with_charge, Atoms(with_charge.numbers, positions))
            ]
        except (Exception, SystemExit):  # without its charge it has no energy: the charge is read
            return []
    if abs(both_energies[0] - both_energies[1]) > SAME:
        return []
    return [
        f"{level} does not read the molecule's charge of {charge:+d}: {calculator} finds the same "
        "energy with and without it, and so perhaps that of another molecule; see whether "
        f"levels.{level}.options can say the charge."
    ]


def _about_forces(
    molecule: Chem.Mol, level: str, calculator: str, options: Mapping[str, Any]
) -> list[str]:
    """A sentence if a step along the forces does not change the energy as they say."""
    positions = molecule.GetConformer().GetPositions()
    with _calculator(level, calculator, options) as instance:
        try:
            gradient = _single_point(instance, _atoms(molecule, positions))[1]
            size = np.linalg.norm(gradient)
            if not size > CLEAR:  # a calculator without forces has none
                return []
            step = STEP / size * gradient
            ahead, behind = (
                _single_point(instance, _atoms(molecule, positions + sign * step))[0]
                for sign in (1, -1)
            )
        except (Exception, SystemExit):  # it has no energy there
            return []
    slope = (ahead - behind) / (2 * STEP * size)
    if abs(slope - 1) < OFF:
        return []
    return [
        f"{level} has forces that are not the slopes of its energy: {STEP} Å along them, at the "
        f"first conformer, the energy changes {significant(slope, 2)} times as much as they say; "
        "see the sign and the unit of the calculator's forces."
    ]


@contextmanager
def _calculator(level: str, calculator: str, options: Mapping[str, Any]) -> Iterator[Any]:
    """A new calculator, which writes files to a folder of its own, and nothing to the screen.

    If it changes the working directory, that is undone.
    """
    source, _ = code_parts(calculator)
    with _silent(), TemporaryDirectory() as folder, chdir("."):
        factory = load(calculator, f"levels.{level}.calculator")
        with blamed(f"config: levels.{level}: {calculator} with options {dict(options)}", source):
            instance = factory(**options)
        if not hasattr(instance, "get_potential_energy"):
            raise StudyError(
                f"config: levels.{level}.calculator is {calculator}, which is no calculator of "
                "ASE's kind; name a class or function that makes one."
            )
        if getattr(instance, "directory", None) == ".":
            instance.directory = folder  # parts run side by side
        yield instance


def _single_point(calculator: Any, atoms: Atoms) -> tuple[float, np.ndarray | float]:
    """Energy, kcal/mol, and gradient (atoms, 3), kcal/mol/Å; not-a-number without forces.

    Of an energy and a free energy, as electronic smearing has them, forces are the derivatives of
    the latter.
    """
    if hasattr(calculator, "reset"):
        calculator.reset()
    atoms.calc = calculator
    try:  # forces first: the energy comes with them
        gradient = -atoms.get_forces() / KCAL
    except PropertyNotImplementedError:
        gradient = np.nan
    else:
        if not np.isfinite(gradient).all():
            raise ArithmeticError("its forces are no finite numbers")
        try:
            return float(atoms.get_potential_energy(force_consistent=True)) / KCAL, gradient
        except (NotImplementedError, TypeError):  # it has one energy alone
            pass
    return float(atoms.get_potential_energy()) / KCAL, gradient


def _free_energies(calculator: Any, level: str) -> str:
    """Say that energies are free energies, if those of the last geometry differ."""
    results = getattr(calculator, "results", None) or {}
    energy, free = results.get("energy"), results.get("free_energy")
    if energy is None or free is None or "forces" not in results:
        return ""
    apart = abs(float(free) - float(energy)) / KCAL
    if apart <= SAME:
        return ""
    return (
        f"{level}: the calculator's energy and free energy are {significant(apart)} kcal/mol "
        "apart; free energies are taken, whose derivatives its forces are"
    )


def _atoms(molecule: Chem.Mol, positions: np.ndarray) -> Atoms:
    """ASE's atoms, positions (atoms, 3) in Å, with all that says charge and multiplicity."""
    charges = [atom.GetFormalCharge() for atom in molecule.GetAtoms()]
    atoms = Atoms([atom.GetAtomicNum() for atom in molecule.GetAtoms()], positions)
    atoms.set_initial_charges(charges)
    atoms.info |= {"charge": sum(charges), "spin": 1}  # the multiplicity, as learned potentials say
    return atoms


def _require(molecule: Chem.Mol, name: str, level: str, options: Mapping[str, Any]) -> None:
    """Refuse molecules that have no singlet, or another charge than the options say."""
    if unpaired_electrons := unpaired(molecule):
        raise StudyError(
            f"molecules.{name}: {level} energies are those of paired electrons, but "
            f"{unpaired_electrons}; give a closed-shell molecule."
        )
    charge, charge_option = Chem.GetFormalCharge(molecule), options.get("charge")
    if isinstance(charge_option, int | float) and charge_option != charge:
        raise StudyError(
            f"molecules.{name}: its charge is {charge:+d}, but levels.{level}.options.charge is "
            f"{charge_option}; leave the option out, or study the molecule apart from the others."
        )


@contextmanager
def _silent() -> Iterator[None]:
    """Keep standard output empty: some libraries write there, a page for each conformer."""
    saved_stdout = os.dup(1)
    try:
        null_device = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
        with null_device, redirect_stdout(null_device):
            os.dup2(null_device.fileno(), 1)
            yield
    finally:
        os.dup2(saved_stdout, 1)
        os.close(saved_stdout)
