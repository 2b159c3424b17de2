"""Further sets of a molecule's geometries, which no model trains on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from confsym.energies.tables import read, read_baseline
from confsym.storage.parquet import read_feature_sets


class FurtherSet(NamedTuple):
    """Geometries that are only ever predicted.

    Parameters
    ----------
    tables
        For each transform, conformer (n,) and features (n, features).
    energy, baseline
        (n,) kcal/mol.
    """

    tables: dict[str, tuple[np.ndarray, np.ndarray]]
    energy: np.ndarray
    baseline: np.ndarray


def read_further_sets(
    folders: Mapping[str, str],
    features: Iterable[str],
    energies: Iterable[str],
    baselines: Iterable[str],
) -> dict[str, FurtherSet]:
    """Read what several sets have: to each belongs what lies in its folder.

    Parameters
    ----------
    folders
        Of the sets, by name.
    features, energies, baselines
        Paths of all sets: feature tables, named after their transforms, and energies of the
        study's level and of the cheaper one, if there is one.
    """
    further_sets = {}
    for name, folder in folders.items():
        energy = read(paths_inside(folder, energies)[0])
        baseline = read_baseline(paths_inside(folder, baselines), energy)
        further_sets[name] = FurtherSet(
            dict(each_transform(paths_inside(folder, features))), energy, baseline
        )
    return further_sets


def each_transform(
    paths: Iterable[str | Path],
) -> Iterator[tuple[str, tuple[np.ndarray, np.ndarray]]]:
    """Read feature tables, one transform's after the other's: conformer (n,), (n, features)."""
    paths = list(paths)
    for stem in dict.fromkeys(Path(path).stem for path in paths):
        yield stem, read_feature_sets([path for path in paths if Path(path).stem == stem])[:2]


def paths_inside(folder: str | Path, paths: Iterable[str]) -> Sequence[str]:
    """Those of some paths that lie in a folder."""
    return [path for path in paths if Path(path).is_relative_to(folder)]
