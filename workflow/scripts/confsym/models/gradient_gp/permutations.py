"""Relabellings of atoms that leave a molecule what it is."""

from collections.abc import Iterator

import numpy as np

from confsym.datasets.order import bonds_of
from confsym.errors import StudyError
from confsym.molecules.graphs import graph, matches

MOST = 1000  # relabellings: time grows with their number, and memory too


def group(positions: np.ndarray, numbers: np.ndarray, bonds: np.ndarray) -> np.ndarray:
    """All relabellings that the bonds cannot see, and those that the geometries show to happen.

    The second kind are of geometries whose atoms are bonded otherwise and yet form the same
    molecule, such as acetylacetone after its proton went over to the other oxygen. Both kinds
    together generate the group.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    numbers : (atoms,)
        Atomic numbers.
    bonds : (bonds, 2)
        Pairs of bonded atoms.

    Returns
    -------
    (relabellings, atoms)
        New atom k is old atom p[k]; the first one changes nothing.

    Raises
    ------
    StudyError
        If there are more than 1,000.
    """
    molecule = graph(numbers, bonds)
    relabellings = few_enough(matches(molecule, molecule, MOST + 1))
    other_graphs = _other_graphs(positions, numbers, bonds)
    happening = [
        relabelling
        for other_bonds in other_graphs
        for relabelling in matches(molecule, graph(numbers, other_bonds), 1)
    ]
    generators = [*relabellings, *happening] if happening else []
    while len(grown := _products(relabellings, generators)) > len(relabellings):
        relabellings = grown
    return relabellings


def pair_relabellings(relabellings: np.ndarray) -> np.ndarray:
    """What relabellings (relabellings, atoms) do to the ascending pairs of atoms.

    Returns
    -------
    (relabellings, pairs)
        New pair k is old pair q[k].
    """
    atoms = relabellings.shape[1]
    first, second = np.triu_indices(atoms, 1)
    pair_index = np.zeros((atoms, atoms), dtype=int)
    pair_index[first, second] = pair_index[second, first] = np.arange(len(first))
    return pair_index[relabellings[:, first], relabellings[:, second]]


def orbits(pairs: np.ndarray) -> np.ndarray:
    """(pairs,) a number for each pair, the same for those that relabellings exchange."""
    return np.unique(pairs.min(axis=0), return_inverse=True)[1]


def orbits_of_two(pairs: np.ndarray) -> np.ndarray:
    """(pairs, pairs) a number for each two pairs in order, the same for those exchanged."""
    size = pairs.shape[1]
    smallest_image = np.full((size, size), size**2)
    for relabelling in pairs:
        np.minimum(smallest_image, relabelling[:, None] * size + relabelling, out=smallest_image)
    return np.unique(smallest_image, return_inverse=True)[1].reshape(size, size)


def _other_graphs(
    positions: np.ndarray, numbers: np.ndarray, bonds: np.ndarray
) -> Iterator[np.ndarray]:
    """The distinct bonds of geometries that differ from these, but are as many."""
    reference_bonds = np.unique(np.sort(bonds, axis=1), axis=0)
    earlier = {reference_bonds.tobytes()}
    for frame in positions:
        frame_bonds = bonds_of(frame, numbers)
        if len(frame_bonds) == len(reference_bonds) and frame_bonds.tobytes() not in earlier:
            earlier.add(frame_bonds.tobytes())
            yield frame_bonds


def few_enough(relabellings: np.ndarray) -> np.ndarray:
    """The relabellings (relabellings, atoms), or a sentence if they are too many."""
    if len(relabellings) > MOST:
        raise StudyError(
            "gradient_gp sums over all swaps of equivalent atoms, and this molecule has more than "
            f"{MOST:,} of them; use linear_force_field or equivariant_network for it."
        )
    return relabellings


def _products(relabellings: np.ndarray, generators: list[np.ndarray]) -> np.ndarray:
    """Relabellings, and each of them after each generator."""
    products = [relabellings, *(relabellings[:, generator] for generator in generators)]
    return few_enough(np.unique(np.concatenate(products), axis=0))
