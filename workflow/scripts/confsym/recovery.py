"""The force field that a linear model has found, beside the one that made the energies."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from rdkit import Chem

from confsym.energies.mmff_constants import OwnConstants
from confsym.features import terms
from confsym.features.force_field_terms import ANGLE_ORIGIN, NON_BONDED, usual_lengths
from confsym.features.labels import atom_labels, charge_labels
from confsym.topology import Topology

# Halgren, J. Comput. Chem. 17, 490 (1996), equations 2 to 13, with angles in rad.
MDYN_A = 143.9325  # kcal/mol in a millidyne Å
CUBIC_BOND, QUARTIC_BOND = -2.0, 7 / 12 * 4.0  # of b², 1/Å and 1/Å²
CUBIC_ANGLE = -0.006981317 * 180 / np.pi  # of θ², 1/rad; the paper rounds to -0.007 per degree
COULOMB = 332.0716  # kcal/mol Å for two elementary charges
SCALE_14 = 0.75

UNITS = {
    "kb": "mdyn/Å",
    "r0": "Å",
    "ka": "mdyn Å/rad²",
    "theta0": "°",
    "kba": "mdyn/rad",
    "V1": "kcal/mol",
    "V2": "kcal/mol",
    "V3": "kcal/mol",
    "koop": "mdyn Å/rad²",
    "epsilon": "kcal/mol",
    "qq": "e²",
}
HEADINGS = {
    "term": "Term",
    "class": "Class",
    "constant": "Constant",
    "unit": "Unit",
    "mmff94": "MMFF94",
    "recovered": "Recovered",
    "difference": "Difference",
    "determined": "Determined",
}
DETERMINED = 1e-3  # largest uncertainty of a coefficient, kcal/mol for a unit of its column


def coefficients(model: Any) -> np.ndarray:
    """(features,) coefficients of a pipeline of standardised columns and a linear model."""
    return model[-1].coef_ / model[0].scale_


def uncertainties(model: Any, values: np.ndarray, energy: np.ndarray) -> np.ndarray:
    """(features,) how far each coefficient could be off, kcal/mol for a unit of its column.

    For two reasons. Columns can make up for each other: angles about a centre are not independent,
    and about a stiff planar centre torsions and out-of-plane angles are nearly the same; of all
    solutions least squares takes the smallest, so that what lies in such a combination could be as
    large as the solution itself. And round-off is divided by small singular values.

    Parameters
    ----------
    model
        A fitted pipeline of standardised columns and least squares.
    values : (n, features)
        Of the training conformers.
    energy : (n,)
        kcal/mol.
    """
    noise = np.sqrt(np.mean((model.predict(values) - energy) ** 2))
    columns = model[0].transform(values)
    _, singular, rows = np.linalg.svd(columns - columns.mean(axis=0))
    rank = model[-1].rank_
    hidden = np.linalg.norm(rows[rank:], axis=0) * np.linalg.norm(model[-1].coef_)
    blurred = noise * np.linalg.norm(rows[:rank] / singular[:rank, None], axis=0)
    return (hidden + blurred) / model[0].scale_


def constants(
    names: Sequence[str],
    coefficient: np.ndarray,
    uncertainty: np.ndarray,
    topology: Topology,
    molecule: Chem.Mol,
) -> pd.DataFrame:
    """Set the constants that follow from the coefficients beside MMFF94's own.

    Parameters
    ----------
    names : (features,)
        Columns of `force_field_terms` with MMFF94's types and radii.
    coefficient : (features,)
        kcal/mol for a unit of each column.
    uncertainty : (features,)
        From `uncertainties`.
    topology, molecule
        The same molecule twice.

    Returns
    -------
    DataFrame
        Columns as in `HEADINGS`: a constant of a class of terms a row.
    """
    found = dict(zip(names, coefficient.tolist(), strict=True))
    certain = dict(zip(names, (uncertainty < DETERMINED).tolist(), strict=True))
    own = OwnConstants(molecule)
    rows = []
    for kind, name, atoms in _classes(topology):
        prefix = f"{kind}_{name}"
        mine = {c.removeprefix(prefix): x for c, x in found.items() if c.startswith(prefix)}
        usual = usual_lengths(topology, atoms[:1, :2])[0]
        known = own.mean(kind, atoms)
        for constant, (value, used) in RECOVER[kind](mine, usual).items():
            rows.append(
                {
                    "term": kind,
                    "class": name,
                    "constant": constant,
                    "unit": UNITS[constant],
                    "mmff94": known[constant],
                    "recovered": value,
                    "difference": value - known[constant],
                    "determined": all(certain[prefix + suffix] for suffix in used),
                }
            )
    return pd.DataFrame(rows, columns=list(HEADINGS))


def _classes(topology: Topology) -> Iterator[tuple[str, str, np.ndarray]]:
    """Kind, name and atoms (terms, k) of each class of terms whose constants can be recovered."""
    names = atom_labels(topology, "mmff_types", 0)
    charged = charge_labels(topology, names, "mmff_types")
    apart = topology.bond_distances
    for kind, found in (
        ("bond", terms.bonds(topology, names)),
        ("angle", terms.angles(topology, names, linear=False)),
        ("stretch_bend", terms.oriented_angles(topology, names)),
        ("torsion", terms.torsions(topology, names)),
        ("out_of_plane", terms.wedges(topology, names)),
        ("van_der_waals", terms.pairs(topology, names, apart >= NON_BONDED)),
        ("coulomb_14", terms.pairs(topology, charged, apart == NON_BONDED)),
        ("coulomb", terms.pairs(topology, charged, apart > NON_BONDED)),
    ):
        for name, atoms in found.classes():
            yield kind, name, atoms


# From coefficients by suffix of their columns, and the origin of a bond's stretch in Å, to each
# constant and the suffixes that it comes from. The lower powers of a stretch or bend are shared
# with stretch-bend, so that stiffness and equilibrium come from the two highest.

Recovered = dict[str, tuple[float, tuple[str, ...]]]


def _bond(found: Mapping[str, float], usual: float) -> Recovered:
    third, fourth = found["_3"], found["_4"]
    half = fourth / QUARTIC_BOND
    offset = (third / half - CUBIC_BOND) / (4 * QUARTIC_BOND) if half else float("nan")
    return {
        "kb": (2 * half / MDYN_A, ("_4",)),
        "r0": (usual - offset, ("_3", "_4")),
    }


def _angle(found: Mapping[str, float], usual: float) -> Recovered:
    second, third = found["_2"], found["_3"]
    half = third / CUBIC_ANGLE
    offset = (second / half - 1) / (3 * CUBIC_ANGLE) if half else float("nan")
    return {
        "ka": (2 * half / MDYN_A, ("_3",)),
        "theta0": (float(np.degrees(ANGLE_ORIGIN - offset)), ("_2", "_3")),
    }


def _stretch_bend(found: Mapping[str, float], usual: float) -> Recovered:
    return {"kba": (found["_1"] / MDYN_A, ("_1",))}


def _torsion(found: Mapping[str, float], usual: float) -> Recovered:
    signs = {1: 2, 2: -2, 3: 2}
    return {f"V{n}": (sign * found[f"_cos{n}"], (f"_cos{n}",)) for n, sign in signs.items()}


def _out_of_plane(found: Mapping[str, float], usual: float) -> Recovered:
    return {"koop": (2 * found["_2"] / MDYN_A, ("_2",))}


def _van_der_waals(found: Mapping[str, float], usual: float) -> Recovered:
    return {"epsilon": (found[""], ("",))}


def _coulomb(found: Mapping[str, float], usual: float) -> Recovered:
    return {"qq": (found[""] / COULOMB, ("",))}


def _coulomb_14(found: Mapping[str, float], usual: float) -> Recovered:
    return {"qq": (found[""] / COULOMB / SCALE_14, ("",))}


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
