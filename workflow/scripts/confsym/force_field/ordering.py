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
    force_field: ForceField,
    previous_order: np.ndarray | None,
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
    force_field
        The force field.
    previous_order
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
    topology, name = force_field.topology, force_field.molecule["name"]
    if sorted(numbers) != sorted(topology.numbers):
        raise StudyError(
            f"the atoms are {formula(numbers)}, but this force field is of {name}, "
            f"{formula(topology.numbers)}; use it for that molecule alone."
        )

    def fits(atom_order: np.ndarray, differs: Callable[..., np.ndarray]) -> bool:
        alike = np.array_equal(numbers[atom_order], topology.numbers)
        return (
            alike and not differs(positions[None, atom_order], topology.numbers, topology.bonds)[0]
        )

    as_listed = np.arange(len(numbers))
    if previous_order is not None and fits(previous_order, order.unlike):
        return previous_order
    if fits(as_listed, order.unlike):
        return _settled(as_listed, positions, force_field, surface)
    if previous_order is not None and fits(previous_order, _cannot_be):
        return previous_order
    for matches_at_cutoff in order.matches(
        positions, numbers, topology.numbers, topology.bonds, max_matches=1
    ):
        start_order = (
            as_listed if _same_bonds(matches_at_cutoff[0], topology) else matches_at_cutoff[0]
        )
        return _settled(start_order, positions, force_field, surface)
    if fits(as_listed, _cannot_be):
        return as_listed
    raise StudyError(
        f"the atoms have the elements of {name}, but other bonds by their distances; this force "
        "field describes no other isomer, and no broken bond."
    )


def _cannot_be(positions: np.ndarray, numbers: np.ndarray, bonds: np.ndarray) -> np.ndarray:
    return order.torn(positions, numbers, bonds) | order.newly_bonded(positions, numbers, bonds)


def _same_bonds(atom_order: np.ndarray, topology: Topology) -> bool:
    """Whether an order leaves elements and bonds as they are, so that atoms can stay as listed."""
    listed_bonds, molecule_bonds = (
        {frozenset(pair) for pair in b.tolist()}
        for b in (atom_order[topology.bonds], topology.bonds)
    )
    return (
        np.array_equal(topology.numbers[atom_order], topology.numbers)
        and listed_bonds == molecule_bonds
    )


def _settled(
    start_order: np.ndarray, positions: np.ndarray, force_field: ForceField, surface: Surface
) -> np.ndarray:
    """Of all ways to list atoms that elements and bonds cannot tell apart, the right one.

    Any way is right if the force field does not tell them apart either. Else the lengths of the
    bonds decide: they show which bonds are double. If the lengths leave it open, the listed order
    counts, if it is one of the ways.

    Parameters
    ----------
    start_order : (atoms,)
        One of the ways; the atoms as they are listed, if that is one.
    positions, force_field, surface
        As `find` takes them.

    Raises
    ------
    StudyError
        If it is open which way is right.
    """
    if not _tells_apart(force_field):
        return start_order
    topology, rng = force_field.topology, np.random.default_rng(0)
    skeleton = graphs.graph(topology.numbers, topology.bonds)
    drawn_orders = [start_order[random_automorphism(skeleton, rng)] for _ in range(WAYS)]
    orders = np.concatenate([start_order[None], np.unique(drawn_orders, axis=0)])
    shaken = positions + SHAKEN * rng.normal(size=positions.shape)
    energy, _ = surface(shaken[orders])
    lengths = pair_distances(positions[orders], *topology.bonds.T)
    misfit = ((lengths - np.array(force_field.training.lengths)) ** 2).sum(axis=1)
    scatter = max(misfit.min() / len(topology.bonds), SCATTER**2)
    is_possible = misfit <= misfit.min() + RULED_OUT * scatter
    as_listed = np.array_equal(start_order, np.arange(len(start_order)))
    if as_listed and (is_possible[0] or np.ptp(energy) < SAME):
        return start_order
    if np.ptp(energy[is_possible]) < SAME:
        return orders[misfit.argmin()]
    if as_listed:
        return start_order
    raise StudyError(
        f"bonds do not say which atom of {force_field.molecule['name']} is which, and this force "
        "field tells like atoms apart; list the atoms as the geometries that it learned from do."
    )


def _tells_apart(force_field: ForceField) -> bool:
    """Whether atoms that elements and bonds cannot tell apart may differ to a force field."""
    fixed_bonds = force_field.baseline and LEVELS[force_field.baseline.name].fixed_bonds
    return bool(fixed_bonds) or "equivalent_swap" not in MODELS[force_field.kind].claimed
