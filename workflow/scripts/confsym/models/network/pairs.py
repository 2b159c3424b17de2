"""Pairs of atoms for a network on point clouds, sorted into classes of like pairs."""

from dataclasses import dataclass

import numpy as np

from confsym.errors import StudyError
from confsym.features.point_cloud import Clouds

FAR = 4  # bonds: pairs at least so many bonds apart are of one class
NARROWEST = 0.02  # Å: the basis of a class spans at least this much


@dataclass(frozen=True, eq=False)
class Pairs:
    """All pairs of atoms of one molecule, class after class.

    Parameters
    ----------
    elements
        (atoms,) atomic numbers.
    first, second
        (pairs,) the atoms of each pair.
    classes
        (classes, 3) bonds between the atoms, 4 for more and 0 where bonds are not used; and both
        atomic numbers, the smaller first. In ascending order.
    sizes
        (classes,) number of pairs of each class.
    """

    elements: np.ndarray
    first: np.ndarray
    second: np.ndarray
    classes: np.ndarray
    sizes: np.ndarray

    def distances(self, positions: np.ndarray) -> np.ndarray:
        """(n, pairs) Å, of positions (n, atoms, 3)."""
        return np.linalg.norm(positions[:, self.first] - positions[:, self.second], axis=-1)


def pairs_of(clouds: Clouds, bonds: bool) -> Pairs:
    """Sort the pairs of atoms into classes by bonds between them and elements.

    A class holds the same pairs in whatever order the atoms are listed.

    Parameters
    ----------
    clouds
        Conformers of one molecule, at least one.
    bonds
        Whether classes tell pairs apart that are 1, 2, 3 or more bonds apart.

    Raises
    ------
    StudyError
        If conformers differ in elements or bonds, or a position is no number.
    """
    if not np.isfinite(clouds.positions).all():
        broken = np.flatnonzero(~np.isfinite(clouds.positions).all(axis=(1, 2)))[0]
        raise StudyError(
            f"row {broken} of the point clouds has a position that is no finite number; "
            "compute the features from whole conformers."
        )
    same = (clouds.numbers == clouds.numbers[0]).all() and (clouds.bonds == clouds.bonds[0]).all()
    if not same:
        raise StudyError(
            "the point clouds differ in their elements or bonds; give the network conformers of "
            "one molecule, atoms in one order, at a time."
        )
    elements = clouds.numbers[0]
    first, second = np.triu_indices(len(elements), 1)
    apart = np.minimum(clouds.bonds[0], FAR) if bonds else np.zeros_like(first)
    both = np.sort(np.stack([elements[first], elements[second]]), axis=0)
    classes, member = np.unique(np.stack([apart, *both], axis=1), axis=0, return_inverse=True)
    order = np.argsort(member, kind="stable")
    return Pairs(elements, first[order], second[order], classes, np.bincount(member))


def check_same_molecule(pairs: Pairs, trained: Pairs) -> None:
    """Refuse another molecule than the one that a network was trained on.

    Raises
    ------
    StudyError
        If the number of atoms, the elements or the classes of pairs are others.
    """
    atoms, known = len(pairs.elements), len(trained.elements)
    if atoms != known:
        raise StudyError(
            f"the point clouds have {atoms} atoms, but the network was trained on a molecule of "
            f"{known}; fit it to the molecule that it is to predict."
        )
    strange = sorted(set(pairs.elements.tolist()) - set(trained.elements.tolist()))
    if strange:
        raise StudyError(
            f"the point clouds have atoms of atomic number {', '.join(map(str, strange))}, which "
            "the network was not trained on; fit it to the molecule that it is to predict."
        )
    alike = pairs.classes.shape == trained.classes.shape
    alike = alike and (pairs.classes == trained.classes).all()
    if not (alike and (pairs.sizes == trained.sizes).all()):
        raise StudyError(
            "the point clouds are of another molecule than the network was trained on: as many "
            "atoms, but other elements or bonds; fit it to the molecule that it is to predict."
        )


def ranges(pairs: Pairs, positions: np.ndarray, cutoff: float) -> np.ndarray:
    """Which distances the conformers have in each class of pairs, up to the cut-off.

    Parameters
    ----------
    pairs
        All pairs.
    positions : (n, atoms, 3)
        Å.
    cutoff
        Å; not for pairs one or two bonds apart.

    Returns
    -------
    (classes, 2)
        Smallest and largest distance, Å.
    """
    starts = np.cumsum([0, *pairs.sizes[:-1]])
    apart = pairs.distances(positions)
    low = np.minimum.reduceat(apart.min(axis=0), starts)
    high = np.maximum.reduceat(apart.max(axis=0), starts)
    high = np.where(is_near(pairs.classes), high, np.minimum(high, cutoff))
    low = np.minimum(low, high - NARROWEST)
    return np.stack([low, high], axis=1)


def is_near(classes: np.ndarray) -> np.ndarray:
    """(classes,) whether the atoms are one or two bonds apart."""
    return (classes[:, 0] > 0) & (classes[:, 0] <= 2)
