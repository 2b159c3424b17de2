"""Units that a file states itself, held against those that the config states."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from confsym.datasets.unit_names import ENERGIES, LENGTHS, force
from confsym.errors import StudyError

# The file's keys of units, by quantity; sGDML writes e_unit and r_unit.
KEYS = {
    "energy": ("e_unit", "energy_unit", "energy_units"),
    "length": ("r_unit", "length_unit", "length_units", "position_unit", "distance_unit"),
    "force": ("f_unit", "force_unit", "force_units", "forces_unit"),
}
QUANTITY = {key: quantity for quantity, keys in KEYS.items() for key in keys}
MEANT = {"energy": "energies", "length": "positions", "force": "forces"}
SHOWN = 60  # characters of what a file says

# Spellings without case, spaces, dots, brackets and underscores.
ENERGY_SPELT = {name.casefold(): name for name in ENERGIES} | {
    **dict.fromkeys(("kcal", "kcals/mol", "kilocalorie/mol", "kilocalories/mol"), "kcal/mol"),
    **dict.fromkeys(("kj", "kilojoule/mol", "kilojoules/mol"), "kJ/mol"),
    **dict.fromkeys(("electronvolt", "electronvolts"), "eV"),
    **dict.fromkeys(("millielectronvolt", "millielectronvolts"), "meV"),
    **dict.fromkeys(("hartrees", "ha", "eh", "au", "atomicunit", "atomicunits"), "hartree"),
}
LENGTH_SPELT = {name.casefold(): name for name in LENGTHS} | {
    **dict.fromkeys(("angstroms", "ångström", "ångstrom", "ang", "a", "å", "aa"), "angstrom"),
    **dict.fromkeys(("bohrs", "bohrradius", "a0", "au", "atomicunit", "atomicunits"), "bohr"),
    **dict.fromkeys(("nanometer", "nanometers", "nanometre", "nanometres"), "nm"),
}
LEFT_OUT = re.compile(r"[\s.·⋅*()\[\]{}_$]")
INVERSE = re.compile(r"(mol|angstroms?|ang|å|bohrs?|a0|nm|aa?)\^?-1")


def plain(text: str) -> str:
    """A unit without what does not matter: "kcal mol^-1 Å⁻¹" is "kcal/mol/å"."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("−", "-").replace("**", "^")
    text = LEFT_OUT.sub("", text).replace("mole", "mol")
    text = re.sub(r"(?<=[a-z])per(?=[a-zå])", "/", INVERSE.sub(r"/\1", text))
    return re.sub(r"/mol(?=[a-zå])", "/mol/", text)  # kcal/(mol Å)


def known(text: str, quantity: str) -> str | None:
    """The name of a unit of energy, length or force, however it is spelt; None if it has none."""
    spelt = plain(text)
    if quantity == "energy":
        return ENERGY_SPELT.get(spelt)
    if quantity == "length":
        return LENGTH_SPELT.get(spelt)
    energy, _, length = spelt.rpartition("/")
    if spelt in ("au", "atomicunit", "atomicunits"):
        energy = length = spelt
    if energy in ENERGY_SPELT and length in LENGTH_SPELT:
        return force(ENERGY_SPELT[energy], LENGTH_SPELT[length])
    return None


def compared(
    said: Mapping[str, Iterable[str]], names: Mapping[str, str], settings: Mapping, source: str
) -> list[str]:
    """Sentences on units that a file states and that nobody knows.

    Parameters
    ----------
    said
        What the file says under its keys of units; other keys are left out.
    names
        Units by quantity, as `units.stated` has them.
    settings
        Those that state them.
    source
        Setting and file, for error messages.

    Raises
    ------
    StudyError
        If a unit is known, and another one than settings state.
    """
    remarks = []
    for key in [key for key in said if QUANTITY.get(key) in names]:
        quantity = QUANTITY[key]
        stated = names[quantity]
        for text in filter(str.strip, dict.fromkeys(said[key])):
            found, shown = known(text, quantity), repr(text[:SHOWN])
            if found not in (None, stated):
                raise StudyError(
                    f"{source}: {key} in the file is {shown}, and {quantity}_unit is {stated}; "
                    "correct the one that is wrong."
                )
            if found is None:
                config = ", as the config says" if settings.get(f"{quantity}_unit") else ""
                remarks.append(
                    f"{key} in the file is {shown}, which is not known; {MEANT[quantity]} are "
                    f"taken to be in {stated}{config}."
                )
    return remarks
