"""Whether all electrons of a molecule have a partner.

RDKit reckons unpaired electrons from valences. That is right for the non-metals, and made up for
atoms that take electrons from a donor and for metals: it gives the magnesium of `[Mg+2](<-O)<-O`
six (RDKit issues 3330, 3381 and 7577). There the number of electrons alone is asked.
"""

from rdkit import Chem

# H, B to F, Si to Cl, Ge to Br, Sb to I, and the noble gases: elements whose valences RDKit knows.
VALENCE_KNOWN = frozenset({1, 2, *range(5, 11), *range(14, 19), *range(32, 37), *range(51, 55), 86})
# Divalent, they keep a pair, as tin and lead do; divalent carbon may not.
KEEP_A_PAIR = frozenset({14, 32})
# Elements with d or f electrons that need not pair: scandium to copper and those below.
OPEN_SHELL_METALS = frozenset({*range(21, 30), *range(39, 48), *range(57, 80), *range(89, 112)})


def unpaired(molecule: Chem.Mol, force_field: bool = False) -> str | None:
    """Say which electron has no partner; None if all have.

    Parameters
    ----------
    molecule
        Molecule with hydrogens.
    force_field
        Whether a force field asks, which knows valences and not electrons. Its types for transition
        metals serve any spin, so an odd electron there does not matter. It has no types for
        divalent silicon and germanium, which keep a pair.
    """
    for atom in molecule.GetAtoms():
        lone = _lone_electrons(atom)
        if lone == 2 and atom.GetAtomicNum() in KEEP_A_PAIR and not force_field:
            continue
        if lone:
            what = "an unpaired electron" if lone == 1 else f"{lone} electrons too few in bonds"
            return f"atom {atom.GetIdx()} ({atom.GetSymbol()}) has {what}"
    electrons = sum(atom.GetAtomicNum() for atom in molecule.GetAtoms())
    electrons -= Chem.GetFormalCharge(molecule)
    if electrons % 2 and not (force_field and open_shell_metal(molecule)):
        return f"the molecule has an odd number of electrons ({electrons})"
    return None


def open_shell_metal(molecule: Chem.Mol) -> Chem.Atom | None:
    """Find an atom whose d or f electrons need not pair; None if there is none."""
    metals = (atom for atom in molecule.GetAtoms() if atom.GetAtomicNum() in OPEN_SHELL_METALS)
    return next(metals, None)


def _lone_electrons(atom: Chem.Atom) -> int:
    """Electrons of a non-metal that are in no bond and in no lone pair."""
    lone = atom.GetNumRadicalElectrons()
    dative = [bond for bond in atom.GetBonds() if bond.GetBondType() == Chem.BondType.DATIVE]
    takes_a_pair = any(bond.GetEndAtomIdx() == atom.GetIdx() for bond in dative)
    gives_a_pair = lone == 2 and dative and not takes_a_pair  # a carbene that binds a metal
    if atom.GetAtomicNum() not in VALENCE_KNOWN or takes_a_pair or gives_a_pair:
        return 0
    return lone
