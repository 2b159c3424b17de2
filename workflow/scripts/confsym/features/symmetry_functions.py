"""Behler and Parrinello's atom-centred symmetry functions."""

import numpy as np
from ase import Atoms
from dscribe.descriptors import ACSF

from confsym.features.per_element import elements, summed_by_element, summed_names, symbols
from confsym.features.symmetry_function_grid import angular_grid, radial_grid
from confsym.molecules.topology import Topology


def symmetry_functions(
    positions: np.ndarray,
    topology: Topology,
    radial_cutoff: float,
    radial_start: float,
    radial_functions: int,
    radial_width: float,
    angular_cutoff: float,
    angular_eta: list[float],
    angular_zeta: list[float],
    angular_lambda: list[int],
) -> tuple[list[str], np.ndarray]:
    """Sum symmetry functions over the atoms of each element.

    Behler, J. Chem. Phys. 134, 074106 (2011), doi:10.1063/1.3553717, as DScribe computes them.
    With f(r) = ½ cos(π r / cutoff) + ½ within the cutoff and 0 beyond,

        G1_i = Σ_j f(r_ij),
        G2_i = Σ_j exp(−η (r_ij − r_s)²) f(r_ij),
        G4_i = 2^(1−ζ) Σ_j<k (1 + λ cos θ_jik)^ζ exp(−η (r_ij² + r_ik² + r_jk²)) f f f,

    f in G4 for each of the three distances. Radial and angular functions have cutoffs of their own,
    because nearly all of the time goes into triples, whose number grows fast with the cutoff.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    topology
        Elements.
    radial_cutoff, angular_cutoff
        Å.
    radial_start, radial_functions, radial_width
        Centre of the first G2 in Å, number of G2, and their standard deviation in Å, which gives
        η = 1 / (2 width²).
    angular_eta, angular_zeta, angular_lambda
        η in 1/Å², ζ and λ of G4, in all combinations; no G4 where there is no η.

    Returns
    -------
    names : list of str
        `G2_C_H_r1.125`: hydrogens about carbons, r_s = 1.125 Å; `G4_C_HO_eta0.1_zeta4_lambda-1`.
    values : (n, features)
        No unit.
    """
    eta, shifts = radial_grid(radial_cutoff, radial_start, radial_functions, radial_width)
    triples = angular_grid(angular_eta, angular_zeta, angular_lambda)
    species = elements(topology)
    systems = [Atoms(numbers=topology.numbers, positions=place) for place in positions]
    shape = (len(positions), len(topology.numbers), -1)
    radial = ACSF(r_cut=radial_cutoff, g2_params=[[eta, r] for r in shifts], species=species)
    two = radial.create(systems, n_jobs=1).reshape(shape)
    names = summed_names(topology, _radial_columns(topology, shifts))
    values = summed_by_element(two, topology)
    if triples:
        angular = ACSF(r_cut=angular_cutoff, g4_params=triples, species=species)
        three = angular.create(systems, n_jobs=1).reshape(shape)[:, :, len(species) :]  # no G1
        names += summed_names(topology, _angular_columns(topology, triples))
        values = np.concatenate([values, summed_by_element(three, topology)], axis=1)
    return names, values


def _radial_columns(topology: Topology, shifts: np.ndarray) -> list[tuple[str, str]]:
    columns = []
    for neighbour in symbols(topology):
        columns.append(("G1", neighbour))
        columns += [("G2", f"{neighbour}_r{shift:.6g}") for shift in shifts]
    return columns


def _angular_columns(
    topology: Topology, triples: list[tuple[float, float, int]]
) -> list[tuple[str, str]]:
    """DScribe's order: the lower triangle of pairs of elements, row by row."""
    found = symbols(topology)
    pairs = [f"{other}{one}" for row, one in enumerate(found) for other in found[: row + 1]]
    return [
        ("G4", f"{pair}_eta{eta:g}_zeta{zeta:g}_lambda{sign:+d}")
        for pair in pairs
        for eta, zeta, sign in triples
    ]
