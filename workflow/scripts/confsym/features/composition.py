"""One-body terms: how many atoms of each element, whatever their positions."""

import numpy as np
from rdkit.Chem import GetPeriodicTable

from confsym.molecules.topology import Topology


def composition(positions: np.ndarray, topology: Topology) -> tuple[list[str], np.ndarray]:
    """Count the atoms of each element: (n, atoms, 3) to (n, elements), every row the same."""
    elements, counts = np.unique(topology.numbers, return_counts=True)
    symbol = GetPeriodicTable().GetElementSymbol
    names = [f"count_{symbol(int(number))}" for number in elements]
    return names, np.tile(counts.astype(float), (len(positions), 1))
