"""One conformer in RDKit's hands."""

import numpy as np
from rdkit import Chem


def with_conformer(molecule: Chem.Mol, positions: np.ndarray) -> Chem.Mol:
    """Copy a molecule and give the copy one conformer, with positions (atoms, 3) in Å."""
    conformer = Chem.Conformer(molecule.GetNumAtoms())
    conformer.SetPositions(np.ascontiguousarray(positions))
    copy = Chem.Mol(molecule)
    copy.RemoveAllConformers()
    copy.AddConformer(conformer)
    return copy
