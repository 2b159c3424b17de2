"""Bond lengths, bond angles and dihedral angles."""

import numpy as np

from confsym.geometry.internal import bond_angles, bond_lengths, dihedral_phases
from confsym.molecules.topology import Topology


def internal_coordinates(
    positions: np.ndarray, topology: Topology, dihedrals: str, multiples: int
) -> tuple[list[str], np.ndarray]:
    """List every bond length, bond angle and dihedral of the molecule.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    topology
        Which atoms are bonded.
    dihedrals
        "cos" for cos φ … cos nφ, which a reflection leaves alone; "sin_cos" for sin φ and cos φ.
    multiples
        The n of cos nφ.

    Returns
    -------
    names : list of str
        `bond_i_j`, `angle_i_j_k`, `cos2_i_j_k_m`, `sin_i_j_k_m` …, atoms counted from 0.
    values : (n, features)
        Å, rad and pure numbers.
    """
    bonds, angles, quads = np.sort(topology.bonds, axis=1), topology.angles, topology.dihedrals
    phase = dihedral_phases(positions, quads)
    if dihedrals == "cos":
        parts = {f"cos{k}": (phase**k).real for k in range(1, multiples + 1)}
    else:
        parts = {"sin": phase.imag, "cos": phase.real}
    names = [_name("bond", atoms) for atoms in bonds] + [_name("angle", atoms) for atoms in angles]
    names += [_name(part, atoms) for part in parts for atoms in quads]
    values = [bond_lengths(positions, bonds), bond_angles(positions, angles), *parts.values()]
    return names, np.concatenate(values, axis=1)


def _name(kind: str, atoms: np.ndarray) -> str:
    return "_".join([kind, *map(str, atoms.tolist())])
