"""Marks of configuration in a SMILES that RDKit drops: chirality of no centre, idle slashes."""

from collections.abc import Iterable

from rdkit import Chem

from confsym.molecules.rdkit_messages import messages


def contradict(lines: Iterable[str]) -> bool:
    """Whether RDKit said, while it read a SMILES, that slashes contradict each other."""
    return any("Conflicting single bond directions" in line for line in lines)


def idle(smiles: str) -> list[str]:
    """Name the marks of a SMILES that fix no configuration.

    Parameters
    ----------
    smiles
        One that RDKit reads.

    Returns
    -------
    list of str
        Such as "@ on atom 1 (C)", or the slash between two atoms; atoms are counted from 0 in the
        order of the SMILES, hydrogens that it writes out included.
    """
    parameters = Chem.SmilesParserParams()
    parameters.removeHs = False
    with messages():
        sanitized = Chem.MolFromSmiles(smiles, parameters)
        parameters.sanitize = False
        as_written = Chem.MolFromSmiles(smiles, parameters)
    none = Chem.ChiralType.CHI_UNSPECIFIED
    centres = [
        f"@ on atom {atom.GetIdx()} ({atom.GetSymbol()})"
        for atom, sanitized_atom in zip(as_written.GetAtoms(), sanitized.GetAtoms(), strict=True)
        if atom.GetChiralTag() != none and sanitized_atom.GetChiralTag() == none
    ]
    directions = (Chem.BondDir.ENDUPRIGHT, Chem.BondDir.ENDDOWNRIGHT)
    configured_ends = {
        end.GetIdx()
        for bond in sanitized.GetBonds()
        if bond.GetStereo() > Chem.BondStereo.STEREOANY
        for end in (bond.GetBeginAtom(), bond.GetEndAtom())
    }
    bonds = [
        f"/ or \\ between atoms {bond.GetBeginAtomIdx()} and {bond.GetEndAtomIdx()}"
        for bond in as_written.GetBonds()
        if bond.GetBondDir() in directions
        and configured_ends.isdisjoint((bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()))
    ]
    return centres + bonds
