"""What in a molecule can have a configuration: centres, double bonds and axes."""

from collections import Counter
from itertools import pairwise

import numpy as np
from rdkit import Chem

TRANSITION_METALS = (range(21, 30), range(39, 48), range(72, 80))  # zinc and its like are not
HINDERING = 3  # ortho substituents, of four, that stop a biaryl from turning at room temperature
TETRAHEDRAL_TAGS = (Chem.ChiralType.CHI_TETRAHEDRAL_CW, Chem.ChiralType.CHI_TETRAHEDRAL_CCW)
# A terminal anion beside a terminal double bond to the same element: which is which is resonance.
RESONANCE = Chem.MolFromSmarts("[O,S;D1;-1:1]-[*:2]=[O,S;D1;+0:3]")


def stereo_elements(molecule: Chem.Mol) -> list[dict]:
    """List what can have a configuration, whether the SMILES specifies it or not.

    The search is on a copy without configurations: whether a centre matters may depend on the
    configuration of others, which in a conformer need not be the one that the SMILES specifies.

    Parameters
    ----------
    molecule
        Molecule with hydrogens; left as it is.

    Returns
    -------
    list of dict
        `kind`: "tetrahedral", "double_bond", "axis" (allenes and longer cumulenes with an even
        number of double bonds, biaryls that cannot turn) or "cumulene" (an odd number, planar);
        `atoms`: the centre, or both ends; `neighbours`: the bonded atoms of a centre, or one atom
        on each end; `specified`: whether the SMILES specifies it. Centres and double bonds come
        first, in RDKit's order.
    """
    skeleton = without_configuration(molecule)
    elements = []
    for info in Chem.FindPotentialStereo(skeleton):
        if info.type == Chem.StereoType.Atom_Tetrahedral:
            neighbours = list(info.controllingAtoms)
            if len(neighbours) < 3:
                continue  # RDKit names the P of C-P=C, whose atoms lie in one plane
            atom = molecule.GetAtomWithIdx(info.centeredOn)
            specified = atom.GetChiralTag() in TETRAHEDRAL_TAGS
            elements.append(_element("tetrahedral", [info.centeredOn], neighbours, specified))
        elif info.type == Chem.StereoType.Bond_Double:
            bond = molecule.GetBondWithIdx(info.centeredOn)
            ends = [bond.GetBeginAtom(), bond.GetEndAtom()]
            if any(is_linear(end) for end in ends):
                continue  # a cumulene has no plane of its own
            sides = np.reshape(list(info.controllingAtoms), (2, 2))  # a gap is a huge number
            neighbours = sides.min(axis=1).tolist()
            specified = bond.GetStereo() > Chem.BondStereo.STEREOANY
            elements.append(
                _element("double_bond", [end.GetIdx() for end in ends], neighbours, specified)
            )
    return elements + _cumulenes(skeleton) + _biaryls(skeleton)


def without_configuration(molecule: Chem.Mol) -> Chem.Mol:
    """Copy a molecule without configurations, and with the two ends of a sulfinate alike."""
    skeleton = Chem.RWMol(molecule)
    skeleton.RemoveAllConformers()
    Chem.RemoveStereochemistry(skeleton)
    for anion, centre, other in skeleton.GetSubstructMatches(RESONANCE):
        if (
            skeleton.GetAtomWithIdx(anion).GetAtomicNum()
            == skeleton.GetAtomWithIdx(other).GetAtomicNum()
        ):
            skeleton.GetAtomWithIdx(anion).SetFormalCharge(0)
            for end in (anion, other):
                bond = skeleton.GetBondBetweenAtoms(end, centre)
                bond.SetBondType(Chem.BondType.ONEANDAHALF)
    skeleton.UpdatePropertyCache(strict=False)
    return skeleton.GetMol()


def is_linear(atom: Chem.Atom) -> bool:
    """Whether the two bonds of an atom lie on one line."""
    return atom.GetDegree() == 2 and atom.GetHybridization() == Chem.HybridizationType.SP


def topological_classes(molecule: Chem.Mol) -> list[int]:
    """Class of each atom, equal for atoms that the bonds cannot tell apart."""
    return list(Chem.CanonicalRankAtoms(molecule, breakTies=False, includeChirality=False))


def _element(kind: str, atoms: list[int], neighbours: list[int], specified: bool) -> dict:
    return {"kind": kind, "atoms": atoms, "neighbours": neighbours, "specified": specified}


def _cumulenes(skeleton: Chem.Mol) -> list[dict]:
    """Chains of cumulated double bonds, both of whose ends have two different neighbours."""
    classes = topological_classes(skeleton)
    elements = []
    for start in skeleton.GetAtoms():
        if is_linear(start):
            continue
        for first in start.GetNeighbors():
            chain = _chain(start, first)
            ends = [chain[0], chain[-1]]
            if len(chain) < 3 or ends[0] > ends[1] or any(d != 2 for d in _orders(skeleton, chain)):
                continue  # a ring, or no cumulene, or the same from its other end
            sides = [_others(skeleton, ends[0], chain[1]), _others(skeleton, ends[1], chain[-2])]
            if all(len(side) == 2 and classes[side[0]] != classes[side[1]] for side in sides):
                kind = "axis" if len(chain) % 2 else "cumulene"
                elements.append(_element(kind, ends, [min(side) for side in sides], False))
    return elements


def _chain(start: Chem.Atom, following: Chem.Atom) -> list[int]:
    """Indices from one atom through linear ones to the first that is not."""
    chain = [start.GetIdx(), following.GetIdx()]
    while is_linear(following):
        (following,) = (a for a in following.GetNeighbors() if a.GetIdx() != chain[-2])
        chain.append(following.GetIdx())
        if chain[-1] == chain[0]:
            break
    return chain


def _orders(molecule: Chem.Mol, chain: list[int]) -> list[float]:
    return [molecule.GetBondBetweenAtoms(*pair).GetBondTypeAsDouble() for pair in pairwise(chain)]


def _others(molecule: Chem.Mol, atom: int, excluded: int) -> list[int]:
    neighbours = molecule.GetAtomWithIdx(atom).GetNeighbors()
    return [neighbour.GetIdx() for neighbour in neighbours if neighbour.GetIdx() != excluded]


def _biaryls(skeleton: Chem.Mol) -> list[dict]:
    """Bonds between two aromatic rings that are hindered and look different on both sides."""
    classes = topological_classes(skeleton)
    elements = []
    for bond in skeleton.GetBonds():
        ends = [bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()]
        rings = all(skeleton.GetAtomWithIdx(end).GetIsAromatic() for end in ends)
        if not rings or bond.GetIsAromatic() or bond.IsInRing():
            continue
        sides = [_others(skeleton, ends[0], ends[1]), _others(skeleton, ends[1], ends[0])]
        different = all(len(s) == 2 and classes[s[0]] != classes[s[1]] for s in sides)
        hindering = sum(
            _hinders(skeleton, ortho, end)
            for end, side in zip(ends, sides, strict=True)
            for ortho in side
        )
        if different and hindering >= HINDERING:
            elements.append(_element("axis", ends, [min(side) for side in sides], False))
    return elements


def _hinders(molecule: Chem.Mol, ortho: int, end: int) -> bool:
    """Whether an ortho atom has a substituent, or a fused ring, larger than fluorine."""
    neighbours = [molecule.GetAtomWithIdx(neighbour) for neighbour in _others(molecule, ortho, end)]
    return sum(neighbour.GetAtomicNum() not in (1, 9) for neighbour in neighbours) > 1


def non_tetrahedral_centres(molecule: Chem.Mol) -> list[int]:
    """Atoms whose neighbours have several arrangements that are not a matter of a tetrahedron.

    Four neighbours of a transition metal may lie in a plane. Chelates can have two hands.
    """
    skeleton = without_configuration(molecule)
    classes = topological_classes(skeleton)
    rings = skeleton.GetRingInfo()
    centres = []
    for atom in skeleton.GetAtoms():
        if atom.GetDegree() < 4 or (atom.GetDegree() == 4 and not _transition_metal(atom)):
            continue
        class_counts = Counter(classes[other.GetIdx()] for other in atom.GetNeighbors())
        class_sizes = sorted(class_counts.values())
        one_way = len(class_sizes) == 1 or (class_sizes[:-1] == [1] and atom.GetDegree() in (4, 6))
        if not one_way or (atom.GetDegree() == 6 and rings.NumAtomRings(atom.GetIdx()) > 1):
            centres.append(atom.GetIdx())
    return centres


def _transition_metal(atom: Chem.Atom) -> bool:
    return any(atom.GetAtomicNum() in row for row in TRANSITION_METALS)
