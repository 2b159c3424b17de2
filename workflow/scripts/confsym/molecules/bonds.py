"""Whether a molecule's bonds are those of its geometries."""

from confsym.errors import StudyError


def require_bonds(description: dict, folder: str, user: str) -> None:
    """Refuse what needs bonds where some geometries have others and the study does not allow it.

    Parameters
    ----------
    description
        The `molecule.json` of the geometries.
    folder
        Under results/, of the molecule or of a further set of its geometries.
    user
        That needs bonds, as a sentence begins.

    Raises
    ------
    StudyError
        If other bonds were found and `bonds` is not "warn".
    """
    differ = description.get("other_bonds", 0)
    if differ and description["bonds_when_other"] == "refuse":
        name = description["name"]
        raise StudyError(
            f"molecules.{name}: {user} needs bonds, and {differ} geometries of {folder} have "
            "others than the molecule (column other_bonds of "
            f"results/{folder}/conformers/ensemble.csv); "
            f"use features and levels that need none, or set molecules.{name}.bonds to warn, which "
            "takes the molecule's bonds for all."
        )
