"""Smooth overlap of atomic positions."""

from collections.abc import Sequence

import numpy as np
from ase import Atoms
from dscribe.descriptors import SOAP
from threadpoolctl import threadpool_limits

from confsym.errors import StudyError
from confsym.features.descriptor_columns import DescriptorColumns
from confsym.features.per_element import elements, summed_by_element, summed_names, symbols
from confsym.molecules.topology import Topology


def soap(
    positions: np.ndarray,
    topology: Topology,
    cutoff: float,
    radial_functions: int,
    degree: int,
    width: float,
) -> tuple[list[str], np.ndarray]:
    """Sum the power spectrum of each atom's neighbour density over the atoms of each element.

    Bartók, Kondor and Csányi, Phys. Rev. B 87, 184115 (2013), doi:10.1103/PhysRevB.87.184115, as
    DScribe computes it: the neighbours of an atom, itself among them, are Gaussians, whose sum for
    each element Z is expanded in radial functions g_nl (Gaussian-type orbitals, orthonormalised)
    and real spherical harmonics,

        p_i(Z n, Z' n', l) = π (8 / (2l + 1))^½ Σ_m c_i(Z n l m) c_i(Z' n' l m).

    Being a sum of squares over m, it does not see a reflection.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    topology
        Elements.
    cutoff
        Where the last radial function has decayed to a thousandth, Å.
    radial_functions, degree
        Numbers of n, and the largest l.
    width
        Standard deviation of the Gaussians, Å.

    Returns
    -------
    names : list of str
        `soap_C_H0_O2_l3`: about carbons, hydrogen's n = 0 with oxygen's n' = 2 at l = 3.
    values : (n, features)
        No unit.

    Raises
    ------
    StudyError
        As `neighbour_density` does.
    """
    spectrum = neighbour_density(elements(topology), cutoff, radial_functions, degree, width)
    systems = [Atoms(numbers=topology.numbers, positions=conformer) for conformer in positions]
    values = spectrum.create(systems, n_jobs=1)
    values = values.reshape(len(positions), len(topology.numbers), -1)
    columns_of_atom = _columns(topology, radial_functions, degree)
    return summed_names(topology, columns_of_atom), summed_by_element(values, topology)


def columns(
    topology: Topology, cutoff: float, radial_functions: int, degree: int, width: float
) -> DescriptorColumns:
    """The columns of `soap` with their derivatives; an atom's density moves with the atom."""
    spectrum = neighbour_density(elements(topology), cutoff, radial_functions, degree, width)

    def slopes(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        system = Atoms(numbers=topology.numbers, positions=positions)
        derivatives, values = spectrum.derivatives(system, attach=True, method="analytical")
        return values, derivatives.reshape(len(values), positions.size, -1)

    return DescriptorColumns(topology, _columns(topology, radial_functions, degree), slopes)


def neighbour_density(
    species: Sequence[int] | Sequence[str],
    cutoff: float,
    radial_functions: int,
    degree: int,
    width: float,
    periodic: bool = False,
) -> SOAP:
    """DScribe's power spectrum of each atom, for these elements; parameters as in `soap`.

    Raises
    ------
    StudyError
        If there are more radial functions than can be told apart within the cutoff.
    """
    try:
        with threadpool_limits(limits=1):  # more threads invert matrices with other last bits
            return SOAP(
                species=species,
                r_cut=cutoff,
                n_max=radial_functions,
                l_max=degree,
                sigma=width,
                periodic=periodic,
            )
    except ValueError as error:
        raise StudyError(
            f"soap: {radial_functions} radial functions cannot be told apart within a cutoff of "
            f"{cutoff:g} Å; lower radial_functions or raise cutoff."
        ) from error


def _columns(topology: Topology, radial_functions: int, degree: int) -> list[tuple[str, str]]:
    """DScribe's order; of two functions of one element only n ≤ n' is there."""
    species, columns = symbols(topology), []
    for index, first in enumerate(species):
        for second in species[index:]:
            columns += [
                ("soap", f"{first}{n}_{second}{k}_l{l}")
                for l in range(degree + 1)  # noqa: E741
                for n in range(radial_functions)
                for k in range(n if first == second else 0, radial_functions)
            ]
    return columns
