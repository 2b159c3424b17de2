"""Units that a file of geometries can have, in kcal/mol and Å."""

from collections.abc import Mapping

from scipy import constants

from confsym.atomic_units import BOHR, EV, HARTREE
from confsym.datasets.unit_names import ENERGIES, LENGTHS, force
from confsym.errors import StudyError

IN_KCAL_MOL = (1.0, 1 / constants.calorie, EV, EV * constants.milli, HARTREE)
IN_ANGSTROM = (1.0, BOHR, constants.nano / constants.angstrom)
ENERGY_UNITS = dict(zip(ENERGIES, IN_KCAL_MOL, strict=True))
LENGTH_UNITS = dict(zip(LENGTHS, IN_ANGSTROM, strict=True))
FORCE_UNITS = {
    force(energy, length): value / size
    for energy, value in ENERGY_UNITS.items()
    for length, size in LENGTH_UNITS.items()
}


def stated_units(settings: Mapping, config_key: str) -> dict[str, str]:
    """The names of the units that settings state: energy (where needed), length and force.

    Parameters
    ----------
    settings
        `energy`, `forces`, `gradients`: keys of the file; `energy_unit`, `length_unit`,
        `force_unit`. A length without a unit is in Å, the unit of XYZ and SDF files. A force
        without a unit has that of the energy over that of the length.
    config_key
        Where the settings stand, for error messages.

    Raises
    ------
    StudyError
        If an energy or a force has no unit, or a unit is unknown.
    """
    names = {"length": settings.get("length_unit") or "angstrom"}
    if unit := settings.get("energy_unit"):
        names["energy"] = unit
    elif settings.get("energy"):
        raise StudyError(
            f"{config_key}: energies have no unit; say energy_unit, one of"
            f" {', '.join(ENERGY_UNITS)}."
        )
    if forces_key(settings, config_key):
        if not settings.get("force_unit") and "energy" not in names:
            raise StudyError(
                f"{config_key}: forces have no unit; say force_unit (kcal/mol/angstrom, eV/angstrom"
                " …) or energy_unit."
            )
        names["force"] = settings.get("force_unit") or f"{names['energy']}/{names['length']}"
    allowed = {"length": LENGTH_UNITS, "energy": ENERGY_UNITS, "force": FORCE_UNITS}
    for quantity, unit in names.items():
        if unit not in allowed[quantity]:
            raise StudyError(
                f"{config_key}: {quantity}_unit {unit!r} is unknown; say one of"
                f" {', '.join(allowed[quantity])}."
            )
    return names


def forces_key(settings: Mapping, config_key: str) -> str | None:
    """The file's key of forces or of gradients, None if settings name neither.

    Raises
    ------
    StudyError
        If settings name both.
    """
    forces, gradients = settings.get("forces"), settings.get("gradients")
    if forces and gradients:
        raise StudyError(f"{config_key}: both forces and gradients are named; name the one to use.")
    return forces or gradients or None
