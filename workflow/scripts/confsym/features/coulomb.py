"""Eigenvalues of the Coulomb matrix."""

import numpy as np

from confsym.atomic_units import BOHR
from confsym.molecules.topology import Topology


def coulomb_eigenvalues(positions: np.ndarray, topology: Topology) -> tuple[list[str], np.ndarray]:
    """Describe each conformer by the spectrum of its Coulomb matrix.

    C_ii = ½ Z_i^2.4 and C_ij = Z_i Z_j / r_ij (Rupp, Tkatchenko, Müller and von Lilienfeld, Phys.
    Rev. Lett. 108, 058301 (2012), doi:10.1103/PhysRevLett.108.058301), with r in bohr: the diagonal
    is fitted to energies of atoms in hartree. Eigenvalues descend by value: sorted by size, as in
    the paper, two of opposite sign can change places.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    topology
        Elements.

    Returns
    -------
    names : list of str
        `eigenvalue_0` …
    values : (n, atoms)
        Hartree.
    """
    charge = topology.numbers.astype(float)
    difference = positions[:, :, None] - positions[:, None, :]
    distance = np.sqrt(np.einsum("nijx,nijx->nij", difference, difference))
    diagonal = np.arange(len(charge))
    distance[:, diagonal, diagonal] = 1
    matrix = np.outer(charge, charge) * BOHR / distance
    matrix[:, diagonal, diagonal] = 0.5 * charge**2.4
    values = np.linalg.eigvalsh(matrix)[:, ::-1]
    return [f"eigenvalue_{rank}" for rank in diagonal], values
