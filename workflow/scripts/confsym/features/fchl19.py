"""FCHL19, the discretised representation of Faber, Christensen, Huang and von Lilienfeld."""

import numpy as np
from qmllib.representations import generate_fchl19

from confsym.features.per_element import elements, summed_by_element, summed_names, symbols
from confsym.molecules.topology import Topology


def fchl19(
    positions: np.ndarray,
    topology: Topology,
    radial_cutoff: float,
    angular_cutoff: float,
    radial_functions: int,
    angular_functions: int,
    radial_width: float,
    angular_eta: float,
    angular_zeta: float,
    radial_decay: float,
    angular_decay: float,
    angular_weight: float,
) -> tuple[list[str], np.ndarray]:
    """Sum FCHL19 over the atoms of each element.

    Christensen, Bratholm, Faber and von Lilienfeld, J. Chem. Phys. 152, 044107 (2020),
    doi:10.1063/1.5126701, as qmllib computes it. Two bodies: log-normal functions of r_ij on a
    grid, divided by r_ij^decay. Three bodies: Gaussians of (r_ij + r_ik) / 2 on a grid, times
    cos θ and sin θ, times the Axilrod–Teller factor (1 + 3 cos cos cos) / (r_ij r_ik r_jk)^decay.
    θ lies between 0 and π, so that sin θ does not see a reflection. It is an arc cosine, so that
    for atoms exactly in a line sin θ is 10⁻⁸ of round-off instead of 0.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    topology
        Elements.
    radial_cutoff, angular_cutoff
        Of two and of three bodies, Å.
    radial_functions, angular_functions
        Points of the two grids, evenly spaced up to the cutoffs.
    radial_width
        η₂, variance of the log-normal functions, Å².
    angular_eta
        η₃ of the Gaussians, 1/Å².
    angular_zeta
        ζ: the angular terms are damped by exp(−ζ²/2).
    radial_decay, angular_decay, angular_weight
        Powers of the distances, and the weight of the three-body part.

    Returns
    -------
    names : list of str
        `two_C_H_r1.33`: hydrogens about carbons; `three_C_HO_r2.4_cos`.
    values : (n, features)
        Å to the powers that the decays leave.
    """
    species = elements(topology)
    numbers = topology.numbers.astype(np.int32)
    values = [
        generate_fchl19(
            numbers,
            np.ascontiguousarray(place),
            elements=species,
            nRs2=radial_functions,
            nRs3=angular_functions,
            eta2=radial_width,
            eta3=angular_eta,
            zeta=angular_zeta,
            rcut=radial_cutoff,
            acut=angular_cutoff,
            two_body_decay=radial_decay,
            three_body_decay=angular_decay,
            three_body_weight=angular_weight,
        )
        for place in positions
    ]
    columns = _columns(
        topology,
        np.linspace(0, radial_cutoff, radial_functions + 1)[1:],
        np.linspace(0, angular_cutoff, angular_functions + 1)[1:],
    )
    return summed_names(topology, columns), summed_by_element(np.array(values), topology)


def _columns(topology: Topology, radial: np.ndarray, angular: np.ndarray) -> list[tuple[str, str]]:
    """Name an atom's columns in qmllib's order: the upper triangle of pairs, row by row."""
    found = symbols(topology)
    pairs = [one + other for row, one in enumerate(found) for other in found[row:]]
    two = [("two", f"{symbol}_r{r:.4g}") for symbol in found for r in radial]
    three = [
        ("three", f"{pair}_r{r:.4g}_{part}")
        for pair in pairs
        for r in angular
        for part in ("cos", "sin")
    ]
    return two + three
