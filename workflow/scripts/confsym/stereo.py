"""Which stereoisomer each conformer is."""

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdCIPLabeler

NO_STEREO = "-"


def stereoisomers(molecule: Chem.Mol, elements: list[dict], positions: np.ndarray) -> np.ndarray:
    """Label each conformer with the configuration of every stereo element.

    The sign of a volume (centres) or of a cosine (double bonds) tells the conformers of one
    stereoisomer from another's; RDKit then names one conformer of each.

    Parameters
    ----------
    molecule
        Molecule with hydrogens.
    elements
        `stereo` of `molecule.json`.
    positions : (n, atoms, 3)
        Å.

    Returns
    -------
    (n,) str
        A letter an element, in the order of `elements`: R, S (r, s for pseudo-asymmetric centres),
        E, Z, or ? where RDKit finds no difference; "-" for a molecule without stereo elements.
    """
    if not elements:
        return np.full(len(positions), NO_STEREO)
    signs = np.column_stack([_sign(element, positions) for element in elements])
    _, representative, member = np.unique(signs, axis=0, return_index=True, return_inverse=True)
    labels = [_label(molecule, elements, positions[conformer]) for conformer in representative]
    return np.array(labels)[member]


def _sign(element: dict, positions: np.ndarray) -> np.ndarray:
    if element["kind"] == "tetrahedral":
        # Three neighbours seen from the centre: a fourth one, or a lone pair, is on the other side.
        arms = positions[:, element["neighbours"][:3]] - positions[:, element["atoms"]]
        return np.linalg.det(arms) > 0
    begin, end = (positions[:, atom] for atom in element["atoms"])
    one, other = (positions[:, atom] for atom in element["neighbours"])
    axis = (end - begin) / np.linalg.norm(end - begin, axis=1, keepdims=True)
    one, other = one - begin, other - end
    one = one - (one * axis).sum(1, keepdims=True) * axis
    other = other - (other * axis).sum(1, keepdims=True) * axis
    return (one * other).sum(1) > 0


def _label(molecule: Chem.Mol, elements: list[dict], positions: np.ndarray) -> str:
    conformer = Chem.Conformer(len(positions))
    conformer.SetPositions(np.ascontiguousarray(positions))
    copy = Chem.Mol(molecule)
    copy.RemoveAllConformers()
    copy.AddConformer(conformer)
    Chem.AssignStereochemistryFrom3D(copy)
    rdCIPLabeler.AssignCIPLabels(copy)
    return "".join(_letter(copy, element) for element in elements)


def _letter(molecule: Chem.Mol, element: dict) -> str:
    if element["kind"] == "tetrahedral":
        holder = molecule.GetAtomWithIdx(element["atoms"][0])
    else:
        holder = molecule.GetBondBetweenAtoms(*element["atoms"])
    return holder.GetProp("_CIPCode") if holder.HasProp("_CIPCode") else "?"
