"""Tested geometries that a model has seen, or all but seen, in training."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from sklearn import config_context
from sklearn.neighbors import NearestNeighbors

from confsym.geometry.internal import all_distances

MEMORY = 200  # MB of distances at once
SAME, NEAR = 1e-4, 0.02  # Å
HEADINGS = {
    "tested_on": "Tested on",
    "n": "Conformers tested",
    "copies": "Copies of a training conformer",
    "near_copies": "Near copies",
    "nearest_angstrom": "Nearest to a training conformer (Å)",
    "median_nearest_angstrom": "Nearest, median (Å)",
}


def nearest(train: np.ndarray, tested: np.ndarray) -> np.ndarray:
    """How far each tested geometry is from the nearest training one.

    The measure is the root mean square of the differences of all interatomic distances, atoms as
    they are listed: it needs no superposition, and mirror images are one.

    Parameters
    ----------
    train : (m, atoms, 3)
        Å.
    tested : (n, atoms, 3)
        Å.

    Returns
    -------
    (n,)
        Å.
    """
    known, asked = map(all_distances, (train, tested))
    search = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(known)
    with config_context(working_memory=MEMORY):
        place = search.kneighbors(asked, return_distance=False)[:, 0]
    # The search expands the square, which loses the distance of copies to round-off.
    return np.sqrt(np.mean((asked - known[place]) ** 2, axis=1))


def near_copies(train: np.ndarray, tested: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Count tested geometries that are training ones, to 0.0001 Å, or nearly, to 0.02 Å.

    Parameters
    ----------
    train : (m, atoms, 3)
        Å.
    tested
        For each set (n, atoms, 3), Å.

    Returns
    -------
    DataFrame
        Columns as in `HEADINGS`; copies count as near ones too.
    """
    rows = []
    for name, positions in tested.items():
        distance = nearest(train, positions)
        rows.append(
            {
                "tested_on": name,
                "n": len(distance),
                "copies": int((distance < SAME).sum()),
                "near_copies": int((distance < NEAR).sum()),
                "nearest_angstrom": distance.min(),
                "median_nearest_angstrom": np.median(distance),
            }
        )
    return pd.DataFrame(rows)


def remarks(table: pd.DataFrame, name: str) -> list[str]:
    """Sentences about sets with copies, on which a model seems better than it is."""
    return [
        f"molecules.{name}: {row.near_copies} of {row.n} geometries of {row.tested_on} are nearer "
        f"than {NEAR} Å to one that trains, {row.copies} of them the same, so that errors on them "
        "flatter; split by order, or leave copies out of the file."
        for row in table.itertuples()
        if row.near_copies
    ]
