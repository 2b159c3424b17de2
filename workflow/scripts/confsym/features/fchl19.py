"""FCHL19, the discretised representation of Faber, Christensen, Huang and von Lilienfeld."""

from collections.abc import Callable, Mapping

import numpy as np
from qmllib.representations import generate_fchl19

from confsym.features.descriptor_columns import DescriptorColumns
from confsym.features.per_element import elements, summed_by_element, summed_names, symbols
from confsym.molecules.topology import Topology

# What qmllib calls the parameters.
PARAMETERS = {
    "radial_cutoff": "rcut",
    "angular_cutoff": "acut",
    "radial_functions": "nRs2",
    "angular_functions": "nRs3",
    "radial_width": "eta2",
    "angular_eta": "eta3",
    "angular_zeta": "zeta",
    "radial_decay": "two_body_decay",
    "angular_decay": "three_body_decay",
    "angular_weight": "three_body_weight",
}


def fchl19(
    positions: np.ndarray, topology: Topology, **parameters: float
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
    describe = _describing(topology, parameters)
    values = [describe(np.ascontiguousarray(conformer)) for conformer in positions]
    names = summed_names(topology, _columns(topology, parameters))
    return names, summed_by_element(np.array(values), topology)


def columns(topology: Topology, **parameters: float) -> DescriptorColumns:
    """The columns of `fchl19` with their derivatives."""
    describe = _describing(topology, parameters)

    def slopes(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        values, gradients = describe(positions, gradients=True)
        flat = gradients.reshape(*values.shape, positions.size)
        return values, flat.transpose(0, 2, 1)

    return DescriptorColumns(topology, _columns(topology, parameters), slopes)


def _describing(topology: Topology, parameters: Mapping[str, float]) -> Callable:
    """A function of the positions alone: values, and derivatives if wanted, by qmllib."""
    numbers = topology.numbers.astype(np.int32)
    settings = {PARAMETERS[name]: value for name, value in parameters.items()}
    species = elements(topology)

    def describe(positions: np.ndarray, **options: bool):
        return generate_fchl19(numbers, positions, elements=species, **settings, **options)

    return describe


def _columns(topology: Topology, parameters: Mapping[str, float]) -> list[tuple[str, str]]:
    """Name an atom's columns in qmllib's order: the upper triangle of pairs, row by row."""
    radial, angular = (
        np.linspace(0, parameters[f"{part}_cutoff"], parameters[f"{part}_functions"] + 1)[1:]
        for part in ("radial", "angular")
    )
    species = symbols(topology)
    pairs = [first + second for row, first in enumerate(species) for second in species[row:]]
    two_body = [("two", f"{symbol}_r{r:.4g}") for symbol in species for r in radial]
    three_body = [
        ("three", f"{pair}_r{r:.4g}_{part}")
        for pair in pairs
        for r in angular
        for part in ("cos", "sin")
    ]
    return two_body + three_body
