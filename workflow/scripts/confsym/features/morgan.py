"""Morgan's circular fingerprint: what the bonds alone say of a molecule."""

import numpy as np
from rdkit.Chem import rdFingerprintGenerator

from confsym.molecules.rdkit_molecule import rdkit_molecule
from confsym.molecules.topology import Topology


def morgan(
    positions: np.ndarray, topology: Topology, radius: int, bits: int, counts: bool
) -> tuple[list[str], np.ndarray]:
    """Count the atom environments of the molecule, hashed into columns.

    Rogers and Hahn, J. Chem. Inf. Model. 50, 742 (2010), doi:10.1021/ci100050t. Conformers of one
    molecule have the same bonds, hence the same row: what a model on it can learn is their mean
    energy, and nothing else.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å; only their number matters.
    topology
        Elements and bonds.
    radius
        Bonds from the centre of an environment to its edge, at most.
    bits
        Columns.
    counts
        Whether a column says how often an environment occurs, or only whether it does.

    Returns
    -------
    names : list of str
        `morgan_0` …
    values : (n, bits)
        No unit.
    """
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=radius, fpSize=bits)
    molecule = rdkit_molecule(topology)
    fingerprint = (
        generator.GetCountFingerprintAsNumPy(molecule)
        if counts
        else generator.GetFingerprintAsNumPy(molecule)
    )
    return [f"morgan_{bit}" for bit in range(bits)], np.tile(
        fingerprint.astype(float), (len(positions), 1)
    )
