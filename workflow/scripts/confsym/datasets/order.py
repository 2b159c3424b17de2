"""Atoms that some frames list in another order, put back by their bonds."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from ase.data import covalent_radii

from confsym.datasets.handedness import (
    exchanged,
    handed,
    hands,
    like_pairs,
    spokes,
    usual_hands,
)
from confsym.geometry.internal import pair_distances
from confsym.geometry.superposition import rmsd_superposed
from confsym.molecules import graphs
from confsym.molecules.stereo_elements import topological_classes

BONDED = 1.3  # times the sum of covalent radii: nearer than that is a bond
CUTOFFS = (BONDED, 1.2, 1.4, 1.5, 1.1)  # tried one after the other on a distorted frame
# The same for two neighbours of one atom, which small rings and heavy atoms bring nearer than that:
# carbons of bicyclo[1.1.1]pentane (1.23), iodines of iodoform (1.26), Si of cyclodisiloxane (1.09).
NEIGHBOURS = 1.05
# Farther than that is none: nearer than the next atom but one, and for hydrogens, which move from
# atom to atom, farther than on that way.
TORN, TORN_HYDROGEN = 1.5, 1.8
SAMPLE = 1000  # frames that decide what is bonded
CHUNK = 5000
MATCHES = 5000  # ways to put a frame back that are compared
COMPARED = 50  # frames that say which of equivalent atoms is which


def reference(positions: np.ndarray, numbers: np.ndarray) -> tuple[int, np.ndarray]:
    """The bonds that most frames have, in the order of the first frame if that can be.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å, frames that list elements in one order.
    numbers : (atoms,)
        Atomic numbers.

    Returns
    -------
    frame : int
        A frame with these bonds.
    bonds : (bonds, 2)
        Ascending pairs.
    """
    sampled = np.unique(np.linspace(0, len(positions) - 1, SAMPLE).astype(int))
    graphs = [bonds_of(positions[k], numbers).tobytes() for k in sampled]
    common = Counter(graphs).most_common(1)[0][0]
    frame = int(sampled[graphs.index(common)])
    bonds = bonds_of(positions[frame], numbers)
    if torn(positions[:1], numbers, bonds)[0]:
        permutations = next(matches(positions[0], numbers, numbers, bonds), None)
        if permutations is not None:
            pairs = np.sort(permutations[0][bonds], axis=1)
            return 0, pairs[np.lexsort(pairs.T[::-1])]
    return frame, bonds


def bonds_of(positions: np.ndarray, numbers: np.ndarray, cutoff: float = BONDED) -> np.ndarray:
    """(bonds, 2) ascending pairs of atoms of one frame (atoms, 3) that are near enough."""
    first, second = np.triu_indices(len(numbers), 1)
    radii = covalent_radii[numbers]
    distance = pair_distances(positions[None], first, second)[0]
    near = distance < cutoff * (radii[first] + radii[second])
    return np.stack([first[near], second[near]], axis=1)


def torn(positions: np.ndarray, numbers: np.ndarray, bonds: np.ndarray) -> np.ndarray:
    """(n,) whether a frame (n, atoms, 3) has bonded atoms where no bond can be."""
    first, second = bonds.T
    limit = np.where((numbers[bonds] == 1).any(axis=1), TORN_HYDROGEN, TORN)
    limit *= covalent_radii[numbers[first]] + covalent_radii[numbers[second]]
    result = np.empty(len(positions), dtype=bool)
    for start in range(0, len(positions), CHUNK):
        part = positions[start : start + CHUNK]
        longer = pair_distances(part, first, second) > limit
        result[start : start + CHUNK] = longer.any(axis=1)
    return result


def unlike(positions: np.ndarray, numbers: np.ndarray, bonds: np.ndarray) -> np.ndarray:
    """(n,) whether other pairs of atoms are near in a frame (n, atoms, 3) than the bonds."""
    return _near(positions, numbers, bonds, count_lost=True)


def newly_bonded(positions: np.ndarray, numbers: np.ndarray, bonds: np.ndarray) -> np.ndarray:
    """(n,) whether heavy atoms without a bond are as near in a frame as bonded ones."""
    heavy = np.flatnonzero(numbers != 1)
    inside = np.searchsorted(heavy, bonds[np.isin(bonds, heavy).all(axis=1)])
    return _near(positions[:, heavy], numbers[heavy], inside, count_lost=False)


def _near(
    positions: np.ndarray, numbers: np.ndarray, bonds: np.ndarray, count_lost: bool
) -> np.ndarray:
    """Whether a pair is near without a bond, or, where `count_lost` counts, bonded and not near."""
    first, second = np.triu_indices(len(numbers), 1)
    bonded = np.zeros((len(numbers), len(numbers)), dtype=bool)
    bonded[tuple(bonds.T)] = bonded[tuple(bonds.T[::-1])] = True
    is_bonded = bonded[first, second]
    share_one = (bonded.astype(int) @ bonded)[first, second] > 0
    limit = np.where(share_one & ~is_bonded, NEIGHBOURS, BONDED)
    limit *= covalent_radii[numbers[first]] + covalent_radii[numbers[second]]
    result = np.empty(len(positions), dtype=bool)
    chunk = max(CHUNK * 100 // max(len(first), 1), 1)  # whose distances fit in little memory
    for start in range(0, len(positions), chunk):
        is_near = pair_distances(positions[start : start + chunk], first, second) < limit
        differs = is_near != is_bonded if count_lost else is_near & ~is_bonded
        result[start : start + chunk] = differs.any(axis=1)
    return result


def parents(positions: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """(n, hydrogens) the heavy atom nearest to each hydrogen of each frame (n, atoms, 3)."""
    hydrogen, heavy = np.flatnonzero(numbers == 1), np.flatnonzero(numbers != 1)
    result = np.zeros((len(positions), len(hydrogen)), dtype=np.int32)
    if not len(heavy):
        return result
    for start in range(0, len(positions), CHUNK):
        part = positions[start : start + CHUNK]
        for column, atom in enumerate(hydrogen):
            distance = np.linalg.norm(part[:, heavy] - part[:, atom, None], axis=2)
            result[start : start + CHUNK, column] = heavy[distance.argmin(axis=1)]
    return result


def is_transfer(owners: np.ndarray, reference_owners: np.ndarray, heavy_torn: bool) -> bool:
    """Whether hydrogens moved from atom to atom, rather than names from hydrogen to hydrogen.

    Atoms in another order change a bond between heavy atoms, or exchange hydrogens, and then more
    hydrogens have another atom than atoms have another number of hydrogens.

    Parameters
    ----------
    owners, reference_owners : (hydrogens,)
        The heavy atom of each hydrogen in the frame and in the molecule.
    heavy_torn
        Whether a bond between heavy atoms is torn.
    """
    size = max(owners.max(initial=0), reference_owners.max(initial=0)) + 1
    change = np.bincount(owners, minlength=size) - np.bincount(reference_owners, minlength=size)
    return (
        not heavy_torn
        and bool(change.any())
        and (owners != reference_owners).sum() == change.clip(0).sum()
    )


def matches(
    positions: np.ndarray,
    numbers: np.ndarray,
    target_numbers: np.ndarray,
    bonds: np.ndarray,
    max_matches: int = MATCHES,
) -> Iterator[np.ndarray]:
    """Ways to list the atoms of a frame so that elements and bonds are the wanted ones.

    Parameters
    ----------
    positions : (atoms, 3)
        Å.
    numbers : (atoms,)
        Atomic numbers as the frame lists them.
    target_numbers : (atoms,)
        Atomic numbers as they should be listed.
    bonds : (bonds, 2)
        Pairs of atoms in the wanted order.
    max_matches
        So many ways are looked for, at each cutoff.

    Yields
    ------
    (matches, atoms)
        New atom k is the frame's atom match[k]; for each cutoff at which bonds agree.
    """
    pattern = graphs.graph(target_numbers, bonds)
    for cutoff in CUTOFFS:
        present = graphs.graph(numbers, bonds_of(positions, numbers, cutoff))
        permutations = graphs.matches(pattern, present, max_matches)
        if len(permutations):
            yield permutations


def spread(frames: np.ndarray) -> np.ndarray:
    """Some of many frames (n, ...), evenly from the first to the last."""
    return frames[np.unique(np.linspace(0, len(frames) - 1, COMPARED).astype(int))]


def nearest(
    positions: np.ndarray,
    permutations: np.ndarray,
    target_numbers: np.ndarray,
    bonds: np.ndarray,
    references: np.ndarray,
) -> np.ndarray:
    """Of several matches the one with most hands as in other frames, and then nearest to any.

    Nearness alone would exchange hydrogens of a molecule in another conformation.

    Parameters
    ----------
    positions : (atoms, 3)
        Å.
    permutations : (matches, atoms)
    target_numbers : (atoms,)
        Atomic numbers in the order of the other frames.
    bonds : (bonds, 2)
        In that order.
    references : (n, atoms, 3)
        Å, the other frames.
    """
    permutations = handed(positions, permutations, target_numbers, bonds, references)
    centred = (positions - positions.mean(axis=0))[permutations]
    rmsds = [
        rmsd_superposed(np.broadcast_to(reference - reference.mean(axis=0), centred.shape), centred)
        for reference in references
    ]
    return permutations[np.min(rmsds, axis=0).argmin()]


class PutBack(NamedTuple):
    """Frames that list their atoms otherwise, and the order of each.

    Parameters
    ----------
    permutations
        For each frame to be changed, (atoms,): new atom k is the frame's atom permutation[k].
    lost
        Frames whose elements are in another order, and whose bonds do not say which.
    broken
        Frames with elements in the wanted order and a bond torn, which no other order mends.
    moved
        (m,) frames where a hydrogen is nearest to another atom than in most frames. They are kept:
        hydrogens move in a molecule, as in an enol.
    cut
        Frames that bonds let list in more ways than were compared.
    turned
        Frames to be changed for their hands: their bonds are the wanted ones.
    """

    permutations: dict[int, np.ndarray]
    lost: list[int]
    broken: list[int]
    moved: np.ndarray
    cut: list[int]
    turned: list[int]


def put_back(positions: np.ndarray, order: np.ndarray, orders: list[np.ndarray]) -> PutBack:
    """Find the order of atoms of each frame that lists them otherwise.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    order : (n,)
        For each frame which of `orders` lists its elements.
    orders : list of (atoms,)
        Atomic numbers; the first is the wanted one.
    """
    target_numbers = orders[0]
    same_order = np.flatnonzero(order == 0)
    same_positions = positions if len(same_order) == len(positions) else positions[same_order]
    frame, bonds = reference(same_positions, target_numbers)
    differing = unlike(same_positions, target_numbers, bonds)
    typical = np.union1d(np.flatnonzero(~differing), frame)
    references = same_positions[spread(typical)]
    usual_signs = usual_hands(references, spokes(bonds))
    candidates = np.sort(np.concatenate([same_order[differing], np.flatnonzero(order != 0)]))
    heavy = bonds[(target_numbers[bonds] != 1).all(axis=1)]
    reference_owners = parents(same_positions[[frame]], target_numbers)[0]
    owners = parents(same_positions, target_numbers)
    moved = same_order[(owners != reference_owners).any(axis=1)]
    permutations, lost, broken, cut, used_permutations = {}, [], [], [], []
    for k in candidates.tolist():
        numbers = orders[order[k]]
        if order[k] == 0 and (
            is_transfer(
                owners[np.searchsorted(same_order, k)],
                reference_owners,
                torn(positions[[k]], target_numbers, heavy)[0],
            )
            or _is_stretched(positions[k], target_numbers, bonds)
        ):
            continue
        permutation = _reused_permutation(
            positions[k], numbers, target_numbers, bonds, usual_signs, used_permutations
        )
        if permutation is None:
            options = next(matches(positions[k], numbers, target_numbers, bonds), None)
            if options is None:
                if order[k] != 0:
                    lost.append(k)
                elif torn(positions[[k]], target_numbers, bonds)[0]:
                    broken.append(k)
                continue
            permutation = nearest(positions[k], options, target_numbers, bonds, references)
            used_permutations.append(permutation)
            cut += [k] * (len(options) == MATCHES)
        permutations[k] = permutation
    kept = np.setdiff1d(same_order, [*permutations, *broken, *moved])
    turned = exchanged(positions, kept, usual_signs, target_numbers, bonds)
    turned |= _branches(positions, kept, usual_signs, target_numbers, bonds, references)
    moved = np.setdiff1d(moved, np.array([*permutations, *broken], dtype=int))
    return PutBack(permutations | turned, lost, broken, moved, cut, list(turned))


def _branches(
    positions: np.ndarray,
    frames: np.ndarray,
    usual: np.ndarray,
    numbers: np.ndarray,
    bonds: np.ndarray,
    onto: np.ndarray,
) -> dict[int, np.ndarray]:
    """Exchange like branches, such as two methyl groups, where the hand of their atom is wrong.

    Parameters as in `exchanged` and `nearest`; what no order mends, as in the other of two
    enantiomers, stays as it is.
    """
    centres, skeleton = spokes(bonds), graphs.graph(numbers, bonds)
    classes = np.array(topological_classes(skeleton))
    pairs = like_pairs(centres, numbers, bonds)
    alike = [len(set(classes[four])) < 4 for four in centres.tolist()]
    places = [k for k, one in enumerate(alike) if one and usual[k] and k not in pairs]
    found, known, hopeless, ways = {}, [], set(), None
    if not places:
        return found
    parts = [frames[start : start + CHUNK] for start in range(0, len(frames), CHUNK)]
    now = np.concatenate([hands(positions[part], centres) for part in [frames[:0], *parts]])
    for row in np.flatnonzero((now[:, places] * usual[places] < 0).any(axis=1)).tolist():
        k = int(frames[row])
        if now[row].tobytes() in hopeless:
            continue
        if ways is None:
            ways = graphs.matches(skeleton, skeleton, MATCHES)
        one = _reused_permutation(positions[k], numbers, numbers, bonds, usual, known)
        if one is None:
            one = nearest(positions[k], ways, numbers, bonds, onto)
            better = hands(positions[k][one][None], centres[places])[0] * usual[places] > 0
            if better.sum() <= (now[row, places] * usual[places] > 0).sum():
                hopeless.add(now[row].tobytes())
                continue
            known.append(one)
        found[k] = one
    return found


def _is_stretched(positions: np.ndarray, numbers: np.ndarray, bonds: np.ndarray) -> bool:
    """Whether a frame has the bonds as listed, when stretched bonds count too."""
    return any(np.array_equal(bonds_of(positions, numbers, cutoff), bonds) for cutoff in CUTOFFS)


def _reused_permutation(
    positions: np.ndarray,
    numbers: np.ndarray,
    target_numbers: np.ndarray,
    bonds: np.ndarray,
    usual_signs: np.ndarray,
    used_permutations: list[np.ndarray],
) -> np.ndarray | None:
    """An order that has put another frame back and puts this one back: a file has few of them."""
    for permutation in used_permutations[-3:]:
        listed = positions[permutation]
        if (
            np.array_equal(numbers[permutation], target_numbers)
            and np.array_equal(bonds_of(listed, target_numbers), bonds)
            and (hands(listed[None], spokes(bonds))[0] * usual_signs >= 0).all()
        ):
            return permutation
    return None
