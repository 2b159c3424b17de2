"""Smeared pair-correlation functions: how many pairs of a class are how far apart."""

import numpy as np

from confsym.features.pair_classes import pair_classes
from confsym.geometry.internal import pair_distances
from confsym.molecules.topology import Topology

PER_WIDTH = 1.6  # places of the grid in a width
MARGIN = 4.7  # widths that the grid reaches beyond distances of 0 and of the cutoff
BLOCK = 100  # conformers at a time: their pairs stay in the processor's cache


def pair_correlations(
    positions: np.ndarray, topology: Topology, width: float, cutoff: float, separated: int
) -> tuple[list[str], np.ndarray]:
    """Smear the distances of each class of pairs over an even grid.

    A class holds the pairs of the same two elements with the same number of bonds between them,
    those with more than `separated` in one. With w the width, h = w / 1.6 the spacing of the grid
    and f(d) = ½ + ½ cos(π d / cutoff) within the cutoff and 0 beyond, the column of class c and
    place μ is

        Φ_cμ = (h / (w √π))^½ Σ_{p in c} f(d_p) exp(−(d_p − μ)² / (2 w²)),

    the distance distribution of Huo and Rupp, Mach. Learn.: Sci. Technol. 3, 045017 (2022),
    doi:10.1088/2632-2153/aca005. The dot product of two conformers' columns is the sum over μ, by
    the trapezoidal rule, that stands for the integral

        K = Σ_c Σ_{p in c} Σ_{q in c} f(d_p) f(d'_q) exp(−(d_p − d'_q)² / (4 w²)).

    The rule's relative error is at most 2 exp(−π² w² / h²) = 2·10⁻¹¹ (Trefethen and Weideman, SIAM
    Rev. 56, 385 (2014), doi:10.1137/130932132), and as little again is lost beyond the grid's ends,
    4.7 w below 0 and above the cutoff.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    topology
        Elements and bonds.
    width
        Standard deviation of the Gaussians, Å.
    cutoff
        Distance from which pairs no longer count, Å.
    separated
        Bonds.

    Returns
    -------
    names : list of str
        `pair_1_6_2_r2.1875`: elements, bonds between, place in Å; `more` for bonds where there are
        more than `separated`.
    values : (n, classes places)
        No unit.
    """
    first, second = np.triu_indices(len(topology.numbers), 1)
    bonds = topology.bond_distances[first, second]
    grid_points = grid(width, cutoff)
    classes, values = smeared(
        positions, topology.numbers, bonds, width, cutoff, separated, grid_points
    )
    names = [
        f"pair_{element}_{partner}_{between if between <= separated else 'more'}_r{point:.6g}"
        for element, partner, between in classes.tolist()
        for point in grid_points
    ]
    return names, values.reshape(len(positions), -1)


def grid(width: float, cutoff: float, per_width: float = PER_WIDTH) -> np.ndarray:
    """(places,) an even grid for distances up to the cutoff: Å to Å."""
    spacing = width / per_width
    below = int(np.ceil(MARGIN * per_width))
    above = int(np.ceil(cutoff / spacing + MARGIN * per_width))
    return spacing * np.arange(-below, above + 1)


def smeared(
    positions: np.ndarray,
    numbers: np.ndarray,
    bonds: np.ndarray,
    width: float,
    cutoff: float,
    separated: int,
    grid_points: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Compute Φ of `pair_correlations` on a grid.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    numbers : (atoms,)
        Atomic numbers.
    bonds : (atoms (atoms - 1) / 2,)
        Number of bonds between the atoms of each ascending pair.
    width, cutoff, separated
        As there.
    grid_points : (places,)
        Å, evenly spaced.

    Returns
    -------
    classes : (classes, 3)
        Elements, and bonds up to `separated` + 1.
    values : (n, classes, places)
    """
    first, second = np.triu_indices(len(numbers), 1)
    classes, member = pair_classes(numbers, np.minimum(bonds, separated + 1))
    order = np.argsort(member, kind="stable")  # pairs of a class side by side
    starts = np.searchsorted(member[order], np.arange(len(classes)))
    scale = np.sqrt((grid_points[1] - grid_points[0]) / (width * np.sqrt(np.pi)))
    values = np.empty((len(positions), len(classes), len(grid_points)))
    for start in range(0, len(positions), BLOCK):
        block = slice(start, start + BLOCK)
        distance = pair_distances(positions[block], first[order], second[order])
        weight = scale * faded(distance, cutoff)
        for index, grid_point in enumerate(grid_points):
            gaussian = weight * np.exp((distance - grid_point) ** 2 / (-2 * width**2))
            values[block, :, index] = np.add.reduceat(gaussian, starts, axis=1)
    return classes, values


def faded(distance: np.ndarray, cutoff: float) -> np.ndarray:
    """Weight of pairs, from 1 at distance 0 smoothly to 0 at the cutoff; Å."""
    return np.where(distance < cutoff, 0.5 + 0.5 * np.cos(np.pi * distance / cutoff), 0)
