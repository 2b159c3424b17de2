"""Molecules as graphs, laid over each other."""

import numpy as np
from rdkit import Chem

from confsym.molecules.rdkit_molecule import BOND_TYPES
from confsym.molecules.topology import Topology


def graph(numbers: np.ndarray, bonds: np.ndarray) -> Chem.Mol:
    """Atoms (atoms,) by atomic number, and bonds (bonds, 2) between them, all of one kind."""
    found = Chem.RWMol()
    for number in numbers.tolist():
        found.AddAtom(Chem.Atom(number))
    for first, second in bonds.tolist():
        found.AddBond(first, second, Chem.BondType.SINGLE)
    found.UpdatePropertyCache(strict=False)
    return found.GetMol()


def kekule_graph(topology: Topology) -> Chem.Mol:
    """Atoms with their formal charges, and bonds of a kind each in the molecule's Kekulé form.

    What a model tells atoms apart by follows from these: types of atoms, and aromatic bonds.
    """
    found = graph(topology.numbers, topology.bonds)
    for atom, charge in zip(found.GetAtoms(), topology.formal_charges.tolist(), strict=True):
        atom.SetFormalCharge(charge)
    for bond, order in zip(found.GetBonds(), topology.kekule_orders.tolist(), strict=True):
        bond.SetBondType(BOND_TYPES[order])
    return found


def matches(pattern: Chem.Mol, onto: Chem.Mol, most: int) -> np.ndarray:
    """Ways to lay one graph over another with as many atoms and bonds.

    Parameters
    ----------
    pattern, onto
        From `graph`, or both from `kekule_graph`.
    most
        So many ways are looked for.

    Returns
    -------
    (ways, atoms)
        Atom k of the pattern is atom way[k] of the other.
    """
    found = ()
    if pattern.GetNumBonds() == onto.GetNumBonds() and pattern.GetNumAtoms() == onto.GetNumAtoms():
        found = onto.GetSubstructMatches(
            pattern, uniquify=False, useChirality=False, maxMatches=most
        )
    return np.array(found, dtype=int).reshape(-1, pattern.GetNumAtoms())
