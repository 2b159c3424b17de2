"""Torsion angles about the rotatable bonds of a molecule."""

from dataclasses import dataclass

import numpy as np
from rdkit import Chem
from rdkit.Chem.Lipinski import RotatableBondSmarts

from confsym.geometry.internal import dihedral_phases
from confsym.molecules.stereo_elements import is_linear

ANGLE = 15  # degrees between geometries of a torsion that is scanned


@dataclass(frozen=True, eq=False)
class Torsion:
    """The torsion about one bond.

    Parameters
    ----------
    atoms
        (ways, 4) heavy atoms along three bonds, the middle two the same in each row. There are
        several ways where the bonds cannot tell the outer atoms apart.
    """

    atoms: np.ndarray

    def label(self, molecule: Chem.Mol) -> str:
        """The atoms of the first way ("C2–C1–C5–C6"), counted from 0."""
        return "–".join(
            f"{molecule.GetAtomWithIdx(atom).GetSymbol()}{atom}" for atom in self.atoms[0].tolist()
        )

    def degrees(self, positions: np.ndarray) -> np.ndarray:
        """(n ways,) angles in [0, 360)° of conformers (n, atoms, 3) in Å; -60° is 300°."""
        return np.degrees(np.angle(dihedral_phases(positions, self.atoms))).ravel() % 360


def rotatable_torsions(molecule: Chem.Mol, equivalence: np.ndarray) -> list[Torsion]:
    """One torsion for each rotatable bond, by RDKit's definition (Lipinski.RotatableBondSmarts).

    Those are single bonds outside rings between heavy atoms with other heavy neighbours, none next
    to a triple bond. Of the neighbours on each side the outer atom is that with the lowest number,
    and all that are equivalent to it.

    Parameters
    ----------
    molecule
        Molecule with hydrogens.
    equivalence : (atoms,)
        Class of topologically equivalent atoms.

    Returns
    -------
    list of Torsion
        In the order of the bonds' atoms; empty for a molecule without a rotatable bond.
    """
    heavy, number = without_hydrogens(molecule)
    bonds = heavy.GetSubstructMatches(RotatableBondSmarts, maxMatches=heavy.GetNumBonds() + 1)
    atoms_of_torsions = [
        [
            number[[i, j, k, m]]
            for i in _outer(heavy, j, k, equivalence[number])
            for m in _outer(heavy, k, j, equivalence[number])
        ]
        for j, k in sorted(tuple(sorted(bond)) for bond in bonds)
    ]
    return [Torsion(np.array(atoms)) for atoms in atoms_of_torsions]


def without_hydrogens(molecule: Chem.Mol) -> tuple[Chem.Mol, np.ndarray]:
    """The molecule as RDKit's definition looks at it, and which atom each of its atoms is."""
    copy = Chem.Mol(molecule)
    for atom in copy.GetAtoms():
        atom.SetIntProp("number", atom.GetIdx())
    heavy = Chem.RemoveHs(copy)
    return heavy, np.array([atom.GetIntProp("number") for atom in heavy.GetAtoms()])


def _outer(heavy: Chem.Mol, atom: int, other: int, equivalence: np.ndarray) -> list[int]:
    neighbours = heavy.GetAtomWithIdx(atom).GetNeighbors()
    numbers = sorted({neighbour.GetIdx() for neighbour in neighbours} - {other})
    return [candidate for candidate in numbers if equivalence[candidate] == equivalence[numbers[0]]]


def scanned_torsion(molecule: Chem.Mol, equivalence: np.ndarray) -> Torsion | None:
    """The torsion to turn a molecule about: of the bond whose ends have the fewest hydrogens.

    The bond is a single one outside rings whose ends have other neighbours, and no linear ones;
    hydrogens count, so that ethanol turns about C–O. The outer atoms are the heaviest, and all that
    are equivalent to them.

    Parameters
    ----------
    molecule, equivalence
        As for `rotatable_torsions`.

    Returns
    -------
    Torsion or None
        None for a molecule that has no such bond.
    """
    candidates = []
    for bond in molecule.GetBonds():
        ends = bond.GetBeginAtom(), bond.GetEndAtom()
        if (
            bond.GetBondType() == Chem.BondType.SINGLE
            and not bond.IsInRing()
            and all(end.GetDegree() > 1 and not is_linear(end) for end in ends)
        ):
            hydrogens = sum(end.GetTotalNumHs(includeNeighbors=True) for end in ends)
            candidates.append((hydrogens, *sorted(end.GetIdx() for end in ends)))
    if not candidates:
        return None
    _, j, k = min(candidates)
    pairs = [_heaviest(molecule, *pair, equivalence) for pair in ((j, k), (k, j))]
    return Torsion(np.array([[i, j, k, m] for i in pairs[0] for m in pairs[1]]))


def _heaviest(molecule: Chem.Mol, atom: int, other: int, equivalence: np.ndarray) -> list[int]:
    neighbours = molecule.GetAtomWithIdx(atom).GetNeighbors()
    ranked = sorted(
        (-neighbour.GetAtomicNum(), neighbour.GetIdx())
        for neighbour in neighbours
        if neighbour.GetIdx() != other
    )
    numbers = [number for _, number in ranked]
    return [candidate for candidate in numbers if equivalence[candidate] == equivalence[numbers[0]]]
