"""Sulfur, selenium and tellurium with an oxygen: [S+][O-], and S=O, which force fields know."""

from rdkit import Chem

SEPARATED = Chem.MolFromSmarts("[#16,#34,#52;+1,+2,+3]-[#8,#16;X1;-1]")


def doubled(molecule: Chem.Mol) -> Chem.Mol:
    """Copy a molecule, and write [S+][O-] as S=O in the copy.

    Parameters
    ----------
    molecule
        With hydrogens. Other atoms, and charges that have no neighbour to cancel, stay as they are.

    Returns
    -------
    Chem.Mol
        Sanitised; the molecule itself where it has no such bond. If it has a conformer,
        configurations are those of its positions.
    """
    if not molecule.HasSubstructMatch(SEPARATED):
        return molecule
    copy = Chem.RWMol(molecule)
    Chem.Kekulize(copy, clearAromaticFlags=True)
    while pair := copy.GetSubstructMatch(SEPARATED):
        for index, change in zip(pair, (-1, 1), strict=True):
            atom = copy.GetAtomWithIdx(index)
            atom.SetFormalCharge(atom.GetFormalCharge() + change)
        copy.GetBondBetweenAtoms(*pair).SetBondType(Chem.BondType.DOUBLE)
    Chem.SanitizeMol(copy)
    if copy.GetNumConformers():
        Chem.AssignStereochemistryFrom3D(copy)
    return copy.GetMol()
