"""Conformers as they were moved, for models that read positions and no table of features."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from confsym.conformers import ensemble
from confsym.evaluation.geometries import Geometries
from confsym.molecules.topology import Topology
from confsym.registry import ORIGINAL
from confsym.transforms.order import topology_after


def read(
    original: str | Path,
    moved_paths: Mapping[str, str | Path],
    transforms: Mapping[str, Mapping[str, Any]],
    topology: Topology,
) -> dict[str, tuple[np.ndarray, Geometries]]:
    """Read an ensemble and its moved copies.

    Parameters
    ----------
    original
        File of the ensemble.
    moved_paths
        For each transform the file of what it moved.
    transforms
        The config's section transforms.
    topology
        Of the ensemble.

    Returns
    -------
    dict
        For each transform, the original first, which conformers it has (n,) and the geometries.
    """
    original_ensemble = ensemble.read(original)
    geometries = {
        ORIGINAL: (
            np.arange(len(original_ensemble)),
            Geometries(original_ensemble.positions, topology),
        )
    }
    for name, path in moved_paths.items():
        moved_ensemble = ensemble.read(path)
        moved_topology = topology_after(topology, transforms[name])
        geometries[name] = (
            original_ensemble.find(moved_ensemble),
            Geometries(moved_ensemble.positions, moved_topology),
        )
    return geometries
