"""Coordinates that stop growing where there were no geometries to learn from.

Powers of a displacement, and inverse powers of a distance, run away outside of the range that they
were fitted in. In dynamics that ends a trajectory. Here displacements level off smoothly, and
distances do not fall below a floor.
"""

from dataclasses import dataclass

import numpy as np

LARGEST = {"stretch": 0.2, "span": 0.4, "bend": 0.5}  # Å, Å, rad
FLOOR_WIDTH = 0.08  # Å over which a distance comes to rest


@dataclass(frozen=True, eq=False)
class Saturation:
    """Where distances of atoms that are not bonded stop falling.

    Parameters
    ----------
    floors
        (atoms, atoms) Å.
    """

    floors: np.ndarray


def saturated(
    value: np.ndarray, kind: str, atoms: np.ndarray, saturation: Saturation
) -> tuple[np.ndarray, np.ndarray]:
    """Level coordinates off.

    a tanh(q / a) for a displacement q; f + w ln(1 + exp((r − f) / w)) for a distance r with the
    floor f.

    Parameters
    ----------
    value : (n, coordinates)
        Å or rad.
    kind
        As in `Coordinate`.
    atoms : (coordinates, k)
    saturation
        The floors.

    Returns
    -------
    value : (n, coordinates)
    slope : (n, coordinates)
        By the coordinate as it was.
    """
    if kind in LARGEST:
        level = np.tanh(value / LARGEST[kind])
        return LARGEST[kind] * level, 1 - level**2
    if kind != "distance":
        return value, np.ones_like(value)
    floor = saturation.floors[tuple(atoms.T)]
    above = (value - floor) / FLOOR_WIDTH
    return floor + FLOOR_WIDTH * np.logaddexp(0, above), 1 / (1 + np.exp(-above))
