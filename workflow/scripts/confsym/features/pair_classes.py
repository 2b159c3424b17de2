"""Classes of pairs of atoms: an exchange of equivalent atoms keeps a pair in its class."""

import numpy as np


def pair_classes(numbers: np.ndarray, bonds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Group the ascending pairs of atoms by their elements and the number of bonds between them.

    Reorderings of the atoms that the bonds cannot see keep both, so that they move pairs within
    their class.

    Parameters
    ----------
    numbers : (atoms,)
        Atomic numbers.
    bonds : (atoms (atoms - 1) / 2,)
        Number of bonds between the atoms of each pair.

    Returns
    -------
    classes : (classes, 3)
        Atomic numbers, the smaller first, and number of bonds, in ascending order.
    member : (atoms (atoms - 1) / 2,)
        Which class each pair is in.
    """
    first, second = np.triu_indices(len(numbers), 1)
    elements = np.sort(numbers[np.column_stack([first, second])], axis=1)
    return np.unique(np.column_stack([elements, bonds]), axis=0, return_inverse=True)
