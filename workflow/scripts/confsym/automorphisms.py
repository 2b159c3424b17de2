"""Reorderings of a molecule's atoms that its bonds cannot tell apart."""

import numpy as np
from rdkit import Chem


def random_automorphism(molecule: Chem.Mol, rng: np.random.Generator) -> np.ndarray:
    """(atoms,) a random reordering of the atoms that maps the molecular graph onto itself.

    The molecule is matched onto a copy whose atoms and bonds are listed in random order: which of
    the many matches comes first depends on that order.
    """
    order = rng.permutation(molecule.GetNumAtoms())
    place = np.argsort(order).tolist()
    copy = Chem.RWMol()
    for atom in order.tolist():
        copy.AddAtom(molecule.GetAtomWithIdx(atom))
    for number in rng.permutation(molecule.GetNumBonds()).tolist():
        bond = molecule.GetBondWithIdx(number)
        begin, end = place[bond.GetBeginAtomIdx()], place[bond.GetEndAtomIdx()]
        copy.AddBond(begin, end, bond.GetBondType())
    return order[list(copy.GetSubstructMatch(molecule, useChirality=False))]
