"""Which symmetry functions there are. A figure needs only this, and not their values."""

import numpy as np

from confsym.errors import StudyError


def radial_grid(
    radial_cutoff: float, radial_start: float, radial_functions: int, radial_width: float
) -> tuple[float, np.ndarray]:
    """Width and centres of the radial functions.

    Parameters
    ----------
    radial_cutoff
        Å.
    radial_start
        Centre of the first function, Å.
    radial_functions
        How many; evenly spaced, and none at the cutoff, where all vanish.
    radial_width
        Standard deviation of each Gaussian, Å.

    Returns
    -------
    eta
        1/Å².
    shifts : (radial_functions,)
        Å.

    Raises
    ------
    StudyError
        If the first centre does not lie within the cutoff.
    """
    if radial_start >= radial_cutoff:
        raise StudyError(
            f"symmetry_functions: radial_start is {radial_start:g} Å, not within radial_cutoff "
            f"({radial_cutoff:g} Å); start nearer or reach farther."
        )
    shifts = np.linspace(radial_start, radial_cutoff, radial_functions, endpoint=False)
    return 1 / (2 * radial_width**2), shifts


def angular_grid(
    angular_eta: list[float], angular_zeta: list[float], angular_lambda: list[int]
) -> list[tuple[float, float, int]]:
    """(η, ζ, λ) of each angular function: 1/Å², no unit, −1 or 1."""
    return [(e, z, sign) for e in angular_eta for z in angular_zeta for sign in angular_lambda]
