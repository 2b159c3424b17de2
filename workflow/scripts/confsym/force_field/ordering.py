"""Which atom of a molecule each atom of a geometry is."""

from collections.abc import Iterable

import numpy as np

from confsym.datasets import order
from confsym.datasets.elements import formula
from confsym.errors import StudyError
from confsym.molecules.topology import Topology


def find(
    numbers: np.ndarray,
    positions: np.ndarray,
    topology: Topology,
    known: Iterable[np.ndarray],
    name: str,
) -> np.ndarray:
    """Put the atoms of a geometry in the order of a molecule.

    An order that was right before stays so as long as no bond is torn and no heavy atoms come as
    near as bonded ones, so that a trajectory has one order, whatever its hydrogens do on the way.

    Parameters
    ----------
    numbers : (atoms,)
        Atomic numbers, as the geometry lists them.
    positions : (atoms, 3)
        Å.
    topology
        The molecule.
    known
        Orders (atoms,) to try before others.
    name
        What to call the molecule in an error.

    Returns
    -------
    (atoms,)
        Atom k of the molecule is atom order[k] of the geometry.

    Raises
    ------
    StudyError
        If elements or bonds are those of another molecule.
    """
    if sorted(numbers) != sorted(topology.numbers):
        raise StudyError(
            f"the atoms are {formula(numbers)}, but this force field is of {name}, "
            f"{formula(topology.numbers)}; use it for that molecule alone."
        )
    fitting = [one for one in known if np.array_equal(numbers[one], topology.numbers)]
    if len(topology.bonds) == 0:
        return fitting[0]
    for test in (order.unlike, _cannot_be):
        for one in fitting:
            if not test(positions[None, one], topology.numbers, topology.bonds)[0]:
                return one
    for found in order.matches(positions, numbers, topology.numbers, topology.bonds, most=1):
        return found[0]
    raise StudyError(
        f"the atoms have the elements of {name}, but other bonds by their distances; this force "
        "field describes no other isomer, and no broken bond."
    )


def _cannot_be(positions: np.ndarray, numbers: np.ndarray, bonds: np.ndarray) -> np.ndarray:
    return order.torn(positions, numbers, bonds) | order.made(positions, numbers, bonds)
