"""Paths along which energies and forces are watched: between conformers, and through a relabelling.

Lengths are those of the path in the space of all coordinates: the square root of the sum of squares
of all displacements. By that length the force along the path is minus the slope of the energy.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from confsym.geometry.superposition import rmsd_superposed, superposed
from confsym.molecules.topology import Topology

STRAIGHT, TURN = "straight", "relabelling"
CONSIDERED = 200  # conformers, the first ones: all pairs of them are compared
NEAREST = 0.3  # Å: conformers nearer than this are as good as one
SAME = 0.01  # Å: and these are one
ROOM = 0.7  # of the smaller distance at the ends: atoms that come nearer than this overlap
TRIED = 50  # pairs of conformers, the nearest first
LOOKS = np.linspace(0, 1, 21)  # at a path, for its room

log = logging.getLogger("confsym")


@dataclass(frozen=True, eq=False)
class Path:
    """A path through geometries of one molecule.

    Parameters
    ----------
    name
        `STRAIGHT` or `TURN`.
    about
        What it is, in words.
    at
        From shares (n,) of the way, 0 to 1, to positions (n, atoms, 3), Å.
    """

    name: str
    about: str
    at: Callable[[np.ndarray], np.ndarray]

    @property
    def length(self) -> float:
        """Å."""
        geometries = self.at(np.linspace(0, 1, 201))
        return float(np.linalg.norm(np.diff(geometries, axis=0), axis=(1, 2)).sum())


def paths(
    positions: np.ndarray,
    conformers: Sequence[int],
    isomers: Sequence[str],
    topology: Topology,
    description: Mapping[str, Any],
) -> dict[str, tuple[Path | None, str]]:
    """Both paths by name, or None and why there is none; the log says which they are.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    conformers, isomers
        (n,) number and stereoisomer of each.
    topology, description
        The molecule, and its `molecule.json`.
    """
    classes = [atom["equivalence_class"] for atom in description["atoms"]]
    considered, names, stereoisomers = (of[:CONSIDERED] for of in (positions, conformers, isomers))
    found = {
        STRAIGHT: straight(considered, names, stereoisomers),
        TURN: relabelling(considered, names, topology, classes),
    }
    for name, (path, reason) in found.items():
        log.info("%s path: %s", name, path.about if path else reason)
    return found


def straight(
    positions: np.ndarray, conformers: Sequence[int], isomers: Sequence[str]
) -> tuple[Path | None, str]:
    """Go straight from one conformer to the nearest other one of the same stereoisomer.

    The other one is superposed first. Of pairs at least `NEAREST` Å apart it is the nearest one on
    whose path no atoms overlap; if atoms overlap on all paths, it is the longest free beginning of
    one.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    conformers, isomers
        (n,) number and stereoisomer of each.

    Returns
    -------
    path
        None where there is none.
    why
        Why there is none; else empty.
    """
    centred = positions - positions.mean(axis=1, keepdims=True)
    first, second = np.triu_indices(len(positions), 1)
    same_isomer = np.array(isomers)[first] == np.array(isomers)[second]
    first, second = first[same_isomer], second[same_isomer]
    if not len(first):
        return None, "no two held-out conformers of one stereoisomer"
    rmsds = rmsd_superposed(centred[first], centred[second])
    if rmsds.max() < SAME:
        return None, f"no two held-out conformers are {SAME} Å apart"
    far_enough = rmsds >= min(NEAREST, rmsds.max())
    order = np.flatnonzero(far_enough)[np.argsort(rmsds[far_enough], kind="stable")][:TRIED]
    lines = [_line(centred, first[pair], second[pair]) for pair in order]
    free_shares = [_free_share(line(LOOKS)) for line in lines]
    is_free = [share == 1 for share in free_shares]
    best = is_free.index(True) if any(is_free) else int(np.argmax(free_shares * rmsds[order]))
    start, end = (conformers[side[order[best]]] for side in (first, second))
    prefix = "" if is_free[best] else f"the first {free_shares[best]:.0%} of the way "
    about = f"{prefix}straight from conformer {start} to conformer {end}"
    return Path(STRAIGHT, about, lambda share: lines[best](free_shares[best] * share)), ""


def _line(centred: np.ndarray, first: int, second: int) -> Callable[[np.ndarray], np.ndarray]:
    start, atoms = centred[first], np.arange(centred.shape[1])[None]
    end = superposed(centred[second][None], start, atoms)[0][0]

    def at(share: np.ndarray) -> np.ndarray:
        return start + np.asarray(share)[:, None, None] * (end - start)

    return at


def _free_share(geometries: np.ndarray) -> float:
    """How much of a path there is before atoms overlap, of its geometries at `LOOKS`."""
    crowded = np.flatnonzero(clearance(geometries) < ROOM)
    return float(LOOKS[crowded[0] - 1]) if len(crowded) else 1.0


def relabelling(
    positions: np.ndarray,
    conformers: Sequence[int],
    topology: Topology,
    classes: Sequence[int],
) -> tuple[Path | None, str]:
    """Let equivalent atoms that hang on one atom trade places by turning them.

    Three of them turn by 120°, two by 180°, each atom ending exactly where the next one was: the
    end is the start with these atoms relabelled. The conformer is the one in which the atoms that
    turn have most room.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    conformers
        (n,) number of each.
    topology
        Elements and bonds.
    classes
        (atoms,) equal for atoms that the bonds cannot tell apart.

    Returns
    -------
    path
        None where there is none.
    why
        Why there is none; else empty.
    """
    if len(set(classes)) == len(classes):
        return None, "no two atoms of the molecule are equivalent"
    groups = _hanging(topology, classes)
    if not groups:
        return None, "no two equivalent atoms hang on one atom, to turn about it"
    movers, centre = max(groups, key=lambda group: len(group[0]))
    turns = [_turn(conformer, movers, centre) for conformer in positions]
    roomiest = int(np.argmax([clearance(turn(LOOKS)).min() for turn in turns]))
    names = ", ".join(map(str, movers))
    about = (
        f"atoms {names} of conformer {conformers[roomiest]} turn by {360 // len(movers)}° about "
        f"atom {centre} until each is where the next one was"
    )
    return Path(TURN, about, turns[roomiest]), ""


def _hanging(topology: Topology, classes: Sequence[int]) -> list[tuple[list[int], int]]:
    """Two or three equivalent atoms with one bond to the same atom, and that atom."""
    groups: dict[tuple[int, int], list[int]] = {}
    for atom, bonded in enumerate(topology.neighbours):
        if len(bonded) == 1:
            groups.setdefault((bonded[0], classes[atom]), []).append(atom)
    return [(atoms[:3], centre) for (centre, _), atoms in groups.items() if len(atoms) > 1]


def _turn(
    conformer: np.ndarray, movers: Sequence[int], centre: int
) -> Callable[[np.ndarray], np.ndarray]:
    """The path of one conformer (atoms, 3) on which its atoms `movers` trade places."""
    atoms = list(movers)
    centroid = conformer[atoms].mean(axis=0)
    start = conformer[atoms] - centroid
    axis = _axis(start, centroid - conformer[centre])
    angle = 2 * np.pi / len(atoms)
    # Where each atom has to start for the turn alone to take it to its end.
    shifted_start = Rotation.from_rotvec(-angle * axis).apply(np.roll(start, -1, axis=0))

    def at(share: np.ndarray) -> np.ndarray:
        share = np.asarray(share)
        turned = Rotation.from_rotvec(angle * share[:, None] * axis).as_matrix()
        between = start + share[:, None, None] * (shifted_start - start)
        geometries = np.tile(conformer, (len(share), 1, 1))
        geometries[:, atoms] = centroid + between @ np.swapaxes(turned, 1, 2)
        return geometries

    return at


def _axis(start: np.ndarray, outwards: np.ndarray) -> np.ndarray:
    """Unit vector that two or three atoms turn about, around which they stand in their order."""
    across = start[1] - start[0]
    normal = np.cross(across, start[2] - start[0]) if len(start) == 3 else outwards
    if np.linalg.norm(normal) < SAME:  # in a line: any axis across it
        normal = np.cross(across, np.eye(3)[np.abs(across).argmin()])
    return normal / np.linalg.norm(normal)


def clearance(positions: np.ndarray) -> np.ndarray:
    """How near any two atoms are along a path, in units of their smaller distance at its ends.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å, from one end to the other.

    Returns
    -------
    (n,)
    """
    first, second = np.triu_indices(positions.shape[1], 1)
    distances = np.linalg.norm(positions[:, first] - positions[:, second], axis=2)
    return (distances / np.minimum(distances[0], distances[-1])).min(axis=1)
