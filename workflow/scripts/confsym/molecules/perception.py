"""Bonds from positions: which molecule a geometry is, and which atom is which."""

import numpy as np
from rdkit import Chem, rdBase
from rdkit.Chem import rdDetermineBonds

from confsym.errors import StudyError

STRETCH = (
    1.3  # a bond is at most so many times the sum of its atoms' covalent radii, as RDKit has it
)
BLOCK = 20_000_000  # pairs of atoms looked at together: 160 MB


def connected(numbers: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Which atoms are bonded, by their distances.

    Two atoms are bonded where their distance is below 1.3 times the sum of their covalent radii,
    but a hydrogen has one bond alone, the one that is shortest by that measure: a proton between
    two oxygens belongs to the nearer.

    Parameters
    ----------
    numbers : (atoms,)
        Atomic numbers.
    positions : (n, atoms, 3)
        Å.

    Returns
    -------
    (n, atoms, atoms) bool
        Symmetric, with a false diagonal.
    """
    table = Chem.GetPeriodicTable()
    radii = np.array([table.GetRcovalent(int(number)) for number in numbers])
    ratio = np.linalg.norm(positions[:, :, None] - positions[:, None], axis=-1)
    ratio /= radii[:, None] + radii
    ratio[:, np.arange(len(numbers)), np.arange(len(numbers))] = np.inf
    near = ratio < STRETCH
    hydrogen = np.asarray(numbers) == 1
    nearest = ratio.argmin(axis=2)[..., None] == np.arange(len(numbers))
    own = ~hydrogen[:, None] | nearest  # (n, atoms, atoms) by the first atom
    return near & own & own.swapaxes(1, 2)


def other_bonds(molecule: Chem.Mol, positions: np.ndarray) -> np.ndarray:
    """(n,) whether a geometry has other bonds than the molecule: a proton moved, a bond broken."""
    numbers = np.array([atom.GetAtomicNum() for atom in molecule.GetAtoms()])
    bonds = Chem.GetAdjacencyMatrix(molecule).astype(bool)
    size = max(1, BLOCK // len(numbers) ** 2)
    blocks = (positions[start : start + size] for start in range(0, len(positions), size))
    found = [(connected(numbers, block) != bonds).any(axis=(1, 2)) for block in blocks]
    return np.concatenate(found) if found else np.zeros(0, bool)


def perceive(numbers: np.ndarray, positions: np.ndarray, charge: int, place: str) -> str:
    """Write the molecule that a geometry is as a SMILES.

    Bond orders by Kim and Kim, Bull. Korean Chem. Soc. 36, 1769 (2015),
    doi:10.1002/bkcs.10334, as RDKit has it.

    Parameters
    ----------
    numbers : (atoms,)
        Atomic numbers.
    positions : (atoms, 3)
        Å.
    charge
        Of the molecule, elementary charges.
    place
        Where the config names the geometries, for error messages.

    Raises
    ------
    StudyError
        If no bond orders give that charge, or the atoms are no one molecule.
    """
    molecule = _with_bonds(numbers, connected(numbers, positions[None])[0])
    conformer = Chem.Conformer(len(numbers))
    conformer.SetPositions(np.ascontiguousarray(positions, dtype=float))
    molecule.AddConformer(conformer)
    if (fragments := len(Chem.GetMolFrags(molecule))) > 1:
        raise StudyError(
            f"{place}: the atoms of the first frame are {fragments} separate fragments by their "
            "distances; give one connected molecule, or check length_unit."
        )
    try:
        with rdBase.BlockLogs():
            rdDetermineBonds.DetermineBondOrders(molecule, charge=charge)
            return Chem.MolToSmiles(Chem.RemoveHs(molecule))
    except (ValueError, RuntimeError, Chem.MolSanitizeException) as error:
        raise StudyError(
            f"{place}: no bond orders of the first frame give charge {charge:+d} (RDKit: "
            f"{' '.join(str(error).split()).rstrip('.')}); give the molecule's charge, or its "
            "smiles."
        ) from error


def order_of_atoms(
    molecule: Chem.Mol, numbers: np.ndarray, positions: np.ndarray, place: str
) -> list[int]:
    """Find which atom of a molecule each atom of a geometry is, by the graph of bonds.

    Parameters
    ----------
    molecule
        With hydrogens.
    numbers : (atoms,)
        Atomic numbers of the geometry.
    positions : (atoms, 3)
        Å.
    place
        Where the config names the geometries, for error messages.

    Returns
    -------
    list of int
        For each atom of the geometry its index in the molecule, as `Chem.RenumberAtoms` takes it.

    Raises
    ------
    StudyError
        If the geometry is another molecule.
    """
    wanted = sorted(atom.GetAtomicNum() for atom in molecule.GetAtoms())
    if wanted != sorted(int(number) for number in numbers):
        raise StudyError(
            f"{place}: the file's atoms are {_counts(numbers)}, those of the SMILES "
            f"{_counts(wanted)}; give the SMILES of this molecule."
        )
    found = _with_bonds(numbers, connected(numbers, positions[None])[0])
    plain = _with_bonds(
        np.array([atom.GetAtomicNum() for atom in molecule.GetAtoms()]),
        Chem.GetAdjacencyMatrix(molecule).astype(bool),
    )
    match = found.GetSubstructMatch(plain) if found.GetNumBonds() == plain.GetNumBonds() else ()
    if not match:
        raise StudyError(
            f"{place}: the bonds of the first frame, by their distances, are not those of the "
            f"SMILES {Chem.MolToSmiles(Chem.RemoveHs(molecule))}; give the SMILES of what the "
            "frame shows, or check length_unit."
        )
    return np.argsort(match).tolist()


def _with_bonds(numbers: np.ndarray, bonded: np.ndarray) -> Chem.Mol:
    """Atoms with single bonds between the bonded ones and no hydrogens implied."""
    molecule = Chem.RWMol()
    for number in numbers:
        atom = Chem.Atom(int(number))
        atom.SetNoImplicit(True)
        molecule.AddAtom(atom)
    for first, second in np.argwhere(np.triu(bonded)).tolist():
        molecule.AddBond(first, second, Chem.BondType.SINGLE)
    plain = molecule.GetMol()
    plain.UpdatePropertyCache(strict=False)
    return plain


def _counts(numbers) -> str:
    """Elements and how many atoms there are of each, as in C2 H6 O1."""
    table = Chem.GetPeriodicTable()
    elements, counts = np.unique(numbers, return_counts=True)
    return " ".join(
        f"{table.GetElementSymbol(int(number))}{count}"
        for number, count in zip(elements, counts, strict=True)
    )
