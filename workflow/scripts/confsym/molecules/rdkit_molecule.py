"""A topology in RDKit's hands."""

import numpy as np
from rdkit import Chem, rdBase

from confsym.errors import StudyError
from confsym.molecules.rdkit_conformer import conformer
from confsym.molecules.topology import Topology

BOND_TYPES = {
    1.0: Chem.BondType.SINGLE,
    1.5: Chem.BondType.AROMATIC,
    2.0: Chem.BondType.DOUBLE,
    3.0: Chem.BondType.TRIPLE,
    4.0: Chem.BondType.QUADRUPLE,
}


def masses(topology: Topology) -> np.ndarray:
    """(atoms,) standard atomic weights, u."""
    table = Chem.GetPeriodicTable()
    return np.array([table.GetAtomicWeight(number) for number in topology.numbers.tolist()])


def rdkit_molecule(topology: Topology) -> Chem.Mol:
    """Build the molecule, atoms in the topology's order, for what only RDKit can compute.

    Raises
    ------
    StudyError
        If atoms, charges and bond orders alone are no molecule to RDKit.
    """
    molecule = Chem.RWMol()
    isotopes = np.zeros_like(topology.numbers) if topology.isotopes is None else topology.isotopes
    dative = np.zeros(len(topology.bonds)) if topology.dative is None else topology.dative
    for number, charge, isotope in zip(
        topology.numbers, topology.formal_charges, isotopes, strict=True
    ):
        atom = Chem.Atom(int(number))
        atom.SetFormalCharge(int(charge))
        atom.SetIsotope(int(isotope))
        atom.SetNoImplicit(True)
        molecule.AddAtom(atom)
    for (i, j), order, gives in zip(
        topology.bonds.tolist(), topology.orders.tolist(), dative, strict=True
    ):
        molecule.AddBond(i, j, Chem.BondType.DATIVE if gives else BOND_TYPES[order])
        if order == 1.5:
            for atom in (i, j):
                molecule.GetAtomWithIdx(atom).SetIsAromatic(True)
            molecule.GetBondBetweenAtoms(i, j).SetIsAromatic(True)
    try:
        with rdBase.BlockLogs():
            Chem.SanitizeMol(molecule)
    except Chem.MolSanitizeException as error:
        raise StudyError(
            "features: RDKit cannot build the molecule from its atoms, charges and bond orders "
            f"({error}); leave kinds energy_terms, rdkit_3d and morgan out."
        ) from error
    return molecule.GetMol()


def kekule_molecule(topology: Topology) -> Chem.Mol:
    """Build the molecule in the Kekulé form of its description, no bond aromatic."""
    molecule = rdkit_molecule(topology)
    for atom in molecule.GetAtoms():
        atom.SetIsAromatic(False)
    pairs = zip(topology.bonds.tolist(), topology.kekule_orders.tolist(), strict=True)
    for (i, j), order in pairs:
        bond = molecule.GetBondBetweenAtoms(i, j)
        if bond.GetIsAromatic():
            bond.SetIsAromatic(False)
            bond.SetBondType(BOND_TYPES[order])
    return molecule


def conformer_molecules(topology: Topology, positions: np.ndarray) -> Chem.Mol:
    """Build the molecule with all conformers, (n, atoms, 3) Å, numbered from 0."""
    molecule = rdkit_molecule(topology)
    for place in positions:
        molecule.AddConformer(conformer(place), assignId=True)
    return molecule
