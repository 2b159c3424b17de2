"""Which conformers to show of an ensemble of thousands, and how to turn them."""

from dataclasses import dataclass

import numpy as np
from rdkit import Chem

from confsym.conformers.pruning import heavy_atom_matches
from confsym.geometry.principal_axes import canonical_pose
from confsym.geometry.superposition import superposed
from confsym.molecules.rdkit_molecule import masses
from confsym.molecules.topology import Topology

SHOWN = 50


@dataclass(frozen=True, eq=False)
class Gallery:
    """The conformers to show, lowest energy first.

    Parameters
    ----------
    conformer, energy, stereoisomer
        (n,) which each is, kcal/mol, and its configuration.
    positions
        (n, atoms, 3) Å, longest along x and flattest along z.
    overlaid
        (n, atoms, 3) Å, laid over the first by the heavy atoms, equivalent ones exchanged at will.
    rmsd
        (n,) Å, of the heavy atoms from those of the first.
    total
        How many conformers the ensemble has.
    """

    conformer: np.ndarray
    energy: np.ndarray
    stereoisomer: np.ndarray
    positions: np.ndarray
    overlaid: np.ndarray
    rmsd: np.ndarray
    total: int

    @property
    def above(self) -> np.ndarray:
        """(n,) energy above the lowest, kcal/mol."""
        return self.energy - self.energy[0]

    @property
    def which(self) -> str:
        """What they are, in words."""
        count = len(self.conformer)
        if count < self.total:
            return f"{count} of {self.total:,} conformers, at even steps of the ranking by energy"
        return f"all {count} conformers" if count > 1 else "the only conformer"


def evenly_ranked(energy: np.ndarray, count: int = SHOWN) -> np.ndarray:
    """Choose conformers at even steps through the ranking by energy, lowest and highest included.

    Each stands for as many conformers as the next. The lowest alone would hide what a model
    learns from, most of which lies tens of kcal/mol higher.

    Parameters
    ----------
    energy : (n,)
        kcal/mol.
    count
        How many; all where there are no more.

    Returns
    -------
    (min(n, count),)
        Indices, lowest energy first; of equal energies the first conformer first.
    """
    ranking = np.argsort(energy, kind="stable")
    count = min(count, len(ranking))
    return ranking[np.arange(count) * (len(ranking) - 1) // max(count - 1, 1)]


def gallery(
    positions: np.ndarray,
    energy: np.ndarray,
    stereoisomer: np.ndarray,
    molecule: Chem.Mol,
    topology: Topology,
) -> Gallery:
    """Choose conformers and turn them to be looked at.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    energy : (n,)
        kcal/mol.
    stereoisomer : (n,) str
        Of each conformer.
    molecule, topology
        The molecule with hydrogens, and its elements.
    """
    shown = evenly_ranked(energy)
    pose, *_ = canonical_pose(positions[shown], masses(topology))
    overlaid, rmsd = superposed(pose, pose[0], heavy_atom_matches(molecule))
    return Gallery(
        conformer=shown,
        energy=energy[shown],
        stereoisomer=stereoisomer[shown],
        positions=pose,
        overlaid=overlaid,
        rmsd=rmsd,
        total=len(energy),
    )
