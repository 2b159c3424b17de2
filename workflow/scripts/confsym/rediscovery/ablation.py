"""What each of MMFF94's seven terms is worth: learning without it, and learning it alone."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

# Kinds of columns of `force_field_terms` for each term, in MMFF94's order.
COLUMNS = {
    "bond_stretching": ("bond",),
    "angle_bending": ("angle",),
    "stretch_bend": ("arm", "stretch_bend"),
    "out_of_plane": ("out_of_plane",),
    "torsion": ("torsion",),
    "van_der_waals": ("van_der_waals", "inverse"),
    "electrostatic": ("coulomb", "coulomb_14"),
}
HEADINGS = {
    "term": "Term",
    "energy_std_kcal_mol": "Spread of its energy (kcal/mol)",
    "columns": "Columns",
    "mae_alone_kcal_mol": "Held-out MAE, learned alone (kcal/mol)",
    "mae_without_kcal_mol": "Held-out MAE of the whole without its columns (kcal/mol)",
}


def ablation(
    build: Callable,
    names: Sequence[str],
    values: np.ndarray,
    terms: np.ndarray,
    train: np.ndarray,
) -> pd.DataFrame:
    """Fit a model to each term with that term's columns, and to the sum with all others.

    Parameters
    ----------
    build
        Makes a new estimator.
    names : (features,)
        Columns of `force_field_terms`.
    values : (conformers, features)
    terms : (conformers, 7)
        Energy of each term, kcal/mol.
    train : (conformers,) bool
        Which to fit to; the others are held out.

    Returns
    -------
    DataFrame
        Columns as in `HEADINGS`: a term a row, then "all" of them. An error is missing where there
        is no column to learn from.
    """
    kinds = np.array([kind_of(name) for name in names])
    powers = np.array([name.rpartition("_")[2] for name in names])

    def error(columns: np.ndarray, energy: np.ndarray) -> float:
        if not columns.any():
            return float("nan")
        model = build().fit(values[train][:, columns], energy[train])
        return float(np.abs(model.predict(values[~train][:, columns]) - energy[~train]).mean())

    total = terms.sum(axis=1)
    rows = []
    for (term, term_kinds), energy in zip(COLUMNS.items(), terms.T, strict=True):
        of_term = np.isin(kinds, term_kinds)
        columns_of_term = of_term.copy()
        if term == "stretch_bend" and of_term.any():  # its origin of the angle is not the columns'
            columns_of_term |= (kinds == "angle") & (powers == "1")
        rows.append(
            (
                term,
                energy.std(),
                of_term.sum(),
                error(columns_of_term, energy),
                error(~of_term, total),
            )
        )
    all_columns = np.ones(len(kinds), dtype=bool)
    rows.append(("all", total.std(), len(kinds), error(all_columns, total), float("nan")))
    return pd.DataFrame(rows, columns=list(HEADINGS))


def kind_of(name: str) -> str:
    """The kind of term that a column is of: `bond_C1-H5_2` is of "bond"."""
    kinds = [kind for term_kinds in COLUMNS.values() for kind in term_kinds]
    return max((kind for kind in kinds if name.startswith(f"{kind}_")), key=len)
