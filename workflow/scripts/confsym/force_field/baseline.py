"""The cheaper level that a model is the difference from, computed as the study computed it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from confsym.energies.registry import LEVELS
from confsym.errors import StudyError
from confsym.molecules import molecule
from confsym.registry import resolve

# From positions (n, atoms, 3), Å, to energies (n,), kcal/mol, and gradients, kcal/mol/Å.
Single = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


def opened(level: str, description: Mapping[str, Any]) -> Single:
    """A level's energies and gradients of one molecule.

    Parameters
    ----------
    level
        Its name.
    description
        The molecule, as `molecule.json` has it.

    Raises
    ------
    StudyError
        If the level is a study's own or from a file, or the package that computes it is missing.
    """
    if level not in LEVELS or not LEVELS[level].function:
        raise StudyError(
            f"this force field is the difference from level {level}, which is the study's own and "
            f"not part of confsym; use a baseline of {', '.join(_computed())}."
        )
    try:
        function = resolve(LEVELS[level].function)
    except ModuleNotFoundError as error:
        raise StudyError(
            f"this force field is the difference from level {level}, which needs the package "
            f"{error.name}; install it."
        ) from None
    target = molecule.from_description(dict(description))
    return partial(function, target, name=description["name"])


def _computed() -> list[str]:
    return [name for name, row in LEVELS.items() if row.function]
