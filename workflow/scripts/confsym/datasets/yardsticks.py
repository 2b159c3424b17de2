"""Numbers that are alike in all molecules: they show a wrong unit without other data."""

import numpy as np

FOLLOWS = 0.8  # least correlation of force and length by which a bond counts
LEAST = 10  # frames that say something
SAMPLE = 2000  # frames that are looked at


def atoms_energy(numbers: np.ndarray) -> float:
    """The energy of all electrons of the separate atoms, to about 1 %: hartree.

    -0.768745 Z^(7/3) + Z²/2 - 0.269900 Z^(5/3), the Thomas-Fermi energy with the corrections of
    Scott and Schwinger: Englert and Schwinger, Phys. Rev. A 29, 2331 (1984),
    doi:10.1103/PhysRevA.29.2331. No energy with fewer electrons or another zero is near it.

    Parameters
    ----------
    numbers : (atoms,)
        Atomic numbers.
    """
    z = numbers.astype(float)
    return float((-0.768745 * z ** (7 / 3) + z**2 / 2 - 0.2699 * z ** (5 / 3)).sum())


def stiffness(positions: np.ndarray, gradients: np.ndarray, numbers: np.ndarray) -> float | None:
    """The force constant of bonds to hydrogen: how the force along one grows with its length.

    All such bonds are about as stiff, 300 to 1300 kcal/mol/Å², in all molecules (C-H 700, N-H 900,
    O-H 1100; Wilson, Decius and Cross, Molecular Vibrations, McGraw-Hill 1955).

    Parameters
    ----------
    positions, gradients : (n, atoms, 3)
        Å, kcal/mol/Å.
    numbers : (atoms,)
        Atomic numbers.

    Returns
    -------
    float or None
        Median over the hydrogens, kcal/mol/Å²; None if lengths hardly vary, or forces do not
        follow them.
    """
    hydrogen, heavy = np.flatnonzero(numbers == 1), np.flatnonzero(numbers != 1)
    if len(positions) < LEAST or not len(hydrogen) or not len(heavy):
        return None
    step = len(positions) // SAMPLE + 1
    positions, gradients = positions[::step], gradients[::step]
    constants = []
    for atom in hydrogen:
        distance = np.linalg.norm(positions[:, heavy] - positions[:, atom, None], axis=2)
        home = heavy[np.median(distance, axis=0).argmin()]
        vector = positions[:, atom] - positions[:, home]
        length = np.linalg.norm(vector, axis=1)
        pull = (gradients[:, atom] * vector).sum(axis=1) / length
        if length.std() == 0 or pull.std() == 0:
            continue
        if abs(np.corrcoef(length, pull)[0, 1]) > FOLLOWS:
            constants.append(np.polyfit(length - length.mean(), pull, 1)[0])
    return float(np.median(constants)) if constants else None


def bond_variation(positions: np.ndarray) -> float:
    """How much bonds vary in length: about 0.03 Å in a hot molecule, 0.003 Å in relaxed ones.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.

    Returns
    -------
    float
        Å; of the distances from each atom to its nearest one the standard deviation over frames,
        and of those the upper quartile.
    """
    chosen = positions[:: len(positions) // SAMPLE + 1]
    spread = []
    for atom in range(positions.shape[1]):
        distance = np.linalg.norm(chosen - chosen[:, [atom]], axis=2)
        median = np.median(distance, axis=0)
        median[atom] = np.inf
        spread.append(distance[:, median.argmin()].std())
    return float(np.quantile(spread, 0.75))
