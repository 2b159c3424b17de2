"""How a force field's terms pull at each other: products of neighbouring bonds, angles, dihedrals.

MMFF94 has none of these but stretch-bend. Class II force fields fitted to quantum chemistry do
(Maple et al., J. Comput. Chem. 15, 162 (1994), doi:10.1002/jcc.540150207).
"""

from collections.abc import Iterator

import numpy as np

from confsym.features import terms
from confsym.features.coordinates import Coordinate, bends, stretches
from confsym.features.functions import Cosine, Power
from confsym.features.labels import atom_labels
from confsym.features.products import Factor, Product, table
from confsym.molecules.topology import Topology

MULTIPLES = (1, 2, 3)


def coupled_terms(
    positions: np.ndarray, topology: Topology, labels: str, depth: int
) -> tuple[list[str], np.ndarray]:
    """Sum each product of neighbouring terms over each class of equivalent products.

    With b for the stretch of a bond, θ for the bend of an angle and φ for a dihedral: b b′ of an
    angle's two bonds, θ θ′ of two angles with a bond in common, and b cos nφ, θ cos nφ and
    θ θ′ cos nφ of a dihedral and its own bonds and angles.

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
        `angle_torsion_C1-C1-C1-H5_2`: kind of product, class, multiple n.
    values : (n, columns)
        Å², rad², Å, rad.

    Raises
    ------
    StudyError
        If the labels are MMFF94's types and the molecule has none.
    """
    return table(products(topology, labels, depth), positions)


def products(topology: Topology, labels: str, depth: int) -> list[Product]:
    """The columns of `coupled_terms`, as sums of products of functions of coordinates."""
    names = atom_labels(topology, labels, depth)
    return [*_at_angles(topology, names), *_at_torsions(topology, names)]


def _at_angles(topology: Topology, names: list[str]) -> Iterator[Product]:
    angles = terms.angles(topology, names, linear=False)
    first_factor = Factor(stretches(topology, angles.atoms[:, :2]), Power(1))
    second_factor = Factor(stretches(topology, angles.atoms[:, 1:]), Power(1))
    yield Product("bond_bond", angles, "", (first_factor, second_factor))
    forks = terms.forks(topology, names)
    first_factor = Factor(bends(forks.atoms[:, [0, 1, 2]]), Power(1))
    second_factor = Factor(bends(forks.atoms[:, [3, 1, 2]]), Power(1))
    yield Product("angle_angle", forks, "", (first_factor, second_factor))


def _at_torsions(topology: Topology, names: list[str]) -> Iterator[Product]:
    torsions = terms.torsions(topology, names)
    dihedral = Coordinate("dihedral", torsions.atoms)
    middle_stretch = Factor(stretches(topology, torsions.atoms[:, 1:3]), Power(1))
    first_bend = Factor(bends(torsions.atoms[:, :3]), Power(1))
    second_bend = Factor(bends(torsions.atoms[:, 1:]), Power(1))
    oriented = terms.oriented_torsions(topology, names)
    oriented_dihedral = Coordinate("dihedral", oriented.atoms)
    end_stretch = Factor(stretches(topology, oriented.atoms[:, :2]), Power(1))
    end_bend = Factor(bends(oriented.atoms[:, :3]), Power(1))
    for multiple in MULTIPLES:
        suffix = f"_{multiple}"
        cosine, oriented_cosine = (
            Factor(dihedral, Cosine(multiple)),
            Factor(oriented_dihedral, Cosine(multiple)),
        )
        yield Product("middle_bond_torsion", torsions, suffix, (middle_stretch, cosine))
        yield Product("angle_angle_torsion", torsions, suffix, (first_bend, second_bend, cosine))
        yield Product("end_bond_torsion", oriented, suffix, (end_stretch, oriented_cosine))
        yield Product("angle_torsion", oriented, suffix, (end_bend, oriented_cosine))
