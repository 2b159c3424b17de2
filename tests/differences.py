"""Derivatives by central differences, to hold formulas against."""

from collections.abc import Callable

import numpy as np

STEP = 1e-3


def along(
    function: Callable[[np.ndarray], np.ndarray],
    place: np.ndarray,
    direction: np.ndarray | float,
    step: float = STEP,
) -> np.ndarray:
    """Slope of a function where it is asked, along a direction; off by the step's fourth power."""
    near, far = (
        function(place + k * step * direction) - function(place - k * step * direction)
        for k in (1, 2)
    )
    return (8 * near - far) / (12 * step)


def derivatives(
    function: Callable[[np.ndarray], np.ndarray], positions: np.ndarray, step: float = STEP
) -> np.ndarray:
    """Derivatives (3 atoms, …) of a function of geometries (n, atoms, 3), at one (atoms, 3)."""
    axes = np.eye(positions.size).reshape(-1, *positions.shape)
    return along(function, positions, axes, step)
