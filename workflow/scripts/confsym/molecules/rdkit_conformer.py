"""One conformer in RDKit's hands."""

import numpy as np
from rdkit import Chem


def conformer(positions: np.ndarray) -> Chem.Conformer:
    """Build a conformer with positions (atoms, 3) in Å."""
    built = Chem.Conformer(len(positions))
    built.SetPositions(np.ascontiguousarray(positions))
    return built


def with_conformer(molecule: Chem.Mol, positions: np.ndarray) -> Chem.Mol:
    """Copy a molecule and give the copy one conformer, with positions (atoms, 3) in Å."""
    copy = Chem.Mol(molecule)
    copy.RemoveAllConformers()
    copy.AddConformer(conformer(positions))
    return copy
