"""RDKit's descriptors of shape: made to compare molecules, here put to conformers of one."""

from collections.abc import Callable
from itertools import product
from typing import NamedTuple

import numpy as np
from rdkit.Chem import rdMolDescriptors

from confsym.errors import StudyError
from confsym.molecules.rdkit_molecule import conformer_molecules
from confsym.molecules.topology import Topology

# Properties by which pairs of atoms are weighted, relative to carbon's.
WEIGHTS = (
    *("unweighted", "mass", "volume", "electronegativity"),
    *("polarizability", "ionization", "intrinsic_state"),
)
ROUND_OFF = 1e-6  # Å: spreads below it are round-off
FLAT = 1e-5  # Å²: variance along the third axis below which there is no telling its shape
TIED = 1e-6  # of the largest variance: nearer than this, two axes are any two in their plane


class Block(NamedTuple):
    """One descriptor: its RDKit function, its columns, and what is to be mended in its values."""

    function: Callable
    names: list[str]
    mend: Callable[[np.ndarray, np.ndarray], np.ndarray]


def rdkit_3d(
    positions: np.ndarray, topology: Topology, blocks: list[str]
) -> tuple[list[str], np.ndarray]:
    """Compute MoRSE, RDF, WHIM, 3D autocorrelation and USRCAT.

    As in RDKit, after Todeschini and Consonni, Molecular Descriptors for Chemoinformatics (2009),
    doi:10.1002/9783527628766, and Schreyer and Blundell, J. Cheminform. 4, 27 (2012),
    doi:10.1186/1758-2946-4-27.

    RDKit rounds all but USRCAT to three decimals, and a value that happens to lie within round-off
    of the brink of rounding changes by 0.001 under a motion that should change nothing: by the size
    of round-off about one in 10⁹.
    MoRSE's values at s = 0 are left out: they are sums of products of the atoms' properties, the
    same for all conformers of a molecule, and for some molecules lie on the brink in each of them
    (intrinsic states of CCB(O)O, CCCl, glycine). USRCAT measures from the nearest and the farthest
    atom and jumps where two atoms tie.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    topology
        Elements and bonds.
    blocks
        Which of morse, rdf, whim, autocorr3d and usrcat; their own order is kept.

    Returns
    -------
    names : list of str
        `morse_mass_3`, `rdf_volume_2.5`, `whim_L1_mass`, `autocorr3d_mass_4`,
        `usrcat_donor_farthest_mean` …
    values : (n, features)
        Various.

    Raises
    ------
    StudyError
        If WHIM is asked for where a conformer has no principal axes that round-off leaves alone.
    """
    molecule = conformer_molecules(topology, positions)
    names, values = [], []
    for name, block in BLOCKS.items():
        if name in blocks:
            rows = [block.function(molecule, confId=c) for c in range(len(positions))]
            names += [f"{name}_{column}" for column in block.names]
            values.append(block.mend(np.array(rows), positions))
    return names, np.concatenate(values, axis=1)


def _as_they_are(values: np.ndarray, positions: np.ndarray) -> np.ndarray:
    return values


def _without_constants(values: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """MoRSE without s = 0, which says nothing about a conformer."""
    return values.reshape(len(values), len(WEIGHTS), 32)[:, :, 1:].reshape(len(values), -1)


def _with_skewness(values: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Skewness instead of its cube root, which makes 10⁻⁵ of a round-off of 10⁻¹⁵.

    A class of one atom, or of two equally far, has no spread, and then none of the skewness that
    RDKit divides out of round-off.
    """
    _, spread, root = np.moveaxis(values.reshape(len(values), -1, 3), 2, 0)
    mended = values.copy()
    mended[:, 2::3] = np.where(spread < ROUND_OFF, 0, root**3)
    return mended


def _with_axes(values: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Refuse flat conformers and symmetric tops, whose axes round-off alone would decide."""
    centred = positions - positions.mean(axis=1, keepdims=True)
    covariance = np.einsum("nax,nay->nxy", centred, centred) / positions.shape[1]
    variance = np.linalg.eigvalsh(covariance)
    tied = np.diff(variance, axis=1).min(axis=1) < TIED * variance[:, 2]
    if (variance[:, 0] < FLAT).any() or tied.any():
        raise StudyError(
            "rdkit_3d: WHIM needs three principal axes, and a conformer is flat or a symmetric "
            "top; leave whim out of blocks."
        )
    return values


def _whim_names() -> list[str]:
    """RDKit's order: along each axis by weight, then over all axes."""
    along = [*("L1", "L2", "L3", "P1", "P2"), *("G1", "G2", "G3", "E1", "E2", "E3")]
    names = [f"{what}_{weight}" for weight, what in product(WEIGHTS, along)]
    for what in "TAGKDV":
        weights = WEIGHTS[:2] if what == "G" else WEIGHTS
        names += [f"{what}_{weight}" for weight in weights]
    return names


BLOCKS = {
    "morse": Block(
        rdMolDescriptors.CalcMORSE,
        [f"{weight}_{s}" for weight, s in product(WEIGHTS, range(1, 32))],
        _without_constants,
    ),
    "rdf": Block(
        rdMolDescriptors.CalcRDF,
        [f"{weight}_{1 + k / 2:g}" for weight, k in product(WEIGHTS, range(30))],
        _as_they_are,
    ),
    "whim": Block(rdMolDescriptors.CalcWHIM, _whim_names(), _with_axes),
    "autocorr3d": Block(
        rdMolDescriptors.CalcAUTOCORR3D,
        [f"{weight}_{lag}" for weight, lag in product((*WEIGHTS, "radius"), range(1, 11))],
        _as_they_are,
    ),
    "usrcat": Block(
        rdMolDescriptors.GetUSRCAT,
        [
            "_".join(parts)
            for parts in product(
                ("all", "hydrophobic", "aromatic", "acceptor", "donor"),
                ("centroid", "nearest", "farthest", "opposite"),
                ("mean", "spread", "skewness"),
            )
        ],
        _with_skewness,
    ),
}
