"""Which atom of a molecule each atom of a geometry is."""

from collections.abc import Callable

import numpy as np

from confsym.datasets import order
from confsym.datasets.elements import formula
from confsym.energies.registry import LEVELS
from confsym.errors import StudyError
from confsym.force_field.record import ForceField
from confsym.geometry.internal import pair_distances
from confsym.models.registry import MODELS
from confsym.molecules import graphs
from confsym.molecules.automorphisms import random_automorphism
from confsym.molecules.topology import Topology

Surface = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]

WAYS = 128  # random ones to list atoms that elements and bonds cannot tell apart
SHAKEN = 0.05  # Å: energies of a symmetric geometry would agree by chance
# kcal/mol: below what matters. Where a level has the two oxygens of a nitro group alike and a Lewis
# structure has not, models of it tell them apart by about so much, which is their error.
SAME = 0.02
# So much less likely than the nearest are bond lengths of a way that is ruled out: the logarithm of
# the odds, doubled, where lengths scatter about their means as those of the nearest way do, or by
# so much, Å, if they scatter less.
RULED_OUT, SCATTER = 20, 0.01


def find(
    numbers: np.ndarray,
    positions: np.ndarray,
    known: ForceField,
    before: np.ndarray | None,
    surface: Surface,
) -> np.ndarray:
    """Put the atoms of a geometry in the order of a force field's molecule.

    An order that was right before stays so as long as no bond is torn and no heavy atoms come as
    near as bonded ones, so that a trajectory has one order, whatever its hydrogens do on the way.

    Parameters
    ----------
    numbers : (atoms,)
        Atomic numbers, as the geometry lists them.
    positions : (atoms, 3)
        Å.
    known
        The force field.
    before
        The order (atoms,) of the geometry before, if there was one.
    surface
        Energies, kcal/mol, and forces of geometries (n, atoms, 3) in the molecule's order.

    Returns
    -------
    (atoms,)
        Atom k of the molecule is atom order[k] of the geometry.

    Raises
    ------
    StudyError
        If elements or bonds are those of another molecule, or if bonds leave open which atom is
        which and it matters.
    """
    topology, name = known.topology, known.molecule["name"]
    if sorted(numbers) != sorted(topology.numbers):
        raise StudyError(
            f"the atoms are {formula(numbers)}, but this force field is of {name}, "
            f"{formula(topology.numbers)}; use it for that molecule alone."
        )

    def fits(one: np.ndarray, wrong: Callable[..., np.ndarray]) -> bool:
        alike = np.array_equal(numbers[one], topology.numbers)
        return alike and not wrong(positions[None, one], topology.numbers, topology.bonds)[0]

    listed = np.arange(len(numbers))
    if before is not None and fits(before, order.unlike):
        return before
    if fits(listed, order.unlike):
        return _settled(listed, positions, known, surface)
    if before is not None and fits(before, _cannot_be):
        return before
    for found in order.matches(positions, numbers, topology.numbers, topology.bonds, most=1):
        first = listed if _same_bonds(found[0], topology) else found[0]
        return _settled(first, positions, known, surface)
    if fits(listed, _cannot_be):
        return listed
    raise StudyError(
        f"the atoms have the elements of {name}, but other bonds by their distances; this force "
        "field describes no other isomer, and no broken bond."
    )


def _cannot_be(positions: np.ndarray, numbers: np.ndarray, bonds: np.ndarray) -> np.ndarray:
    return order.torn(positions, numbers, bonds) | order.made(positions, numbers, bonds)


def _same_bonds(one: np.ndarray, topology: Topology) -> bool:
    """Whether an order leaves elements and bonds as they are, so that atoms can stay as listed."""
    here, there = (
        {frozenset(pair) for pair in b.tolist()} for b in (one[topology.bonds], topology.bonds)
    )
    return np.array_equal(topology.numbers[one], topology.numbers) and here == there


def _settled(
    first: np.ndarray, positions: np.ndarray, known: ForceField, surface: Surface
) -> np.ndarray:
    """Of all ways to list atoms that elements and bonds cannot tell apart, the right one.

    Any way is right if the force field does not tell them apart either. Else the lengths of the
    bonds decide: they show which bonds are double. If the lengths leave it open, the listed order
    counts, if it is one of the ways.

    Parameters
    ----------
    first : (atoms,)
        One of the ways; the atoms as they are listed, if that is one.
    positions, known, surface
        As `find` takes them.

    Raises
    ------
    StudyError
        If it is open which way is right.
    """
    if not _tells_apart(known):
        return first
    topology, rng = known.topology, np.random.default_rng(0)
    skeleton = graphs.graph(topology.numbers, topology.bonds)
    drawn = [first[random_automorphism(skeleton, rng)] for _ in range(WAYS)]
    ways = np.concatenate([first[None], np.unique(drawn, axis=0)])
    shaken = positions + SHAKEN * rng.normal(size=positions.shape)
    energy, _ = surface(shaken[ways])
    lengths = pair_distances(positions[ways], *topology.bonds.T)
    misfit = ((lengths - np.array(known.training.lengths)) ** 2).sum(axis=1)
    scatter = max(misfit.min() / len(topology.bonds), SCATTER**2)
    near = misfit <= misfit.min() + RULED_OUT * scatter
    as_listed = np.array_equal(first, np.arange(len(first)))
    if as_listed and (near[0] or np.ptp(energy) < SAME):
        return first
    if np.ptp(energy[near]) < SAME:
        return ways[misfit.argmin()]
    if as_listed:
        return first
    raise StudyError(
        f"bonds do not say which atom of {known.molecule['name']} is which, and this force field "
        "tells like atoms apart; list the atoms as the geometries that it learned from do."
    )


def _tells_apart(known: ForceField) -> bool:
    """Whether atoms that elements and bonds cannot tell apart may differ to a force field."""
    below = known.baseline and LEVELS[known.baseline.name].fixed_bonds
    return bool(below) or "equivalent_swap" not in MODELS[known.kind].claimed
