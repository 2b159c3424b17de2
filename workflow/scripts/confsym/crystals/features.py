"""Three ways to describe a crystal by numbers.

Each function takes crystals and the config's section `crystals` and returns values (n, columns).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from ase import Atoms
from ase.data import atomic_numbers

from confsym.crystals.motions import REPEATS
from confsym.crystals.structures import BASIS
from confsym.features.soap import neighbour_density

PLACES = len(BASIS) * int(np.prod(REPEATS))  # atoms of the largest crystal here
RADIAL_FUNCTIONS, DEGREE, WIDTH = 4, 4, 0.5  # of SOAP; the width in Å


def listing(crystals: Sequence[Atoms], settings: Mapping[str, Any]) -> np.ndarray:
    """List lattice vectors and positions (Å) and atomic numbers, as the file does.

    A row has the places that a supercell needs; those that a crystal does not fill are 0.
    """
    values = np.zeros((len(crystals), 9 + 4 * PLACES))
    for row, crystal in zip(values, crystals, strict=True):
        row[:9] = crystal.cell.array.ravel()
        row[9 : 9 + 3 * len(crystal)] = crystal.positions.ravel()
        row[9 + 3 * PLACES :][: len(crystal)] = crystal.numbers
    return values


def soap_sum(crystals: Sequence[Atoms], settings: Mapping[str, Any]) -> np.ndarray:
    """Sum the power spectrum of each atom's neighbours over the atoms of each element in the cell.

    `confsym.features.soap` has the formula. Neighbours are counted across the cell's boundary, and
    an element that is missing from a crystal leaves zeros. A sum is extensive: twice the cell has
    twice the values.
    """
    spectrum = neighbour_density(
        settings["elements"], settings["cutoff"], RADIAL_FUNCTIONS, DEGREE, WIDTH, periodic=True
    )
    numbers = sorted(atomic_numbers[symbol] for symbol in settings["elements"])
    rows = []
    for crystal in crystals:
        inside = crystal.copy()
        inside.wrap()  # DScribe misses neighbours of atoms that lie outside the cell
        values = spectrum.create(inside, n_jobs=1)
        sums = [values[crystal.numbers == number].sum(axis=0) for number in numbers]
        rows.append(np.concatenate(sums))
    return np.array(rows)


def soap_mean(crystals: Sequence[Atoms], settings: Mapping[str, Any]) -> np.ndarray:
    """Divide these sums by the number of all atoms in the cell: intensive, like the energy asked.

    The shares of the elements stay in the values, as they would not in a mean over each element.
    """
    atoms = np.array([len(crystal) for crystal in crystals])
    return soap_sum(crystals, settings) / atoms[:, None]
