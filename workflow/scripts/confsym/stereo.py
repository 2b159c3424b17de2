"""Which stereoisomer each conformer is."""

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdCIPLabeler

from confsym.conformer import with_conformer

NO_STEREO = "none"


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
        E, Z, or where these have no name for it (three-bonded phosphorus) the sign + or - alone;
        "none" for a molecule without stereo elements.
    """
    if not elements:
        return np.full(len(positions), NO_STEREO)
    signs = np.column_stack([_sign(element, positions) for element in elements])
    _, representative, member = np.unique(signs, axis=0, return_index=True, return_inverse=True)
    labels = [
        _label(molecule, elements, positions[conformer], signs[conformer])
        for conformer in representative
    ]
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


def mixture(labels: np.ndarray, name: str) -> str:
    """One sentence about the stereoisomers that an ensemble mixes; empty if there is but one."""
    found, counts = np.unique(labels, return_counts=True)
    if len(found) < 2:
        return ""
    parts = ", ".join(f"{label}: {n}" for label, n in zip(found, counts, strict=True))
    return (
        f"molecules.{name}: the SMILES leaves the configuration open, so the ensemble mixes "
        f"{len(found)} stereoisomers ({parts}); ensemble.csv labels each conformer, and a SMILES "
        "with @, / or \\ fixes one."
    )


def _label(
    molecule: Chem.Mol, elements: list[dict], positions: np.ndarray, signs: np.ndarray
) -> str:
    copy = with_conformer(molecule, positions)
    Chem.AssignStereochemistryFrom3D(copy)
    rdCIPLabeler.AssignCIPLabels(copy)
    letters = zip(elements, signs.tolist(), strict=True)
    return "".join(_letter(copy, element, sign) for element, sign in letters)


def _letter(molecule: Chem.Mol, element: dict, sign: bool) -> str:
    if element["kind"] == "tetrahedral":
        holder = molecule.GetAtomWithIdx(element["atoms"][0])
    else:
        holder = molecule.GetBondBetweenAtoms(*element["atoms"])
    if holder.HasProp("_CIPCode"):
        return holder.GetProp("_CIPCode")
    return "+" if sign else "-"
