"""What dynamics at constant energy conserves, and how large it is in a heat bath.

A force that is the slope of an energy conserves the energy, whatever the energy is. An energy that
no translation changes conserves momentum, one that no rotation changes angular momentum: Noether,
Nachr. Ges. Wiss. Göttingen 1918, 235, doi:10.1080/00411457108231446 (translation).
"""

import numpy as np
from ase import Atoms, units

from confsym.atomic_units import EV
from confsym.molecules.ase_atoms import inertia
from confsym.sampling.records import FEWEST

HOT = 100  # times the temperature at the start: nothing is learned from there on


def thermal_momentum(atoms: Atoms, temperature: float) -> float:
    """Root mean square of a free molecule's momentum in a heat bath: √(3 M k T), ASE's units."""
    return float(np.sqrt(3 * atoms.get_masses().sum() * units.kB * temperature))


def thermal_angular_momentum(atoms: Atoms, temperature: float) -> float:
    """Root mean square of its angular momentum: √(k T (I₁ + I₂ + I₃)), ASE's units."""
    return float(np.sqrt(inertia(atoms).sum() * units.kB * temperature))


def drift(
    time_fs: np.ndarray, total_kcal_mol: np.ndarray, swing_kcal_mol: np.ndarray, atoms: int
) -> tuple[float, float]:
    """Slope of a line through the total energy, and the slope that an oscillation may cause.

    Verlet's energy oscillates about one that it conserves: Hairer, Lubich and Wanner, Acta Numerica
    12, 399 (2003), doi:10.1017/S0962492902000144. A line through anything that stays within ± A has
    a slope of 3 A / duration at most, that of −A in the first half and A in the second. 2 A is the
    largest swing between two records: records alone see a vibration of about their own interval as
    a slow one.

    Parameters
    ----------
    time_fs, total_kcal_mol, swing_kcal_mol : (records,)
        From `runs.runs`.
    atoms
        Number of atoms.

    Returns
    -------
    slope, uncertainty
        meV/atom/ps; NaN of fewer than ten records after the start.
    """
    if len(time_fs) <= FEWEST:
        return float("nan"), float("nan")
    slope = np.polyfit(time_fs / 1000, total_kcal_mol - total_kcal_mol[0], 1)[0]
    max_slope = 1.5 * swing_kcal_mol.max() / np.ptp(time_fs / 1000)
    return float(1000 * slope / EV / atoms), float(1000 * max_slope / EV / atoms)
