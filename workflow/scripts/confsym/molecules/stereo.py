"""Which stereoisomer each conformer is.

A configuration is a pattern of signs, one for each stereo element: of a volume for a centre, of a
torsion angle for an axis, of its cosine for a double bond. Two patterns that a symmetry of the
molecular graph exchanges are one compound (the two ways to number meso-tartaric acid): compounds
are orbits of patterns. Canonical SMILES would do, if RDKit did not give two names to one compound,
or one name to two, for cages, spiranes and alkylidene rings.
"""

from logging import Logger

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdCIPLabeler

from confsym.molecules.automorphisms import random_automorphism
from confsym.molecules.stereo_elements import (
    non_tetrahedral_centres,
    without_configuration,
)

NO_STEREO = "none"
NO_NAME = "?"

# Random elements of a group generate it after few draws; the seed is no choice of a study's.
AUTOMORPHISMS = 32
MOST_PATTERNS = 50_000  # in all orbits together; what comes later is a compound by itself
MOST_COMPARISONS = 20_000  # of RDKit's naming, 0.02 s a compound; a protein needs 600
MOST_GIVEN_UP = 5  # compounds without a name after as many comparisons, until nobody tries
# A volume below and above zero of the first three neighbours, in the order of the bonds.
TAGS = (Chem.ChiralType.CHI_TETRAHEDRAL_CW, Chem.ChiralType.CHI_TETRAHEDRAL_CCW)
NO_SMILES = ("axis", "cumulene")
MOST_LISTED = 12  # stereoisomers named in a sentence


def label(molecule: Chem.Mol, description: dict, positions: np.ndarray, log: Logger) -> np.ndarray:
    """Label each conformer, as `stereoisomers` does, and tell the log what there is to know."""
    name, elements = description["name"], description["stereo"]
    labels, exact = _labelled(molecule, elements, positions)
    if not exact:
        log.warning(
            "molecules.%s: the configurations are too many to find all that are the same compound; "
            "one compound may have several labels",
            name,
        )
    for sentence in (
        mixture(labels, name, elements),
        inverted(molecule, elements, positions, name, "geometries" in description),
        unlabelled(molecule, name),
    ):
        if sentence:
            log.warning(sentence)
    if any(NO_NAME in compound_label for compound_label in labels.tolist()):
        log.info(
            "molecules.%s: ? in a stereoisomer's label stands for what has no name by the rules of "
            "Cahn, Ingold and Prelog, or for which RDKit was stopped after %d comparisons",
            name,
            MOST_COMPARISONS,
        )
    return labels


def stereoisomers(molecule: Chem.Mol, elements: list[dict], positions: np.ndarray) -> np.ndarray:
    """Label each conformer with the compound that it is.

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
        E, Z, for axes and cumulenes the sign + or -, and ? for what has no name. Of the patterns
        that are one compound the first gives the letters; where two compounds have the same ones,
        the signs of all elements follow. A single ? stands for a compound none of whose elements
        has a name; "none" for a molecule without stereo elements, and for the only compound of a
        cage whose elements need no name.
    """
    return _labelled(molecule, elements, positions)[0]


def _labelled(
    molecule: Chem.Mol, elements: list[dict], positions: np.ndarray
) -> tuple[np.ndarray, bool]:
    """(n,) labels, and whether each compound is sure to have but one."""
    if not elements or len(positions) == 0:
        return np.full(len(positions), NO_STEREO), True
    signs = signs_of(elements, positions)
    patterns, member = np.unique(signs, axis=0, return_inverse=True)
    first_patterns, exact = first_of_orbit(molecule, elements, patterns)
    compounds, compound = np.unique(first_patterns, axis=0, return_inverse=True)
    names = np.array(_names(molecule, elements, compounds))
    return names[compound.ravel()[member.ravel()]], exact


def mixture(labels: np.ndarray, name: str, elements: list[dict]) -> str:
    """One sentence about the stereoisomers that an ensemble mixes; empty if there is but one."""
    compounds, counts = np.unique(labels, return_counts=True)
    if len(compounds) < 2 or all(element["specified"] for element in elements):
        return ""
    counts_in_words = [f"{label}: {n}" for label, n in zip(compounds, counts, strict=True)]
    if len(counts_in_words) > MOST_LISTED:
        counts_in_words = [
            *counts_in_words[:MOST_LISTED],
            f"and {len(counts_in_words) - MOST_LISTED} more",
        ]
    hint = "a SMILES with @, / or \\ fixes one"
    if any(element["kind"] in NO_SMILES for element in elements):
        hint += "; RDKit reads no axes and cumulenes (+ or -) from a SMILES"
    return (
        f"molecules.{name}: the SMILES leaves the configuration open, so the ensemble mixes "
        f"{len(compounds)} stereoisomers ({', '.join(counts_in_words)}); ensemble.csv labels each "
        f"conformer, and {hint}."
    )


def inverted(
    molecule: Chem.Mol,
    elements: list[dict],
    positions: np.ndarray,
    name: str,
    from_file: bool = False,
) -> str:
    """One sentence about conformers that are another compound than the SMILES specifies, or ""."""
    is_other = not_as_specified(molecule, elements, positions)
    if not is_other.any():
        return ""
    cure = (
        "give the SMILES of what the file shows"
        if from_file
        else "embedding.enforce_chirality: true keeps that of tetrahedral centres"
    )
    return (
        f"molecules.{name}: {is_other.sum()} of {len(is_other)} conformers do not have the "
        f"configuration that the SMILES specifies; {cure}, and ensemble.csv labels each conformer."
    )


def not_as_specified(molecule: Chem.Mol, elements: list[dict], positions: np.ndarray) -> np.ndarray:
    """(n,) which conformers (n, atoms, 3) are no compound that the SMILES allows.

    A SMILES may specify one of two elements that a symmetry exchanges: a conformer is allowed if
    any of the patterns that are the same compound has all signs that are specified.
    """
    specified_signs = {
        i: sign for i, e in enumerate(elements) if (sign := sign_wanted(molecule, e)) is not None
    }
    if not specified_signs or len(positions) == 0:
        return np.zeros(len(positions), dtype=bool)
    patterns, member = np.unique(signs_of(elements, positions), axis=0, return_inverse=True)
    actions, known = _actions(molecule, elements), {}
    for pattern in patterns:
        if pattern.tobytes() not in known:
            orbit = _orbit(pattern, actions, MOST_PATTERNS - len(known)) or {pattern.tobytes()}
            images = np.frombuffer(b"".join(orbit), dtype=bool).reshape(-1, len(elements))
            asked = images[:, list(specified_signs)]
            fits = (asked == list(specified_signs.values())).all(axis=1).any()
            known |= dict.fromkeys(orbit, not fits)
    return np.array([known[pattern.tobytes()] for pattern in patterns])[member.ravel()]


def unlabelled(molecule: Chem.Mol, name: str) -> str:
    """One sentence about centres whose ligands have several arrangements, or ""."""
    centres = [
        f"{molecule.GetAtomWithIdx(atom).GetSymbol()} (atom {atom})"
        for atom in non_tetrahedral_centres(molecule)
    ]
    if not centres:
        return ""
    return (
        f"molecules.{name}: the neighbours of {', '.join(centres)} can be arranged in several ways "
        "(cis and trans, say), which no label tells apart: the ensemble may mix them, and a SMILES "
        "with @SP, @TB or @OH does not prevent it."
    )


def signs_of(elements: list[dict], positions: np.ndarray) -> np.ndarray:
    """(n, elements) whether the volume, torsion angle or cosine in (n, atoms, 3) is positive."""
    found = [_sign(element, positions) for element in elements]
    return np.column_stack(found) if found else np.zeros((len(positions), 0), dtype=bool)


def _sign(element: dict, positions: np.ndarray) -> np.ndarray:
    """(n,) one column of `signs_of`."""
    if element["kind"] == "tetrahedral":
        # Three neighbours seen from the centre: a fourth one, or a lone pair, is on the other side.
        arms = positions[:, element["neighbours"][:3]] - positions[:, element["atoms"]]
        return np.linalg.det(arms) > 0
    begin, end = (positions[:, atom] for atom in element["atoms"])
    first_arm, second_arm = (positions[:, atom] for atom in element["neighbours"])
    first_arm, second_arm = first_arm - begin, second_arm - end
    axis = end - begin
    if element["kind"] == "axis":
        # The torsion angle is of bonds that follow one another: the first one ends at `begin`.
        return np.linalg.det(np.stack([-first_arm, axis, second_arm], axis=1)) > 0
    axis = axis / np.linalg.norm(axis, axis=1, keepdims=True)
    first_arm = first_arm - (first_arm * axis).sum(1, keepdims=True) * axis
    second_arm = second_arm - (second_arm * axis).sum(1, keepdims=True) * axis
    return (first_arm * second_arm).sum(1) > 0


def first_of_orbit(
    molecule: Chem.Mol, elements: list[dict], patterns: np.ndarray
) -> tuple[np.ndarray, bool]:
    """(patterns, elements) of all patterns that are the same compound the first, in order of signs.

    The search is bounded: beyond `MOST_PATTERNS` a pattern stands for itself, and the second value
    is False.
    """
    actions = _actions(molecule, elements)
    first_of: dict[bytes, bytes] = {}
    exact = True
    for pattern in patterns:
        if pattern.tobytes() not in first_of:
            orbit = _orbit(pattern, actions, MOST_PATTERNS - len(first_of))
            exact &= bool(orbit)
            orbit = orbit or {pattern.tobytes()}
            first_of |= dict.fromkeys(orbit, min(orbit))
    rows = b"".join(first_of[pattern.tobytes()] for pattern in patterns)
    return np.frombuffer(rows, dtype=bool).reshape(patterns.shape), exact


def _orbit(pattern: np.ndarray, actions: np.ndarray, max_patterns: int) -> set[bytes]:
    """All patterns, as bytes, that the actions make of one; none if they are too many."""
    patterns = {pattern.tobytes()}
    frontier = pattern[None]
    while len(frontier) and len(patterns) <= max_patterns:
        images = [frontier[:, source] ^ (flip > 0) for source, flip in actions]
        images = np.unique(np.concatenate(images), axis=0)
        frontier = images[[image.tobytes() not in patterns for image in images]]
        patterns.update(image.tobytes() for image in frontier)
    return patterns if len(patterns) <= max_patterns else set()


def _actions(molecule: Chem.Mol, elements: list[dict]) -> np.ndarray:
    """(actions, 2, elements) what symmetries of the graph do to a pattern.

    Sign i of the image is sign `action[0, i]` of the pattern, changed if `action[1, i]` is 1.
    """
    skeleton = without_configuration(molecule)
    rng = np.random.default_rng(0)
    element_at = {frozenset(element["atoms"]): i for i, element in enumerate(elements)}
    actions = {tuple(map(tuple, [range(len(elements)), [0] * len(elements)]))}
    for _ in range(AUTOMORPHISMS):
        image = random_automorphism(skeleton, rng).tolist()
        source, flip = [0] * len(elements), [0] * len(elements)
        for i, element in enumerate(elements):
            target = element_at[frozenset(image[atom] for atom in element["atoms"])]
            source[target] = i
            flip[target] = _turns(element, elements[target], image)
        actions.add((tuple(source), tuple(flip)))
    return np.array(sorted(actions))


def _turns(element: dict, target: dict, image: list[int]) -> int:
    """1 if the image of an element's neighbours has the opposite sign in the target's order."""
    images = [image[atom] for atom in element["neighbours"]]
    if element["kind"] == "tetrahedral":
        return _parity(images, target["neighbours"])
    if image[element["atoms"][0]] != target["atoms"][0]:
        images.reverse()
    pairs = zip(images, target["neighbours"], strict=True)
    return sum(image_atom != atom for image_atom, atom in pairs) % 2


def _names(molecule: Chem.Mol, elements: list[dict], compounds: np.ndarray) -> list[str]:
    """A label for each row of signs (compounds, elements), all different."""
    letters, given_up = [], 0
    for signs in compounds.tolist():
        compound_letters, finished = _letters(molecule, elements, signs, given_up < MOST_GIVEN_UP)
        given_up += not finished
        letters.append(compound_letters if set(compound_letters) != {NO_NAME} else NO_NAME)
    if letters == [NO_NAME] and not given_up:
        return [NO_STEREO]
    return [
        text if letters.count(text) == 1 else f"{text}:{''.join('-+'[sign] for sign in signs)}"
        for text, signs in zip(letters, compounds.tolist(), strict=True)
    ]


def _letters(
    molecule: Chem.Mol, elements: list[dict], signs: list[bool], assign: bool
) -> tuple[str, bool]:
    """The letters of one configuration, and whether RDKit's naming came to its end."""
    copy = with_configuration(molecule, elements, signs)
    finished = assign
    if assign:
        try:
            rdCIPLabeler.AssignCIPLabels(copy, maxRecursiveIterations=MOST_COMPARISONS)
        except RuntimeError as error:
            if "Max Iterations" not in str(error):
                raise
            finished = False
    pairs = zip(elements, signs, strict=True)
    return "".join(_letter(copy, element, sign) for element, sign in pairs), finished


def _letter(molecule: Chem.Mol, element: dict, sign: bool) -> str:
    if element["kind"] in NO_SMILES:
        return "-+"[sign]
    if element["kind"] == "tetrahedral":
        holder = molecule.GetAtomWithIdx(element["atoms"][0])
    else:
        holder = molecule.GetBondBetweenAtoms(*element["atoms"])
    return holder.GetProp("_CIPCode") if holder.HasProp("_CIPCode") else NO_NAME


def with_configuration(molecule: Chem.Mol, elements: list[dict], signs: list[bool]) -> Chem.Mol:
    """Copy a molecule and give the copy the configuration that a pattern of signs means."""
    copy = Chem.Mol(molecule)
    copy.RemoveAllConformers()
    Chem.RemoveStereochemistry(copy)
    for element, sign in zip(elements, signs, strict=True):
        if element["kind"] == "tetrahedral":
            set_centre(copy, element, sign)
        elif element["kind"] == "double_bond":
            set_double_bond(copy, element, sign)
    return copy


def set_centre(molecule: Chem.Mol, element: dict, sign: bool) -> None:
    """Give a tetrahedral centre the configuration that a sign of its volume means."""
    atom = molecule.GetAtomWithIdx(element["atoms"][0])
    atom.SetChiralTag(TAGS[sign ^ _parity(element["neighbours"], _neighbours(atom))])


def set_double_bond(molecule: Chem.Mol, element: dict, sign: bool) -> None:
    """Make a double bond cis, or trans, in its two neighbours."""
    bond = molecule.GetBondBetweenAtoms(*element["atoms"])
    bond.SetStereoAtoms(*element["neighbours"])
    bond.SetStereo(Chem.BondStereo.STEREOCIS if sign else Chem.BondStereo.STEREOTRANS)


def sign_wanted(molecule: Chem.Mol, element: dict) -> bool | None:
    """The sign that the SMILES specifies."""
    if not element["specified"]:
        return None
    if element["kind"] == "tetrahedral":
        atom = molecule.GetAtomWithIdx(element["atoms"][0])
        odd = _parity(element["neighbours"], _neighbours(atom))
        return bool(TAGS.index(atom.GetChiralTag()) ^ odd)
    bond = molecule.GetBondBetweenAtoms(*element["atoms"])
    same = bond.GetStereo() in (Chem.BondStereo.STEREOZ, Chem.BondStereo.STEREOCIS)
    shared = sum(atom in element["neighbours"] for atom in bond.GetStereoAtoms())
    return same ^ (shared == 1)


def _neighbours(atom: Chem.Atom) -> list[int]:
    return [neighbour.GetIdx() for neighbour in atom.GetNeighbors()]


def _parity(atoms: list[int], reference: list[int]) -> int:
    """1 if an odd number of exchanges leads from one order of the atoms to the other."""
    order = [reference.index(atom) for atom in atoms]
    return sum(earlier > later for k, later in enumerate(order) for earlier in order[:k]) % 2
