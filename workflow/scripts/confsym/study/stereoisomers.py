"""What a study does with a molecule whose SMILES leaves a configuration open."""

from copy import deepcopy
from typing import Any

from confsym.errors import StudyError

ENUMERATE, REQUIRE = "enumerate", "require"
LONGEST = 64  # characters of a name, as the schema has it


def expand(study: dict[str, Any]) -> str | None:
    """Put in the place of a molecule with `stereo: enumerate` its stereoisomers, x_1, x_2 ...

    A molecule that is one compound keeps its name. With `stereo: require` it is seen to be one. The
    key is gone afterwards from all that this settled, so that the study as recorded says the same.

    Parameters
    ----------
    study
        The config, valid by the schema; its section molecules is changed.

    Returns
    -------
    str or None
        One sentence about what is wrong; None if nothing is.
    """
    try:
        expanded: dict[str, dict] = {}
        for name, entry in study["molecules"].items():
            for isomer_name, content in _settled(name, entry).items():
                if isomer_name in expanded or (
                    isomer_name != name and isomer_name in study["molecules"]
                ):
                    raise StudyError(
                        f"config: molecules.{name} has stereoisomers, one of which is called "
                        f"{isomer_name}, as another molecule is; rename one."
                    )
                expanded[isomer_name] = content
    except StudyError as error:
        return str(error)
    study["molecules"] = expanded
    return None


def _settled(name: str, entry: dict[str, Any]) -> dict[str, dict]:
    """The molecules that an entry stands for, by name."""
    choice = entry.get("stereo")
    without_choice = {key: value for key, value in entry.items() if key != "stereo"}
    if choice is None:
        return {name: entry}
    if "geometries" in entry:
        raise StudyError(
            f"config: molecules.{name}.stereo is for molecules whose conformers are embedded; "
            "leave it out, since the geometries fix the configuration."
        )
    if choice == ENUMERATE and "file" in entry:
        raise StudyError(
            f"config: molecules.{name}.stereo is {ENUMERATE}, which needs smiles; give the smiles "
            "that the log of read_molecule says instead of the file."
        )
    if "smiles" not in entry or choice not in (ENUMERATE, REQUIRE):
        return {name: entry}
    from confsym.molecules import isomers  # RDKit takes half a second to load

    if choice == REQUIRE:
        isomers.require_one(name, entry["smiles"])
        return {name: without_choice}
    isomer_smiles = isomers.isomers(name, entry["smiles"])
    names = (
        [name]
        if len(isomer_smiles) == 1
        else [f"{name}_{i}" for i in range(1, len(isomer_smiles) + 1)]
    )
    if len(names[-1]) > LONGEST:
        raise StudyError(
            f"config: molecules.{name} has stereoisomers, and {names[-1]} would be longer than "
            f"{LONGEST} characters; choose a shorter name."
        )
    return {
        isomer_name: deepcopy(without_choice) | {"smiles": smiles}
        for isomer_name, smiles in zip(names, isomer_smiles, strict=True)
    }
