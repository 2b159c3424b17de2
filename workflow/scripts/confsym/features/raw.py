"""Coordinates as they come: the representation whose symmetries are on trial."""

import numpy as np

from confsym.molecules.topology import Topology


def raw_coordinates(positions: np.ndarray, topology: Topology) -> tuple[list[str], np.ndarray]:
    """List x, y and z of each atom: (n, atoms, 3) Å to (n, 3 atoms) Å."""
    atoms = len(topology.numbers)
    names = [f"{axis}_{atom}" for atom in range(atoms) for axis in "xyz"]
    return names, positions.reshape(len(positions), 3 * atoms)
