"""A molecule as ASE has it."""

import numpy as np
from ase import Atoms
from rdkit import Chem

LINEAR = 1e-6  # of the largest moment of inertia: below, a molecule does not turn about that axis


def atoms_of(molecule: Chem.Mol, positions: np.ndarray) -> Atoms:
    """ASE's atoms of a molecule with hydrogens, positions (atoms, 3) in Å; isotopes have masses."""
    numbers = [atom.GetAtomicNum() for atom in molecule.GetAtoms()]
    return Atoms(numbers, positions, masses=[atom.GetMass() for atom in molecule.GetAtoms()])


def inertia(atoms: Atoms) -> np.ndarray:
    """(3,) principal moments of inertia, amu Å²."""
    return np.abs(atoms.get_moments_of_inertia())


def degrees_of_freedom(atoms: Atoms, linear: float = LINEAR) -> int:
    """Those of the vibrations: all but translations, and rotations about axes that there are."""
    moments = inertia(atoms)
    return 3 * len(atoms) - 3 - int((moments > linear * moments.max()).sum())
