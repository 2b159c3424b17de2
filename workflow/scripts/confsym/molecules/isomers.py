"""The stereoisomers that a SMILES leaves open, each as a SMILES of its own."""

from collections.abc import Sequence
from itertools import product

import numpy as np
from rdkit import Chem

from confsym.errors import StudyError
from confsym.molecules import molecule, stereo
from confsym.molecules.rdkit_messages import messages
from confsym.molecules.stereo_elements import stereo_elements

MOST_ISOMERS = 32  # that one entry may become
MOST_OPEN = 10  # elements: 1,024 patterns of signs
TRIES = 100  # to embed a stereoisomer that its rings may forbid
WORDS = {
    "tetrahedral": "the centre {0}",
    "double_bond": "the double bond {0}={1}",
    "axis": "the axis from {0} to {1}",
    "cumulene": "the cumulene from {0} to {1}",
}


def isomers(name: str, smiles: str) -> list[str]:
    """Write every stereoisomer that a SMILES allows, each compound once.

    Compounds are counted as `confsym.molecules.stereo` does: patterns of signs that a symmetry of
    the graph exchanges are one. Axes and cumulenes, which no SMILES fixes, stay open.

    Parameters
    ----------
    name
        The study's name for the molecule, for error messages.
    smiles
        One connected molecule.

    Returns
    -------
    list of str
        Canonical SMILES, sorted; the SMILES as it is where one compound alone is allowed.

    Raises
    ------
    StudyError
        If there are more than `MOST_ISOMERS`, or RDKit cannot write them apart, or rings may forbid
        some.
    """
    target = molecule.build(name, smiles)
    elements = stereo_elements(target)
    open_elements = [i for i in _open(elements) if elements[i]["kind"] not in stereo.NO_SMILES]
    if len(open_elements) > MOST_OPEN:
        raise _too_many(name, smiles, f"up to 2^{len(open_elements)}")
    compounds = _compounds(target, elements, open_elements)
    if len(compounds) == 1:
        return [smiles]
    if len(compounds) > MOST_ISOMERS:
        raise _too_many(name, smiles, str(len(compounds)))
    isomer_smiles = sorted(_smiles(target, elements, signs) for signs in compounds)
    if len(set(isomer_smiles)) < len(isomer_smiles):
        raise StudyError(
            f"molecules.{name}: {smiles!r} names {len(isomer_smiles)} stereoisomers, and RDKit "
            "writes one SMILES for several of them; write those that you mean as molecules of "
            "their own, or set stereo to as_written."
        )
    if any(_in_several_rings(target, elements[i]) for i in open_elements):
        _require_possible(name, smiles, isomer_smiles)
    return isomer_smiles


def require_one(name: str, smiles: str) -> None:
    """Refuse a SMILES that allows several stereoisomers.

    Parameters
    ----------
    name, smiles
        As `isomers` takes them.

    Raises
    ------
    StudyError
        If it does; the sentence names what is open, atoms counted from 0 as the SMILES has them.
    """
    target = molecule.build(name, smiles)
    elements = stereo_elements(target)
    open_elements = _open(elements)
    if len(open_elements) <= MOST_OPEN and len(_compounds(target, elements, open_elements)) == 1:
        return
    listed = ", ".join(_in_words(target, elements[i]) for i in open_elements)
    cure = "write @, / or \\ for each, or set stereo to enumerate or as_written"
    if any(elements[i]["kind"] in stereo.NO_SMILES for i in open_elements):
        cure = "no SMILES fixes an axis or a cumulene, so set stereo to as_written"
    raise StudyError(
        f"molecules.{name}: stereo is require, and {smiles!r} leaves open {listed}; {cure}."
    )


def _open(elements: Sequence[dict]) -> list[int]:
    """Which elements the SMILES does not specify."""
    return [i for i, element in enumerate(elements) if not element["specified"]]


def _compounds(
    target: Chem.Mol, elements: list[dict], open_elements: list[int]
) -> list[list[bool]]:
    """One pattern of signs for each compound that the free elements allow."""
    if not open_elements:
        return [[]]
    specified_signs = [bool(stereo.sign_wanted(target, element)) for element in elements]
    patterns = np.tile(np.array(specified_signs), (2 ** len(open_elements), 1))
    patterns[:, open_elements] = list(product([False, True], repeat=len(open_elements)))
    first_patterns, _ = stereo.first_of_orbit(target, elements, patterns)
    _, compound_rows = np.unique(first_patterns, axis=0, return_index=True)
    return patterns[np.sort(compound_rows)].tolist()


def _smiles(target: Chem.Mol, elements: list[dict], signs: list[bool]) -> str:
    """Canonical SMILES of one pattern of signs, hydrogens implied."""
    configured = stereo.with_configuration(target, elements, signs)
    Chem.SetDoubleBondNeighborDirections(configured)  # the marks / and \\
    return Chem.MolToSmiles(Chem.MolFromSmiles(Chem.MolToSmiles(configured)))


def _in_several_rings(target: Chem.Mol, element: dict) -> bool:
    return any(target.GetRingInfo().NumAtomRings(atom) > 1 for atom in element["atoms"])


def _require_possible(name: str, smiles: str, isomer_smiles: list[str]) -> None:
    """Refuse stereoisomers of which RDKit finds no conformer: rings may not allow them."""
    possible = [isomer for isomer in isomer_smiles if _embeds(isomer)]
    if len(possible) < len(isomer_smiles):
        raise StudyError(
            f"molecules.{name}: of the {len(isomer_smiles)} stereoisomers of {smiles!r} RDKit "
            f"finds a conformer of {len(possible)} in {TRIES} tries, and the rings may forbid the "
            f"others; write those that you mean as molecules of their own ({', '.join(possible)})."
        )


def _embeds(smiles: str) -> bool:
    from rdkit.Chem.rdDistGeom import EmbedMolecule, ETKDGv3  # 0.1 s, where rings ask for it

    options = ETKDGv3()
    options.randomSeed, options.maxIterations = 42, TRIES
    with messages():
        return EmbedMolecule(Chem.AddHs(Chem.MolFromSmiles(smiles)), options) >= 0


def _too_many(name: str, smiles: str, count: str) -> StudyError:
    return StudyError(
        f"molecules.{name}: {smiles!r} names {count} stereoisomers, more than the {MOST_ISOMERS} "
        "that stereo: enumerate makes molecules of; fix some centres by @, / or \\, or set stereo "
        "to as_written."
    )


def _in_words(target: Chem.Mol, element: dict) -> str:
    atoms = [f"{target.GetAtomWithIdx(i).GetSymbol()}{i}" for i in element["atoms"]]
    return WORDS[element["kind"]].format(*atoms)
