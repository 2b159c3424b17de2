"""A topology in RDKit's hands."""

import numpy as np
from rdkit import Chem

from confsym.conformer import conformer
from confsym.topology import Topology

BOND_TYPES = {
    1.0: Chem.BondType.SINGLE,
    1.5: Chem.BondType.AROMATIC,
    2.0: Chem.BondType.DOUBLE,
    3.0: Chem.BondType.TRIPLE,
}


def rdkit_molecule(topology: Topology) -> Chem.Mol:
    """Build the molecule, atoms in the topology's order, for what only RDKit can compute."""
    molecule = Chem.RWMol()
    for number, charge in zip(topology.numbers, topology.formal_charges, strict=True):
        atom = Chem.Atom(int(number))
        atom.SetFormalCharge(int(charge))
        atom.SetNoImplicit(True)
        molecule.AddAtom(atom)
    for (i, j), order in zip(topology.bonds.tolist(), topology.orders.tolist(), strict=True):
        molecule.AddBond(i, j, BOND_TYPES[order])
        if order == 1.5:
            for atom in (i, j):
                molecule.GetAtomWithIdx(atom).SetIsAromatic(True)
            molecule.GetBondBetweenAtoms(i, j).SetIsAromatic(True)
    Chem.SanitizeMol(molecule)
    return molecule.GetMol()


def conformer_molecules(topology: Topology, positions: np.ndarray) -> Chem.Mol:
    """Build the molecule with all conformers, (n, atoms, 3) Å, numbered from 0."""
    molecule = rdkit_molecule(topology)
    for place in positions:
        molecule.AddConformer(conformer(place), assignId=True)
    return molecule
