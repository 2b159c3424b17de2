"""Bonds from positions: which molecule a geometry is, and which atom is which."""

from collections.abc import Iterator

import numpy as np
from ase.data import covalent_radii
from rdkit import Chem, rdBase
from rdkit.Chem import rdDetermineBonds

from confsym.datasets import double_bonds, order
from confsym.datasets.elements import formula
from confsym.errors import StudyError
from confsym.molecules import graphs
from confsym.molecules.separated_charges import doubled

TRIED = 100  # geometries, at most, that are held against a molecule's bonds
# The usual cutoff, and then smaller ones: two iodines of one carbon are nearer than that.
NEARER = [cutoff for cutoff in order.CUTOFFS if cutoff <= order.BONDED]
# Of the sum of covalent radii: farther than that, two neighbours of one atom stand across a ring.
# No ring of three has such a side (cyclopropane: 0.99), and a square has such a diagonal (1.29).
ACROSS = 1.2


def other_bonds(molecule: Chem.Mol, positions: np.ndarray) -> np.ndarray:
    """Which geometries have other bonds than the molecule: a proton moved, a bond broken or made.

    A stretched bond does not count: a bond is broken only where `order.torn` says so. A hydrogen
    moved where another heavy atom is the nearest; a bond was made where two heavy atoms without one
    are as near as bonded ones. Double bonds of a ring are elsewhere by `double_bonds.elsewhere`.

    Parameters
    ----------
    molecule
        With hydrogens.
    positions : (n, atoms, 3)
        Å, atoms in the molecule's order.

    Returns
    -------
    (n,) bool
    """
    numbers = np.array([atom.GetAtomicNum() for atom in molecule.GetAtoms()])
    bonds = np.argwhere(np.triu(Chem.GetAdjacencyMatrix(molecule)))
    broken, made = (test(positions, numbers, bonds) for test in (order.torn, order.newly_bonded))
    owner = _owners(numbers, bonds)
    known = owner >= 0  # a hydrogen that is bonded to a heavy atom
    moved = (order.parents(positions, numbers) != owner)[:, known].any(axis=1)
    return broken | made | moved | double_bonds.elsewhere(molecule, positions)


def _owners(numbers: np.ndarray, bonds: np.ndarray) -> np.ndarray:
    """(hydrogens,) the heavy atom that each is bonded to; -1 for none."""
    hydrogens = np.flatnonzero(numbers == 1)
    owner = dict.fromkeys(hydrogens.tolist(), -1)
    for first, second in bonds.tolist():
        for one, other in ((first, second), (second, first)):
            if one in owner and numbers[other] != 1:
                owner[one] = other
    return np.array([owner[one] for one in hydrogens.tolist()], dtype=int)


def perceive(numbers: np.ndarray, positions: np.ndarray, charge: int, config_key: str) -> str:
    """Write the molecule that a geometry is as a SMILES.

    Bond orders by Kim and Kim, Bull. Korean Chem. Soc. 36, 1769 (2015),
    doi:10.1002/bkcs.10334, as RDKit has it: they follow from which atoms are bonded. Of Lewis
    structures that differ in their double bonds alone the lengths of bonds decide.

    Parameters
    ----------
    numbers : (atoms,)
        Atomic numbers.
    positions : (atoms, 3)
        Å.
    charge
        Of the molecule, elementary charges.
    config_key
        Where the config names the geometries, for error messages.

    Raises
    ------
    StudyError
        If no bond orders give that charge, or the atoms are not one molecule.
    """
    failed = None
    for bonds in _candidates(numbers, positions):
        molecule = _connected(numbers, positions, bonds)
        if (fragments := len(Chem.GetMolFrags(molecule))) > 1:
            break
        try:
            with rdBase.BlockLogs():
                rdDetermineBonds.DetermineBondOrders(molecule, charge=charge)
                found = double_bonds.shifted(doubled(molecule))
                return Chem.MolToSmiles(Chem.RemoveHs(found))
        except (ValueError, RuntimeError, Chem.MolSanitizeException) as error:
            failed = failed or error
    if failed is None:
        raise StudyError(
            f"{config_key}: the atoms of the first frame are {fragments} separate fragments by "
            "their distances; give one connected molecule, or check length_unit."
        )
    raise StudyError(
        f"{config_key}: no bond orders of the first frame give charge {charge:+d} (RDKit: "
        f"{' '.join(str(failed).split()).rstrip('.')}); give the molecule's charge, or its smiles."
    ) from failed


def _candidates(numbers: np.ndarray, positions: np.ndarray) -> Iterator[np.ndarray]:
    """(bonds, 2) by distance, by ever smaller cutoffs, and first without diagonals of rings."""
    for cutoff in NEARER:
        bonds = _bonds(numbers, positions, cutoff)
        kept = bonds[~_across(numbers, positions, bonds)]
        if len(kept) < len(bonds):
            yield kept
        yield bonds


def _across(numbers: np.ndarray, positions: np.ndarray, bonds: np.ndarray) -> np.ndarray:
    """(bonds,) whether a bond is a long one between two neighbours of one atom."""
    long = _ratios(numbers, positions, bonds) > ACROSS
    near = np.zeros((len(numbers), len(numbers)), dtype=int)
    near[tuple(bonds[~long].T)] = near[tuple(bonds[~long].T[::-1])] = 1
    return long & ((near @ near)[tuple(bonds.T)] > 0)


def _ratios(numbers: np.ndarray, positions: np.ndarray, bonds: np.ndarray) -> np.ndarray:
    """(bonds,) lengths, in sums of covalent radii."""
    first, second = bonds.T
    radii = covalent_radii[numbers]
    lengths = np.linalg.norm(positions[first] - positions[second], axis=1)
    return lengths / (radii[first] + radii[second])


def _connected(numbers: np.ndarray, positions: np.ndarray, bonds: np.ndarray) -> Chem.Mol:
    """The molecule with these positions (atoms, 3) and bonds (bonds, 2), which have no orders."""
    molecule = graphs.graph(numbers, bonds)
    for atom in molecule.GetAtoms():
        atom.SetNoImplicit(True)  # every hydrogen is one of the atoms
    molecule.UpdatePropertyCache(strict=False)
    conformer = Chem.Conformer(len(numbers))
    conformer.SetPositions(np.ascontiguousarray(positions, dtype=float))
    molecule.AddConformer(conformer)
    return molecule


def recognised(
    molecule: Chem.Mol, numbers: np.ndarray, positions: np.ndarray, config_key: str
) -> tuple[int, np.ndarray]:
    """Find which atom of a molecule each atom of a file is, by the graph of bonds.

    Parameters
    ----------
    molecule
        With hydrogens.
    numbers : (atoms,)
        Atomic numbers of the geometry.
    positions : (n, atoms, 3)
        Å. The first geometry that has the molecule's bonds decides; up to 100 are tried.
    config_key
        Where the config names the geometries, for error messages.

    Returns
    -------
    geometry : int
        The one that decided.
    orders : (orders, atoms)
        All that its bonds allow: atom k of the molecule is atom order[k] of the file. They differ
        in equivalent atoms.

    Raises
    ------
    StudyError
        If the geometries are another molecule.
    """
    molecule_numbers = np.array([atom.GetAtomicNum() for atom in molecule.GetAtoms()])
    if sorted(molecule_numbers) != sorted(numbers):
        raise StudyError(
            f"{config_key}: the file's atoms are {formula(numbers)}, those of the SMILES "
            f"{formula(molecule_numbers)}; give the SMILES of this molecule."
        )
    bonds = np.argwhere(np.triu(Chem.GetAdjacencyMatrix(molecule)))
    sampled = np.unique(np.linspace(0, len(positions) - 1, TRIED).astype(int))
    for frame in sampled:
        orders = next(order.matches(positions[frame], numbers, molecule_numbers, bonds), None)
        if orders is not None:
            return int(frame), orders
    raise StudyError(
        f"{config_key}: the bonds of the first frame, by their distances, are not those of the "
        f"SMILES {Chem.MolToSmiles(Chem.RemoveHs(molecule))}, nor are those of {len(sampled) - 1} "
        "others; give the SMILES of what the frames show, or check length_unit."
    )


def _bonds(numbers: np.ndarray, positions: np.ndarray, cutoff: float) -> np.ndarray:
    """(bonds, 2) by distance; a hydrogen has one, so that a proton belongs to the nearer atom."""
    bonds = order.bonds_of(positions, numbers, cutoff)
    ratio = _ratios(numbers, positions, bonds)
    kept = np.ones(len(bonds), dtype=bool)
    for atom in np.flatnonzero(numbers == 1):
        mine = (bonds == atom).any(axis=1)
        kept &= ~mine | (ratio == ratio[mine].min(initial=np.inf))
    return bonds[kept]
