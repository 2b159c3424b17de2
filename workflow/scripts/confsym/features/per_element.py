"""Values of atoms, summed over the atoms of each element: no order of atoms changes the sums.

A sum over atoms is continuous and forgets which atom was which; kept apart by element, it tells
the environments of carbon from those of hydrogen.
"""

import numpy as np
from ase.data import chemical_symbols

from confsym.molecules.topology import Topology


def elements(topology: Topology) -> list[int]:
    """Atomic numbers that the molecule has, ascending: the same for every order of its atoms."""
    return np.unique(topology.numbers).tolist()


def symbols(topology: Topology) -> list[str]:
    """Chemical symbols of `elements`."""
    return [chemical_symbols[number] for number in elements(topology)]


def summed_by_element(values: np.ndarray, topology: Topology) -> np.ndarray:
    """Sum over the atoms of each element: (n, atoms, columns) to (n, elements * columns)."""
    sums = [values[:, topology.numbers == number].sum(axis=1) for number in elements(topology)]
    return np.concatenate(sums, axis=1)


def summed_names(topology: Topology, columns: list[tuple[str, str]]) -> list[str]:
    """Name the columns of `summed_by_element`.

    Each column of an atom, (kind, rest), becomes `kind_C_rest`, C being the element summed over.
    """
    return [f"{kind}_{symbol}_{rest}" for symbol in symbols(topology) for kind, rest in columns]
