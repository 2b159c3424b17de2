"""The functions that a force field is a linear combination of, summed over equivalent terms.

MMFF94 (Halgren, J. Comput. Chem. 17, 490 (1996)) is exactly linear in these columns: a bond's
quartic and an angle's cubic are combinations of powers about any origin, a torsion one of three
cosines, and a van der Waals pair a multiple of one known function of r / R*.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from confsym.features import terms
from confsym.features.coordinates import Coordinate, bends, stretches
from confsym.features.functions import Buffered147, BufferedInverse, Cosine, InversePower, Power
from confsym.features.labels import atom_labels, charge_labels, mmff_atoms
from confsym.features.products import Factor, Product, table
from confsym.molecules.topology import Topology

COULOMB_BUFFER = 0.05  # Å
NON_BONDED = 3  # bonds between atoms that interact through space, at least


def force_field_terms(
    positions: np.ndarray,
    topology: Topology,
    labels: str,
    depth: int,
    pairs: str,
    radii: Sequence[float],
    powers: Sequence[int],
) -> tuple[list[str], np.ndarray]:
    """Sum each function of a force field over each class of equivalent terms.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    topology
        Elements, bonds, and for some options what MMFF94 says of the atoms.
    labels
        What makes atoms alike: "mmff_types", "neighbourhood" or "elements".
    depth
        Bonds that a neighbourhood reaches; one fewer for van der Waals pairs, which see an atom's
        type alone, while charges come from the neighbours' types too.
    pairs
        Functions of the distance of non-bonded atoms: "mmff_radii", the buffered 14-7 function
        with MMFF94's R* of each pair; "radius_grid", that function with each of `radii`;
        "inverse_powers", r⁻ᵖ for each p of `powers`.
    radii
        Å.
    powers
        Exponents p.

    Returns
    -------
    names : list of str
        `bond_C1-H5_2`: kind of term, class, power (or multiple of the dihedral, or radius).
    values : (n, columns)
        Powers of Å and rad; pure numbers; 1/Å.

    Raises
    ------
    StudyError
        If an option needs MMFF94's types and the molecule has none.
    """
    return table(products(topology, labels, depth, pairs, radii, powers), positions)


def products(
    topology: Topology,
    labels: str,
    depth: int,
    pairs: str,
    radii: Sequence[float],
    powers: Sequence[int],
) -> list[Product]:
    """The columns of `force_field_terms`, as sums of products of functions of coordinates."""
    names = atom_labels(topology, labels, depth)
    kinds = atom_labels(topology, labels, max(depth - 1, 0))
    return [
        *_bonded(topology, names),
        *_out_of_plane(topology, names),
        *_van_der_waals(topology, kinds, pairs, radii, powers),
        *_electrostatic(topology, charge_labels(topology, names, labels)),
    ]


def _bonded(topology: Topology, names: list[str]) -> Iterator[Product]:
    bonds = terms.bonds(topology, names)
    stretch = stretches(topology, bonds.atoms)
    for power in (1, 2, 3, 4):
        yield Product("bond", bonds, f"_{power}", (Factor(stretch, Power(power)),))

    angles = terms.angles(topology, names, linear=False)
    bend = bends(angles.atoms)
    for power in (1, 2, 3):
        yield Product("angle", angles, f"_{power}", (Factor(bend, Power(power)),))
    straight = terms.angles(topology, names, linear=True)
    cosine = Coordinate("angle_cosine", straight.atoms)
    yield Product("angle", straight, "_cos", (Factor(cosine, Power(1)),))

    oriented = terms.oriented_angles(topology, names)
    arm = Factor(stretches(topology, oriented.atoms[:, :2]), Power(1))
    bend = Factor(bends(oriented.atoms), Power(1))
    # Not the product alone: the origins of stretch and bend are not MMFF94's own.
    yield Product("arm", oriented, "_1", (arm,))
    yield Product("stretch_bend", oriented, "_1", (arm, bend))

    torsions = terms.torsions(topology, names)
    dihedral = Coordinate("dihedral", torsions.atoms)
    for multiple in (1, 2, 3):
        cosine = Factor(dihedral, Cosine(multiple))
        yield Product("torsion", torsions, f"_cos{multiple}", (cosine,))


def _out_of_plane(topology: Topology, names: list[str]) -> Iterator[Product]:
    wedges = terms.wedges(topology, names)
    angle = Coordinate("out_of_plane", wedges.atoms)
    yield Product("out_of_plane", wedges, "_2", (Factor(angle, Power(2)),))


def _van_der_waals(
    topology: Topology,
    names: list[str],
    shape: str,
    radii: Sequence[float],
    powers: Sequence[int],
) -> Iterator[Product]:
    pairs = terms.pairs(topology, names, topology.bond_distances >= NON_BONDED)
    distance = Coordinate("distance", pairs.atoms)
    if shape == "mmff_radii":
        mmff = mmff_atoms(topology, "pairs: mmff_radii")
        types = np.sort(mmff.types[pairs.atoms], axis=1).tolist()
        radius = np.array([mmff.radii[tuple(pair)] for pair in types])
        ratio = Coordinate("distance", pairs.atoms, scale=radius)
        yield Product("van_der_waals", pairs, "", (Factor(ratio, Buffered147(1.0)),))
    elif shape == "radius_grid":
        for radius in radii:
            well = Factor(distance, Buffered147(radius))
            yield Product("van_der_waals", pairs, f"_{radius:g}", (well,))
    else:
        for power in powers:
            # In units of 2 Å: high powers of distances in Å would span ten orders of magnitude.
            fall = Factor(distance, InversePower(power, 2.0))
            yield Product("inverse", pairs, f"_{power}", (fall,))


def _electrostatic(topology: Topology, names: list[str]) -> Iterator[Product]:
    apart = topology.bond_distances
    for kind, mask in (("coulomb_14", apart == NON_BONDED), ("coulomb", apart > NON_BONDED)):
        pairs = terms.pairs(topology, names, mask)
        distance = Coordinate("distance", pairs.atoms)
        yield Product(kind, pairs, "", (Factor(distance, BufferedInverse(COULOMB_BUFFER)),))
