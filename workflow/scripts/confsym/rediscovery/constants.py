"""The force field that a linear model has found, beside the one that made the energies."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from rdkit import Chem

from confsym.features import terms
from confsym.features.coordinates import usual_lengths
from confsym.features.force_field_terms import NON_BONDED
from confsym.features.labels import atom_labels, charge_labels
from confsym.molecules.topology import Topology
from confsym.rediscovery.formulas import RECOVER
from confsym.rediscovery.mmff_constants import OwnConstants

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
    # All right singular vectors, without the left ones, which would be as many as conformers.
    triangle = np.linalg.qr(columns - columns.mean(axis=0), mode="r")
    _, singular, rows = np.linalg.svd(triangle)
    rank = model[-1].rank_
    undetermined = np.linalg.norm(rows[rank:], axis=0) * np.linalg.norm(model[-1].coef_)
    round_off = noise * np.linalg.norm(rows[:rank] / singular[:rank, None], axis=0)
    return (undetermined + round_off) / model[0].scale_


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
    coefficient_of = dict(zip(names, coefficient.tolist(), strict=True))
    is_determined = dict(zip(names, (uncertainty < DETERMINED).tolist(), strict=True))
    mmff_constants = OwnConstants(molecule)
    rows = []
    for kind, name, atoms in _classes(topology):
        prefix = f"{kind}_{name}"
        coefficients_of_class = {
            c.removeprefix(prefix): x for c, x in coefficient_of.items() if c.startswith(prefix)
        }
        usual_length = usual_lengths(topology, atoms[:1, :2])[0]
        mmff_values = mmff_constants.mean(kind, atoms)
        for constant, (value, suffixes) in RECOVER[kind](
            coefficients_of_class, usual_length
        ).items():
            rows.append(
                {
                    "term": kind,
                    "class": name,
                    "constant": constant,
                    "unit": UNITS[constant],
                    "mmff94": mmff_values[constant],
                    "recovered": value,
                    "difference": value - mmff_values[constant],
                    "determined": all(is_determined[prefix + suffix] for suffix in suffixes),
                }
            )
    return pd.DataFrame(rows, columns=list(HEADINGS))


def _classes(topology: Topology) -> Iterator[tuple[str, str, np.ndarray]]:
    """Kind, name and atoms (terms, k) of each class of terms whose constants can be recovered."""
    names = atom_labels(topology, "mmff_types", 0)
    charged = charge_labels(topology, names, "mmff_types")
    bonds_apart = topology.bond_distances
    for kind, classes_of_kind in (
        ("bond", terms.bonds(topology, names)),
        ("angle", terms.angles(topology, names, linear=False)),
        ("stretch_bend", terms.oriented_angles(topology, names)),
        ("torsion", terms.torsions(topology, names)),
        ("out_of_plane", terms.wedges(topology, names)),
        ("van_der_waals", terms.pairs(topology, names, bonds_apart >= NON_BONDED)),
        ("coulomb_14", terms.pairs(topology, charged, bonds_apart == NON_BONDED)),
        ("coulomb", terms.pairs(topology, charged, bonds_apart > NON_BONDED)),
    ):
        for name, atoms in classes_of_kind.classes():
            yield kind, name, atoms
