"""The characters that a SMILES may have: RDKit silently drops some others.

It takes what follows white space for a name, and leaves out a last character that is no ASCII
letter, so that a typing error gives another molecule than the one meant.
"""

import string
import unicodedata

from confsym.errors import quoted

LETTERS = frozenset(string.ascii_letters + string.digits + "[]()@+-=#$:/\\.%*~<>")
DASHES = frozenset("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d\u00ad")
RAISED = frozenset("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def complaint(name: str, smiles: str) -> str | None:
    """Say which character has no place in a SMILES, and what RDKit would have made of it.

    White space around the SMILES does not matter: YAML's blocks end in a line break.

    Parameters
    ----------
    name
        The study's name for the molecule.
    smiles
        As the config has it.

    Returns
    -------
    str or None
        One sentence; None if every character can stand in a SMILES.
    """
    before = len(smiles) - len(smiles.lstrip(string.whitespace))
    for place, character in enumerate(smiles.strip(string.whitespace), before + 1):
        if character not in LETTERS:
            return (
                f"molecules.{name}: character {place} of the SMILES {quoted(smiles)} is "
                f"{_called(character)}, which no SMILES has ({_as_read(smiles.strip())}); "
                f"{_cure(character)}."
            )
    return None


def contradicted_charge(name: str, smiles: str, charge: int) -> str | None:
    """Say that a molecule's charge, as the config has it, is not its SMILES's.

    Parameters
    ----------
    name
        The study's name for the molecule.
    smiles
        As the config has it.
    charge
        Elementary charges.

    Returns
    -------
    str or None
        One sentence; None if they agree, or if RDKit reads no molecule.
    """
    from rdkit import Chem, rdBase  # only where a charge is given: it takes half a second to load

    with rdBase.BlockLogs():
        read = Chem.MolFromSmiles(smiles)
    if read is None or Chem.GetFormalCharge(read) == charge:
        return None
    return (
        f"molecules.{name}: charge is {charge:+d}, but the SMILES {quoted(smiles)} has "
        f"charge {Chem.GetFormalCharge(read):+d}; correct one of them."
    )


def _called(character: str) -> str:
    words = {" ": "a space", "\n": "a line break", "\t": "a tab", "\r": "a carriage return"}
    if character in words:
        return words[character]
    code = f"U+{ord(character):04X}"
    label = unicodedata.name(character, "a control character").lower()
    return f"{code}, {label}" if not character.isprintable() else f"{character!r} ({code}, {label})"


def _as_read(smiles: str) -> str:
    """What RDKit makes of it."""
    from rdkit import Chem, rdBase  # only where something is wrong: it takes half a second to load
    from rdkit.Chem.rdMolDescriptors import CalcMolFormula

    with rdBase.BlockLogs():
        read = Chem.MolFromSmiles(smiles)
    if read is None or read.GetNumAtoms() == 0:
        return "RDKit reads no molecule"
    formula = CalcMolFormula(Chem.AddHs(read))
    return f"RDKit would read {Chem.MolToSmiles(read)}, {formula}, without a word"


def _cure(character: str) -> str:
    if character.isspace() or unicodedata.category(character) in {"Cc", "Cf"}:
        return (
            "write the SMILES on one line and without gaps, in single quotes, where YAML takes no "
            "backslash for an escape"
        )
    if character in DASHES:
        return "write the plain hyphen, -"
    if character in RAISED:
        return "write charges and isotopes in brackets, as in [O-], [NH4+], [Mg+2] and [13CH4]"
    return "leave it out, or write what it stands for in ASCII"
