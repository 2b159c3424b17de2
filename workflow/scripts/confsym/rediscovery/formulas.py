"""MMFF94's constants from the coefficients of force-field terms: its formulas read backwards."""

from collections.abc import Mapping

import numpy as np

from confsym.features.coordinates import ANGLE_ORIGIN

# Halgren, J. Comput. Chem. 17, 490 (1996), equations 2 to 13, with angles in rad.
MDYN_A = 143.9325  # kcal/mol in a millidyne Å
CUBIC_BOND, QUARTIC_BOND = -2.0, 7 / 12 * 4.0  # of b², 1/Å and 1/Å²
CUBIC_ANGLE = -0.006981317 * 180 / np.pi  # of θ², 1/rad; the paper rounds to -0.007 per degree
COULOMB = 332.0716  # kcal/mol Å for two elementary charges
SCALE_14 = 0.75

# From coefficients by suffix of their columns, and the origin of a bond's stretch in Å, to each
# constant and the suffixes that it comes from. The lower powers of a stretch or bend are shared
# with stretch-bend, so that stiffness and equilibrium come from the two highest.

Recovered = dict[str, tuple[float, tuple[str, ...]]]


def _bond(coefficients: Mapping[str, float], usual_length: float) -> Recovered:
    third, fourth = coefficients["_3"], coefficients["_4"]
    half = fourth / QUARTIC_BOND
    offset = (third / half - CUBIC_BOND) / (4 * QUARTIC_BOND) if half else float("nan")
    return {
        "kb": (2 * half / MDYN_A, ("_4",)),
        "r0": (usual_length - offset, ("_3", "_4")),
    }


def _angle(coefficients: Mapping[str, float], usual_length: float) -> Recovered:
    second, third = coefficients["_2"], coefficients["_3"]
    half = third / CUBIC_ANGLE
    offset = (second / half - 1) / (3 * CUBIC_ANGLE) if half else float("nan")
    return {
        "ka": (2 * half / MDYN_A, ("_3",)),
        "theta0": (float(np.degrees(ANGLE_ORIGIN - offset)), ("_2", "_3")),
    }


def _stretch_bend(coefficients: Mapping[str, float], usual_length: float) -> Recovered:
    return {"kba": (coefficients["_1"] / MDYN_A, ("_1",))}


def _torsion(coefficients: Mapping[str, float], usual_length: float) -> Recovered:
    signs = {1: 2, 2: -2, 3: 2}
    return {f"V{n}": (sign * coefficients[f"_cos{n}"], (f"_cos{n}",)) for n, sign in signs.items()}


def _out_of_plane(coefficients: Mapping[str, float], usual_length: float) -> Recovered:
    return {"koop": (2 * coefficients["_2"] / MDYN_A, ("_2",))}


def _van_der_waals(coefficients: Mapping[str, float], usual_length: float) -> Recovered:
    return {"epsilon": (coefficients[""], ("",))}


def _coulomb(coefficients: Mapping[str, float], usual_length: float) -> Recovered:
    return {"qq": (coefficients[""] / COULOMB, ("",))}


def _coulomb_14(coefficients: Mapping[str, float], usual_length: float) -> Recovered:
    return {"qq": (coefficients[""] / COULOMB / SCALE_14, ("",))}


RECOVER = {
    "bond": _bond,
    "angle": _angle,
    "stretch_bend": _stretch_bend,
    "torsion": _torsion,
    "out_of_plane": _out_of_plane,
    "van_der_waals": _van_der_waals,
    "coulomb": _coulomb,
    "coulomb_14": _coulomb_14,
}
