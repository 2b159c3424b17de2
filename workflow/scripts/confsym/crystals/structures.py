"""Random crystals of two metals, and their energies."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from ase import Atoms, io
from ase.calculators.emt import EMT
from ase.data import atomic_numbers, reference_states

from confsym.storage.files import atomic_write

BASIS = np.array([[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]])  # fcc, cubic cell
DIGITS = 8  # of coordinates in Å: as many as the file has, so that reading it loses nothing
MEV = 1000  # in an eV


def random_crystals(
    elements: Sequence[str], cells: int, rattle: float, strain: float, seed: int
) -> list[Atoms]:
    """Draw crystals: the cubic cell of fcc with a random element on each of its four sites.

    The lattice constant is the mean of the elements' own (Vegard's rule: Z. Phys. 5, 17 (1921),
    doi:10.1007/BF01349680). More cells begin with the same ones.

    Parameters
    ----------
    elements
        Symbols of two metals whose crystals are fcc.
    cells
        How many crystals.
    rattle
        Standard deviation of each coordinate of each atom about its site, Å.
    strain
        Each component of the lattice vectors changes by up to this part of the lattice constant.
    seed
        Random seed.
    """
    rng = np.random.default_rng(seed)
    constants = np.array([reference_states[atomic_numbers[symbol]]["a"] for symbol in elements])
    crystals = []
    for _ in range(cells):
        sites = rng.integers(len(elements), size=len(BASIS))
        cell = constants[sites].mean() * (np.eye(3) + rng.uniform(-strain, strain, (3, 3)))
        positions = BASIS @ cell + rng.normal(0, rattle, BASIS.shape)
        crystals.append(
            Atoms(
                [elements[site] for site in sites],
                positions=positions.round(DIGITS),
                cell=cell.round(DIGITS),
                pbc=True,
            )
        )
    return crystals


def energies(crystals: Sequence[Atoms]) -> np.ndarray:
    """(n,) energy per atom in meV, against pure fcc crystals at rest, by effective medium theory.

    Jacobsen, Stoltze and Nørskov, Surf. Sci. 366, 394 (1996), doi:10.1016/0039-6028(96)00816-3, as
    ASE computes it.
    """
    return np.array(
        [MEV * EMT().get_potential_energy(crystal) / len(crystal) for crystal in crystals]
    )


def write(path: str | Path, crystals: Sequence[Atoms]) -> None:
    """Write crystals as extended XYZ."""
    with atomic_write(path) as part:
        io.write(part, list(crystals), format="extxyz")


def read(path: str | Path) -> list[Atoms]:
    """Read the crystals that `write` wrote."""
    return io.read(path, index=":", format="extxyz")
