"""Molecules as elements and bonds alone, laid over each other."""

import numpy as np
from rdkit import Chem


def graph(numbers: np.ndarray, bonds: np.ndarray) -> Chem.Mol:
    """Atoms (atoms,) by atomic number, and bonds (bonds, 2) between them, all of one kind."""
    found = Chem.RWMol()
    for number in numbers.tolist():
        found.AddAtom(Chem.Atom(number))
    for first, second in bonds.tolist():
        found.AddBond(first, second, Chem.BondType.SINGLE)
    return found.GetMol()


def matches(pattern: Chem.Mol, onto: Chem.Mol, most: int) -> np.ndarray:
    """Ways to lay one graph over another with as many atoms and bonds.

    Parameters
    ----------
    pattern, onto
        From `graph`.
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
