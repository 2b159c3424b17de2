"""Molecules that no SMILES is needed for."""

import numpy as np

from confsym.molecules.topology import Topology


def three_atoms(*numbers: int) -> Topology:
    """Atoms of three elements, the first bonded to the others."""
    return Topology(
        numbers=np.array(numbers),
        bonds=np.array([[0, 1], [0, 2]]),
        orders=np.ones(2),
        kekule_orders=np.ones(2),
        formal_charges=np.zeros(3, dtype=int),
        linear=np.zeros(3, dtype=bool),
    )
