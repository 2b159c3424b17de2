"""A learned force field as a calculator of ASE's kind.

    from confsym.calculator import load
    atoms.calc = load("results/ethanol/experiments/gp")

ASE: Larsen et al., J. Phys.: Condens. Matter 29, 273002 (2017), doi:10.1088/1361-648X/aa680e.
Energies are in eV and forces in eV/Å, converted as the study converts a file in eV.
"""

import warnings
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.calculators.calculator import Calculator, all_changes
from ase.outputs import Properties, all_outputs

from confsym.atomic_units import EV
from confsym.errors import StudyError
from confsym.force_field import baseline, file, ordering
from confsym.force_field.record import ForceField
from confsym.storage.numbers import significant

UNCERTAINTIES = frozenset({"energy_uncertainty", "forces_uncertainty"})


class FarFromTraining(UserWarning):
    """A geometry is farther from the training geometries than they are from one another."""


def load(path: str | Path) -> "ForceFieldCalculator":
    """Make a calculator of a force field.

    Parameters
    ----------
    path
        A `force_field.zip`, or the folder of an experiment that has one.

    Raises
    ------
    StudyError
        If there is none, or it cannot be used here; its message says why.
    """
    path = Path(path)
    return ForceFieldCalculator(file.read(path / file.NAME if path.is_dir() else path))


class ForceFieldCalculator(Calculator):
    """Energies and forces of one molecule, its atoms in any order that says which is which.

    Its results are energy and free_energy, eV, and forces, eV/Å, in double precision. Where the
    model knows them, energy_uncertainty and forces_uncertainty are properties to ask for, by
    `get_property`: standard deviations in the same units. And distance says how far the geometry is
    from the training geometries, in the model's own coordinates if it has any, else in Å outside of
    the ranges of their distances of atoms. Beyond `reach` it warns with `FarFromTraining`.

    Parameters
    ----------
    force_field
        From `confsym.force_field.file.read`.

    Raises
    ------
    StudyError
        If the model is the difference from a level that cannot be computed here.
    """

    def __init__(self, force_field: ForceField) -> None:
        super().__init__()
        self.force_field = force_field
        self.reach = force_field.training.reach
        level_below = force_field.baseline
        self._baseline = level_below and baseline.opened(level_below.name, force_field.molecule)
        self._order = None
        self.implemented_properties = ["energy", "free_energy", "forces", "distance"]
        if hasattr(force_field.model, "deviations"):
            self.implemented_properties += sorted(UNCERTAINTIES)

    def __repr__(self) -> str:
        force_field, training = self.force_field, self.force_field.training
        below = f" above {force_field.baseline.label}" if force_field.baseline else ""
        return (
            f"<confsym force field of {force_field.molecule['name']} "
            f"({force_field.molecule['formula']}): {force_field.kind} of "
            f"{force_field.level.label}{below}, {training.geometries} training geometries from "
            f"{training.lowest / EV:.3f} to {training.highest / EV:.3f} eV; energy in eV, forces "
            "in eV/Å>"
        )

    def calculate(
        self, atoms: Atoms | None = None, properties=("energy",), system_changes=all_changes
    ) -> None:
        """Find all results of where the atoms are.

        Raises
        ------
        StudyError
            If there are no atoms, or they are another molecule, in an order that nothing tells, or
            in a periodic box.
        """
        super().calculate(atoms, properties, system_changes)
        atoms = self.atoms
        if atoms is None:
            raise StudyError("there are no atoms yet; set atoms.calc, and ask the atoms.")
        if atoms.pbc.any():
            raise StudyError(
                "the atoms are in a periodic box, and this force field is of one molecule alone; "
                "set atoms.pbc = False if that is what you mean."
            )
        if not np.isfinite(atoms.positions).all():
            raise StudyError("positions are no finite numbers; take smaller steps.")
        force_field = self.force_field
        self._order = ordering.find(
            atoms.numbers, atoms.positions, force_field, self._order, self._energies_and_forces
        )
        positions = atoms.positions[self._order][None]
        energy, forces = self._energies_and_forces(positions)
        results = {
            "energy": float(energy[0]) / EV,
            "free_energy": float(energy[0]) / EV,
            "forces": self._in_their_order(forces[0]) / EV,
            "distance": float(force_field.distance(positions)[0]),
        }
        if UNCERTAINTIES & set(properties):  # they take longer than all else
            energy, forces = force_field.model.deviations(positions)
            results["energy_uncertainty"] = float(energy[0]) / EV
            results["forces_uncertainty"] = self._in_their_order(forces[0]) / EV
        self._warn(results["distance"])
        self.results = results  # none where the warning is an error: it stops the next call too

    def export_properties(self) -> Properties:
        """The results that ASE has a name for, as `Atoms.get_properties` takes them."""
        known = {name: value for name, value in self.results.items() if name in all_outputs}
        return Properties(known)

    def _energies_and_forces(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of geometries (n, atoms, 3) Å in the study's order, kcal/mol and kcal/mol/Å."""
        energy, forces = self.force_field.model.energies_and_forces(positions)
        if self._baseline:
            baseline_energy, baseline_gradients = self._baseline(positions)
            energy, forces = energy + baseline_energy, forces - baseline_gradients
        return energy, forces

    def _in_their_order(self, values: np.ndarray) -> np.ndarray:
        """Values (atoms, 3) in the order of the atoms asked for."""
        reordered = np.empty_like(values)
        reordered[self._order] = values
        return reordered

    def _warn(self, distance: float) -> None:
        if not distance > self.reach:
            return
        force_field = self.force_field
        excess, reach = significant(distance, 2), significant(self.reach, 2)
        comparison = (
            f"it is {excess} from the nearest one, and each of those is within {reach} of another"
            if force_field.training.ranges is None
            else f"a distance of two atoms is {excess} Å outside of their range, and each of them "
            f"is at most {reach} Å outside of the range of the others"
        )
        warnings.warn(
            "the geometry is far from those that this force field of "
            f"{force_field.molecule['name']} learned from ({comparison}); do not trust it there.",
            FarFromTraining,
            stacklevel=2,
        )
