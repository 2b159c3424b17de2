"""How a force field's terms pull at each other: products of neighbouring bonds, angles, dihedrals.

MMFF94 has none of these but stretch-bend. Class II force fields fitted to quantum chemistry do
(Maple et al., J. Comput. Chem. 15, 162 (1994), doi:10.1002/jcc.540150207).
"""

from collections.abc import Iterator

import numpy as np

from confsym.features import terms
from confsym.features.force_field_terms import ANGLE_ORIGIN, Part, usual_lengths
from confsym.features.labels import atom_labels
from confsym.geometry.internal import bond_angles, bond_lengths, dihedral_phases
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
    names = atom_labels(topology, labels, depth)
    parts = [*_at_angles(positions, topology, names), *_at_torsions(positions, topology, names)]
    columns = [f"{prefix}_{name}{suffix}" for prefix, found, suffix, _ in parts for name in found]
    return columns, np.concatenate([values for *_, values in parts], axis=1)


def _at_angles(positions: np.ndarray, topology: Topology, names: list[str]) -> Iterator[Part]:
    angles = terms.angles(topology, names, linear=False)
    one, other = angles.atoms[:, :2], angles.atoms[:, 1:]
    product = _stretch(positions, topology, one) * _stretch(positions, topology, other)
    yield "bond_bond", angles.names, "", angles.sums(product)
    forks = terms.forks(topology, names)
    product = _bend(positions, forks.atoms[:, [0, 1, 2]]) * _bend(
        positions, forks.atoms[:, [3, 1, 2]]
    )
    yield "angle_angle", forks.names, "", forks.sums(product)


def _at_torsions(positions: np.ndarray, topology: Topology, names: list[str]) -> Iterator[Part]:
    torsions = terms.torsions(topology, names)
    middle = _stretch(positions, topology, torsions.atoms[:, 1:3])
    both = _bend(positions, torsions.atoms[:, :3]) * _bend(positions, torsions.atoms[:, 1:])
    phase = dihedral_phases(positions, torsions.atoms)
    oriented = terms.oriented_torsions(topology, names)
    end = _stretch(positions, topology, oriented.atoms[:, :2])
    angle = _bend(positions, oriented.atoms[:, :3])
    turned = dihedral_phases(positions, oriented.atoms)
    for multiple in MULTIPLES:
        suffix, cosine, again = f"_{multiple}", (phase**multiple).real, (turned**multiple).real
        yield "middle_bond_torsion", torsions.names, suffix, torsions.sums(middle * cosine)
        yield "angle_angle_torsion", torsions.names, suffix, torsions.sums(both * cosine)
        yield "end_bond_torsion", oriented.names, suffix, oriented.sums(end * again)
        yield "angle_torsion", oriented.names, suffix, oriented.sums(angle * again)


def _stretch(positions: np.ndarray, topology: Topology, bonds: np.ndarray) -> np.ndarray:
    return bond_lengths(positions, bonds) - usual_lengths(topology, bonds)


def _bend(positions: np.ndarray, angles: np.ndarray) -> np.ndarray:
    return bond_angles(positions, angles) - ANGLE_ORIGIN
