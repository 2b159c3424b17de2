"""Where double bonds are, by the lengths of bonds, if atoms and bonds alone leave that open.

In cyclooctatetraene, pentalene and their like, which no aromaticity evens out, a molecule turned by
one atom has the same bonds, and its double bonds where single ones are. The sum over bonds of order
times length is least where the short bonds are the double ones.
"""

from collections.abc import Iterator

import numpy as np
from rdkit import Chem

from confsym.datasets import order
from confsym.geometry.internal import pair_distances
from confsym.molecules import graphs
from confsym.molecules.automorphisms import random_automorphism
from confsym.molecules.stereo_elements import topological_classes, without_configuration

# Å, of the sum: half of what one double bond is shorter than a single one, and more than by what
# bonds differ that are alike on average.
CLEARLY = 0.05
# Å, a bond that changes: half of the way, as single and double bonds differ by twice that and more.
HALFWAY = 0.03
WAYS = 128  # random ones, where all are more than are looked for


def among(molecule: Chem.Mol, positions: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """Of several ways to list atoms those that have the double bonds where bonds are short.

    Parameters
    ----------
    molecule
        With hydrogens.
    positions : (n, atoms, 3)
        Å, atoms as the file lists them. The median length of a bond counts, of some of them.
    orders : (orders, atoms)
        Atom k of the molecule is atom order[k] of the file; from `perception.recognised`.

    Returns
    -------
    (some, atoms)
        All orders where elements and bonds say what is a double bond.
    """
    if not is_open(molecule):
        return orders
    bonds, weights = _weighted(molecule)
    some = order.spread(positions)
    sums = _sums(some, orders, bonds, weights)
    if len(orders) >= order.MATCHES:
        rng = np.random.default_rng(0)
        skeleton = graphs.graph(_numbers(molecule), bonds)
        drawn = np.array([orders[0][random_automorphism(skeleton, rng)] for _ in range(WAYS)])
        others = _sums(some, drawn, bonds, weights)
        if others.min() < sums.min() - CLEARLY:
            orders, sums = drawn, others
    return orders[sums <= sums.min() + CLEARLY]


def is_open(molecule: Chem.Mol) -> bool:
    """Whether bonds that elements and bonds alone cannot tell apart are of several orders."""
    bonds, weights = _weighted(molecule)
    classes = np.array(topological_classes(graphs.graph(_numbers(molecule), bonds)), dtype=int)
    kinds = [tuple(kind) for kind in np.sort(classes[bonds], axis=1).tolist()]
    return len(set(kinds)) < len(set(zip(kinds, weights.tolist(), strict=True)))


def shifted(molecule: Chem.Mol) -> Chem.Mol:
    """Move double bonds to where bonds are short, charges staying where they are.

    Parameters
    ----------
    molecule
        With hydrogens, and positions in Å.

    Returns
    -------
    Chem.Mol
        The molecule itself, unless another of its Lewis structures has clearly shorter double
        bonds; 1,2-dimethylcyclooctatetraene has two, of two compounds.
    """
    positions = molecule.GetConformer().GetPositions()
    best, least = molecule, _sum(molecule, positions) - CLEARLY
    for other in _structures(molecule):
        if (found := _sum(other, positions)) < least:
            best, least = other, found
    if best is not molecule:
        Chem.AssignStereochemistryFrom3D(best)
    return best


def elsewhere(molecule: Chem.Mol, positions: np.ndarray) -> np.ndarray:
    """Which geometries have their double bonds at another place of the ring than the molecule.

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
    result = np.zeros(len(positions), dtype=bool)
    others = [_bonds(other)[1] for other in _structures(molecule)]
    if not others:
        return result
    bonds, orders = _bonds(molecule)
    lengths = pair_distances(positions, *bonds.T)
    for changed in orders - np.array(others):
        result |= lengths @ changed > HALFWAY * np.abs(changed).sum()
    return result


def _structures(molecule: Chem.Mol) -> Iterator[Chem.Mol]:
    """Lewis structures with the same charges, where double bonds of a ring may be elsewhere."""
    if not any(_may_shift(bond) for bond in molecule.GetBonds()):
        return
    charges = [atom.GetFormalCharge() for atom in molecule.GetAtoms()]
    for structure in Chem.ResonanceMolSupplier(molecule, Chem.KEKULE_ALL):
        if structure is None or charges != [a.GetFormalCharge() for a in structure.GetAtoms()]:
            continue
        other = Chem.Mol(structure)
        Chem.SanitizeMol(other)  # aromatic bonds have an order of 1.5 in every structure
        yield other


def _may_shift(bond: Chem.Bond) -> bool:
    """Whether a double bond may be one of a ring of alternating ones."""
    double = bond.GetBondType() == Chem.BondType.DOUBLE
    return double and bond.IsInRing() and bond.GetIsConjugated()


def _bonds(molecule: Chem.Mol) -> tuple[np.ndarray, np.ndarray]:
    """(bonds, 2) atoms and (bonds,) orders, in the order of the molecule's bonds."""
    atoms = [(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in molecule.GetBonds()]
    orders = [bond.GetBondTypeAsDouble() for bond in molecule.GetBonds()]
    return np.array(atoms, dtype=int).reshape(-1, 2), np.array(orders)


def _sum(molecule: Chem.Mol, positions: np.ndarray) -> float:
    """Sum over bonds of order times length (Å) in positions (atoms, 3)."""
    bonds, orders = _bonds(molecule)
    return float((pair_distances(positions[None], *bonds.T)[0] * orders).sum())


def _sums(
    positions: np.ndarray, orders: np.ndarray, bonds: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """(orders,) of (bonds, 2) the sum of order times median length, Å, in (n, atoms, 3)."""
    pairs = orders[:, bonds].reshape(-1, 2)
    unique, place = np.unique(np.sort(pairs, axis=1), axis=0, return_inverse=True)
    lengths = np.median(pair_distances(positions, *unique.T), axis=0)
    return (lengths[place.ravel()].reshape(len(orders), len(bonds)) * weights).sum(axis=1)


def _weighted(molecule: Chem.Mol) -> tuple[np.ndarray, np.ndarray]:
    """(bonds, 2) atoms and (bonds,) orders, of a carboxylate or nitro group the mean ones."""
    return _bonds(without_configuration(molecule))


def _numbers(molecule: Chem.Mol) -> np.ndarray:
    return np.array([atom.GetAtomicNum() for atom in molecule.GetAtoms()])
