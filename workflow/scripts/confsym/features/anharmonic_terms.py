"""What an energy of quantum chemistry needs beside a force field's terms and their products.

Higher powers, products of three, dihedrals that feel their neighbours, and inverse powers of
distances: the next terms of the expansions that class II force fields begin (Maple et al.,
J. Comput. Chem. 15, 162 (1994), doi:10.1002/jcc.540150207).
"""

from collections.abc import Iterator

import numpy as np

from confsym.features import terms
from confsym.features.coordinates import Coordinate, bends, spans, stretches
from confsym.features.functions import Cosine, InversePower, Power, Sine
from confsym.features.labels import atom_labels
from confsym.features.products import Factor, Product, table
from confsym.molecules.topology import Topology

MULTIPLES = (1, 2, 3)
HIGHER_MULTIPLES = (4, 5, 6)
MIXED_MULTIPLES = ((1, 2), (1, 3), (2, 3))
INVERSE_POWERS = (1, 2, 3, 4, 6, 8, 10, 12)
DISTANCE_UNIT = 2.5  # Å


def anharmonic_terms(
    positions: np.ndarray, topology: Topology, labels: str, depth: int
) -> tuple[list[str], np.ndarray]:
    """Sum each higher product over each class of equivalent terms.

    With u for the stretch of a bond, t for the bend of an angle, φ for a dihedral and r for a
    distance: t⁴, u u′ t, u² t, u t² and powers of the distance r₁₃ of an angle's ends; t t′ of
    opposite angles, t² t′ and u t t′ of two angles with the bond u in common; cos 4φ to cos 6φ,
    t² cos nφ, u u′ cos nφ of a dihedral's end bonds, u t cos nφ of an end bond and the far angle,
    t t′, cos nφ cos mφ′ and sin nφ sin mφ′ of adjacent dihedrals, also times the angle between
    them; and r⁻ᵖ of atoms three bonds, four bonds and further apart.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    topology
        Elements and bonds.
    labels, depth
        What makes atoms alike, as for `force_field_terms`.

    Returns
    -------
    names : list of str
        `angle_torsion_squared_C-C-C-HC_2`: kind of product, class, multiple n or power.
    values : (n, columns)
        Products of Å and rad; no unit.

    Raises
    ------
    StudyError
        If the labels are MMFF94's types and the molecule has none.
    """
    return table(products(topology, labels, depth), positions)


def products(topology: Topology, labels: str, depth: int) -> list[Product]:
    """The columns of `anharmonic_terms`, as sums of products of functions of coordinates."""
    names = atom_labels(topology, labels, depth)
    return [
        *_at_angles(topology, names),
        *_at_centres(topology, names),
        *_at_torsions(topology, names),
        *_at_oriented_torsions(topology, names),
        *_at_adjacent_torsions(topology, names),
        *_through_space(topology, names),
    ]


def _at_angles(topology: Topology, names: list[str]) -> Iterator[Product]:
    angles = terms.angles(topology, names, linear=False)
    bend, span = bends(angles.atoms), spans(topology, angles.atoms)
    first_stretch = Factor(stretches(topology, angles.atoms[:, :2]), Power(1))
    second_stretch = Factor(stretches(topology, angles.atoms[:, 1:]), Power(1))
    yield Product("angle", angles, "_4", (Factor(bend, Power(4)),))
    yield Product(
        "bond_bond_angle", angles, "", (first_stretch, second_stretch, Factor(bend, Power(1)))
    )
    for power in (1, 2, 3):
        yield Product("span", angles, f"_{power}", (Factor(span, Power(power)),))

    oriented = terms.oriented_angles(topology, names)
    arm, bend = stretches(topology, oriented.atoms[:, :2]), bends(oriented.atoms)
    for stretch_power, bend_power in ((2, 1), (1, 2)):
        factors = Factor(arm, Power(stretch_power)), Factor(bend, Power(bend_power))
        yield Product("stretch_bend", oriented, f"_{stretch_power}{bend_power}", factors)


def _at_centres(topology: Topology, names: list[str]) -> Iterator[Product]:
    opposite = terms.opposite_angles(topology, names)
    first_bend, second_bend = bends(opposite.atoms[:, :3]), bends(opposite.atoms[:, [3, 1, 4]])
    factors = Factor(first_bend, Power(1)), Factor(second_bend, Power(1))
    yield Product("opposite_angles", opposite, "", factors)

    forks = terms.forks(topology, names)
    shared = Factor(stretches(topology, forks.atoms[:, 1:3]), Power(1))
    first_bend, second_bend = bends(forks.atoms[:, :3]), bends(forks.atoms[:, [3, 1, 2]])
    factors = Factor(first_bend, Power(1)), Factor(second_bend, Power(1))
    yield Product("bond_angle_angle", forks, "", (shared, *factors))

    oriented = terms.oriented_forks(topology, names)
    first_bend, second_bend = bends(oriented.atoms[:, :3]), bends(oriented.atoms[:, [3, 1, 2]])
    factors = Factor(first_bend, Power(2)), Factor(second_bend, Power(1))
    yield Product("angle_angle", oriented, "_21", factors)


def _at_torsions(topology: Topology, names: list[str]) -> Iterator[Product]:
    torsions = terms.torsions(topology, names)
    dihedral = Coordinate("dihedral", torsions.atoms)
    for multiple in HIGHER_MULTIPLES:
        cosine = Factor(dihedral, Cosine(multiple))
        yield Product("torsion", torsions, f"_cos{multiple}", (cosine,))
    angles = (bends(torsions.atoms[:, :3]), bends(torsions.atoms[:, 1:]))
    ends = (torsions.atoms[:, :2], torsions.atoms[:, 2:])
    bent = tuple(Factor(angle, Power(1)) for angle in angles)
    stretched = tuple(Factor(stretches(topology, end), Power(1)) for end in ends)
    yield Product("angle_angle_torsion", torsions, "_0", bent)
    yield Product("bond_bond_torsion", torsions, "_0", stretched)
    for multiple in MULTIPLES:
        cosine = Factor(dihedral, Cosine(multiple))
        yield Product("bond_bond_torsion", torsions, f"_{multiple}", (*stretched, cosine))


def _at_oriented_torsions(topology: Topology, names: list[str]) -> Iterator[Product]:
    torsions = terms.oriented_torsions(topology, names)
    dihedral = Coordinate("dihedral", torsions.atoms)
    near_bend = Factor(bends(torsions.atoms[:, :3]), Power(2))
    end_stretch = Factor(stretches(topology, torsions.atoms[:, :2]), Power(1))
    far_bend = Factor(bends(torsions.atoms[:, 1:]), Power(1))
    yield Product("bond_angle_torsion", torsions, "_0", (end_stretch, far_bend))
    for multiple in MULTIPLES:
        suffix, cosine = f"_{multiple}", Factor(dihedral, Cosine(multiple))
        yield Product("angle_torsion_squared", torsions, suffix, (near_bend, cosine))
        yield Product("bond_angle_torsion", torsions, suffix, (end_stretch, far_bend, cosine))


def _at_adjacent_torsions(topology: Topology, names: list[str]) -> Iterator[Product]:
    chains = terms.adjacent_torsions(topology, names)
    middle_bend = Factor(bends(chains.atoms[:, 1:4]), Power(1))
    for function in (Cosine, Sine):
        name = function.__name__.lower()
        for multiple in MULTIPLES:
            factors = _neighbours(chains, function(multiple), function(multiple))
            yield Product(f"torsion_torsion_{name}", chains, f"_{multiple}{multiple}", factors)
        factors = _neighbours(chains, function(1), function(1))
        yield Product(f"torsion_angle_torsion_{name}", chains, "_11", (middle_bend, *factors))
    oriented = terms.oriented_adjacent_torsions(topology, names)
    for function in (Cosine, Sine):
        name = function.__name__.lower()
        for first_multiple, second_multiple in MIXED_MULTIPLES:
            factors = _neighbours(oriented, function(first_multiple), function(second_multiple))
            yield Product(
                f"torsion_torsion_{name}", oriented, f"_{first_multiple}{second_multiple}", factors
            )


def _neighbours(
    chains: terms.Terms, first_function: Cosine | Sine, second_function: Cosine | Sine
) -> tuple[Factor, ...]:
    """A function of the first dihedral of a chain of five atoms, and one of the second."""
    first = Coordinate("dihedral", chains.atoms[:, :4])
    second = Coordinate("dihedral", chains.atoms[:, 1:])
    return Factor(first, first_function), Factor(second, second_function)


def _through_space(topology: Topology, names: list[str]) -> Iterator[Product]:
    bonds_apart = topology.bond_distances
    for kind, mask in (
        ("14", bonds_apart == 3),
        ("15", bonds_apart == 4),
        ("far", bonds_apart > 4),
    ):
        pairs = terms.pairs(topology, names, mask)
        distance = Coordinate("distance", pairs.atoms)
        for power in INVERSE_POWERS:
            factor = Factor(distance, InversePower(power, DISTANCE_UNIT))
            yield Product(f"inverse_{kind}", pairs, f"_{power}", (factor,))
