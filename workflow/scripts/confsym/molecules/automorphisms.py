"""Reorderings of a molecule's atoms that its bonds cannot tell apart."""

import numpy as np
from rdkit import Chem


def random_automorphism(molecule: Chem.Mol, rng: np.random.Generator) -> np.ndarray:
    """(atoms,) a random reordering of the atoms that maps the molecular graph onto itself.

    The molecule is matched onto a copy whose atoms and bonds are listed in random order: which of
    the many matches comes first depends on that order. Atoms are tried only on those of their own
    topological class, written as an isotope; without that the search takes minutes for C25F52.
    """
    molecule = Chem.Mol(molecule)
    ranks = Chem.CanonicalRankAtoms(molecule, breakTies=False, includeChirality=False)
    for atom, rank in zip(molecule.GetAtoms(), ranks, strict=True):
        atom.SetIsotope(rank + 1)
    order = rng.permutation(molecule.GetNumAtoms())
    new_index = np.argsort(order).tolist()
    copy = Chem.RWMol()
    for atom in order.tolist():
        copy.AddAtom(molecule.GetAtomWithIdx(atom))
    for number in rng.permutation(molecule.GetNumBonds()).tolist():
        bond = molecule.GetBondWithIdx(number)
        begin, end = new_index[bond.GetBeginAtomIdx()], new_index[bond.GetEndAtomIdx()]
        copy.AddBond(begin, end, bond.GetBondType())
    return order[list(copy.GetSubstructMatch(molecule, useChirality=False))]
