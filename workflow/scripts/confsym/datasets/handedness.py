"""Which hydrogen of a CH2 is which: the sense in which an atom's four neighbours go round."""

from itertools import combinations

import numpy as np

CHUNK = 5000
# Of the volume that three edges from one corner can span, 0.7 in a tetrahedron: what spans less
# lies nearly in a plane, as ligands of a metal do, and its sense is that of a vibration.
FLAT = 0.2


def spokes(bonds: np.ndarray) -> np.ndarray:
    """(centres, 4) the ascending neighbours of each atom that has four."""
    ends = np.concatenate([bonds, bonds[:, ::-1]])
    found = [np.sort(ends[ends[:, 0] == atom, 1]) for atom in np.unique(ends)]
    return np.array([four for four in found if len(four) == 4], dtype=int).reshape(-1, 4)


def hands(positions: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """(n, centres) 1 or -1: the sense in which neighbours (centres, 4) go round in (n, atoms, 3).

    It never changes while bonds hold. Hydrogens of a CH2 do not change places, and those of a CH3
    that turns keep their cyclic order. It is 0 where the four lie nearly in a plane.
    """
    result = np.empty((len(positions), len(centres)))
    for start in range(0, len(positions), CHUNK):
        corners = positions[start : start + CHUNK, centres]
        edges = corners[:, :, 1:] - corners[:, :, :1]
        volume = np.linalg.det(edges)
        firm = abs(volume) > FLAT * np.linalg.norm(edges, axis=3).prod(axis=2)
        result[start : start + CHUNK] = np.sign(volume) * firm
    return result


def usual_hands(onto: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """(centres,) the hands of at least three in four of frames (n, atoms, 3), and else 0."""
    return np.round(hands(onto, centres).mean(axis=0))


def like_pairs(centres: np.ndarray, numbers: np.ndarray, bonds: np.ndarray) -> dict:
    """Of each centre (centres, 4), by its place, two like atoms (2) that have one bond each."""
    degree = np.bincount(bonds.ravel(), minlength=len(numbers))
    found = {}
    for place, four in enumerate(centres):
        for pair in combinations(four[degree[four] == 1].tolist(), 2):
            if numbers[pair[0]] == numbers[pair[1]]:
                found.setdefault(place, list(pair))
    return found


def handed(
    positions: np.ndarray,
    found: np.ndarray,
    wanted: np.ndarray,
    bonds: np.ndarray,
    onto: np.ndarray,
) -> np.ndarray:
    """Of several matches those with most of the usual hands; parameters as in `order.nearest`.

    Where two like atoms have one bond each, to a centre of the wrong hand, they change places, so
    that hands are right even where not all matches were looked for.
    """
    found, centres = found.copy(), spokes(bonds)
    usual = usual_hands(onto, centres)
    for place, pair in like_pairs(centres, wanted, bonds).items():
        wrong = hands(positions[found], centres[[place]])[:, 0] == -usual[place]
        wrong &= usual[place] != 0
        found[np.ix_(wrong, pair)] = found[np.ix_(wrong, pair[::-1])]
    found = np.unique(found, axis=0)
    right = (hands(positions[found], centres) * usual > 0).sum(axis=1)
    return found[right == right.max()]


def exchanged(
    positions: np.ndarray,
    frames: np.ndarray,
    usual: np.ndarray,
    numbers: np.ndarray,
    bonds: np.ndarray,
) -> dict[int, np.ndarray]:
    """Exchange two like atoms of one bond where the hand of their centre is not the usual one.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    frames : (m,)
        Which of them are looked at: those that have the bonds.
    usual : (centres,)
        From `usual_hands`.
    numbers : (atoms,)
        Atomic numbers.
    bonds : (bonds, 2)

    Returns
    -------
    dict of int to (atoms,)
        For each frame to be changed: new atom k is the frame's atom permutation[k].
    """
    centres = spokes(bonds)
    pairs = {k: pair for k, pair in like_pairs(centres, numbers, bonds).items() if usual[k]}
    places, found = list(pairs), {}
    for start in range(0, len(frames) if pairs else 0, CHUNK):
        some = frames[start : start + CHUNK]
        wrong = hands(positions[some], centres[places]) * usual[places] < 0
        changed = np.flatnonzero(wrong.any(axis=1))
        listed = np.tile(np.arange(len(numbers)), (len(changed), 1))
        for column, pair in enumerate(pairs.values()):
            rows = wrong[changed, column]
            listed[np.ix_(rows, pair)] = listed[np.ix_(rows, pair[::-1])]
        found |= dict(zip(some[changed].tolist(), listed, strict=True))
    return found
