"""The functions that a force field is a linear combination of, summed over equivalent terms.

MMFF94 (Halgren, J. Comput. Chem. 17, 490 (1996)) is exactly linear in these columns: a bond's
quartic and an angle's cubic are combinations of powers about any origin, a torsion one of three
cosines, and a van der Waals pair a multiple of one known function of r / R*.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from rdkit.Chem import GetPeriodicTable

from confsym.features import terms
from confsym.features.labels import atom_labels, charge_labels, mmff_atoms
from confsym.geometry.internal import bond_angles, bond_lengths, dihedral_phases, pair_distances
from confsym.molecules.topology import Topology

ANGLE_ORIGIN = 2.0  # rad; any number near a usual angle serves
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
        What makes atoms alike: "mmff_types" or "neighbourhood".
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
    names = atom_labels(topology, labels, depth)
    kinds = atom_labels(topology, labels, max(depth - 1, 0))
    parts = [
        *_bonded(positions, topology, names),
        *_out_of_plane(positions, topology, names),
        *_van_der_waals(positions, topology, kinds, pairs, radii, powers),
        *_electrostatic(positions, topology, charge_labels(topology, names, labels)),
    ]
    columns = [f"{prefix}_{name}{suffix}" for prefix, found, suffix, _ in parts for name in found]
    return columns, np.concatenate([values for *_, values in parts], axis=1)


Part = tuple[str, list[str], str, np.ndarray]  # kind of term, classes, suffix, sums (n, classes)


def _bonded(positions: np.ndarray, topology: Topology, names: list[str]) -> Iterator[Part]:
    bonds = terms.bonds(topology, names)
    stretch = bond_lengths(positions, bonds.atoms) - usual_lengths(topology, bonds.atoms)
    for power in (1, 2, 3, 4):
        yield "bond", bonds.names, f"_{power}", bonds.sums(stretch**power)

    angles = terms.angles(topology, names, linear=False)
    bend = bond_angles(positions, angles.atoms) - ANGLE_ORIGIN
    for power in (1, 2, 3):
        yield "angle", angles.names, f"_{power}", angles.sums(bend**power)
    straight = terms.angles(topology, names, linear=True)
    cosine = np.cos(bond_angles(positions, straight.atoms))
    yield "angle", straight.names, "_cos", straight.sums(cosine)

    oriented = terms.oriented_angles(topology, names)
    arms = oriented.atoms[:, :2]
    stretch = bond_lengths(positions, arms) - usual_lengths(topology, arms)
    bend = bond_angles(positions, oriented.atoms) - ANGLE_ORIGIN
    # Not the product alone: the origins of stretch and bend are not MMFF94's own.
    yield "arm", oriented.names, "_1", oriented.sums(stretch)
    yield "stretch_bend", oriented.names, "_1", oriented.sums(stretch * bend)

    torsions = terms.torsions(topology, names)
    phase = dihedral_phases(positions, torsions.atoms)
    for multiple in (1, 2, 3):
        yield "torsion", torsions.names, f"_cos{multiple}", torsions.sums((phase**multiple).real)


def _out_of_plane(positions: np.ndarray, topology: Topology, names: list[str]) -> Iterator[Part]:
    wedges = terms.wedges(topology, names)
    angle = wilson_angles(positions, wedges.atoms)
    yield "out_of_plane", wedges.names, "_2", wedges.sums(angle**2)


def _van_der_waals(
    positions: np.ndarray,
    topology: Topology,
    names: list[str],
    shape: str,
    radii: Sequence[float],
    powers: Sequence[int],
) -> Iterator[Part]:
    pairs = terms.pairs(topology, names, topology.bond_distances >= NON_BONDED)
    r = pair_distances(positions, *pairs.atoms.T)
    if shape == "mmff_radii":
        mmff = mmff_atoms(topology, "pairs: mmff_radii")
        types = np.sort(mmff.types[pairs.atoms], axis=1).tolist()
        radius = np.array([mmff.radii[tuple(pair)] for pair in types])
        yield "van_der_waals", pairs.names, "", pairs.sums(buffered_14_7(r / radius))
    elif shape == "radius_grid":
        for radius in radii:
            name = f"_{radius:g}"
            yield "van_der_waals", pairs.names, name, pairs.sums(buffered_14_7(r / radius))
    else:
        for power in powers:
            # In units of 2 Å: high powers of distances in Å would span ten orders of magnitude.
            yield "inverse", pairs.names, f"_{power}", pairs.sums((2 / r) ** power)


def _electrostatic(positions: np.ndarray, topology: Topology, names: list[str]) -> Iterator[Part]:
    apart = topology.bond_distances
    for kind, mask in (("coulomb_14", apart == NON_BONDED), ("coulomb", apart > NON_BONDED)):
        pairs = terms.pairs(topology, names, mask)
        r = pair_distances(positions, *pairs.atoms.T)
        yield kind, pairs.names, "", pairs.sums(1 / (r + COULOMB_BUFFER))


def usual_lengths(topology: Topology, bonds: np.ndarray) -> np.ndarray:
    """(bonds,) sums of the covalent radii of bonded atoms (bonds, 2), Å."""
    table = GetPeriodicTable()
    radii = np.array([table.GetRcovalent(int(number)) for number in topology.numbers])
    return radii[bonds].sum(axis=1)


def buffered_14_7(ratio: np.ndarray) -> np.ndarray:
    """MMFF94's van der Waals energy in units of its well depth, at distances in units of R*.

    Halgren, J. Am. Chem. Soc. 114, 7827 (1992), doi:10.1021/ja00046a032.
    """
    seventh = ratio**7
    return (1.07 / (ratio + 0.07)) ** 7 * (1.12 / (seventh + 0.12) - 2)


def wilson_angles(positions: np.ndarray, wedges: np.ndarray) -> np.ndarray:
    """Angle between the bond j-l and the plane i-j-k: (n, atoms, 3), (wedges, 4) to (n, wedges).

    In rad, for i, j, k, l as columns; zero where i, j and k lie in a line.
    """
    i, j, k, far = (positions[:, column] for column in wedges.T)
    normal, bond = np.cross(i - j, k - j), far - j
    size = np.sqrt(np.einsum("...x,...x->...", normal, normal))
    size *= np.sqrt(np.einsum("...x,...x->...", bond, bond))
    sine = np.einsum("...x,...x->...", normal, bond) / np.where(size > 0, size, 1)
    return np.arcsin(np.clip(sine, -1, 1))
