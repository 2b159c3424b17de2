"""Molecules as graphs, laid over each other."""

import numpy as np
from rdkit import Chem

from confsym.molecules.rdkit_molecule import BOND_TYPES
from confsym.molecules.topology import Topology


def graph(numbers: np.ndarray, bonds: np.ndarray) -> Chem.Mol:
    """Atoms (atoms,) by atomic number, and bonds (bonds, 2) between them, all of one kind."""
    molecule = Chem.RWMol()
    for number in numbers.tolist():
        molecule.AddAtom(Chem.Atom(number))
    for first, second in bonds.tolist():
        molecule.AddBond(first, second, Chem.BondType.SINGLE)
    molecule.UpdatePropertyCache(strict=False)
    return molecule.GetMol()


def kekule_graph(topology: Topology) -> Chem.Mol:
    """Atoms with their formal charges, and bonds of a kind each in the molecule's Kekulé form.

    What a model tells atoms apart by follows from these: types of atoms, and aromatic bonds.
    """
    molecule = graph(topology.numbers, topology.bonds)
    for atom, charge in zip(molecule.GetAtoms(), topology.formal_charges.tolist(), strict=True):
        atom.SetFormalCharge(charge)
    for bond, order in zip(molecule.GetBonds(), topology.kekule_orders.tolist(), strict=True):
        bond.SetBondType(BOND_TYPES[order])
    return molecule


def matches(pattern: Chem.Mol, target: Chem.Mol, max_matches: int) -> np.ndarray:
    """Ways to lay one graph over another with as many atoms and bonds.

    Parameters
    ----------
    pattern, target
        From `graph`, or both from `kekule_graph`.
    max_matches
        So many ways are looked for.

    Returns
    -------
    (ways, atoms)
        Atom k of the pattern is atom way[k] of the other.
    """
    permutations = ()
    if (
        pattern.GetNumBonds() == target.GetNumBonds()
        and pattern.GetNumAtoms() == target.GetNumAtoms()
    ):
        permutations = target.GetSubstructMatches(
            pattern, uniquify=False, useChirality=False, maxMatches=max_matches
        )
    return np.array(permutations, dtype=int).reshape(-1, pattern.GetNumAtoms())
