"""Geometries as they were moved, for models that read positions and no table of features."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from confsym.conformers import ensemble
from confsym.errors import StudyError
from confsym.models.labelled import ForceModel
from confsym.molecules.graphs import kekule_graph, matches
from confsym.molecules.topology import Topology
from confsym.registry import ORIGINAL
from confsym.transforms.order import topology_after


@dataclass(frozen=True, eq=False)
class Geometries:
    """Geometries of a molecule.

    Parameters
    ----------
    positions
        (n, atoms, 3) Å.
    topology
        Elements and bonds, atoms in the order of the positions.
    """

    positions: np.ndarray
    topology: Topology

    def __len__(self) -> int:
        return len(self.positions)


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


def predicting(
    model: ForceModel, topology: Topology
) -> Callable[[Geometries], tuple[np.ndarray, None]]:
    """From geometries to energies (n,), kcal/mol, without their standard deviations.

    The atoms may be listed in any order: elements, charges and bonds say which atom is which.

    Parameters
    ----------
    model
        Knows the atoms in the order of `topology`.
    topology
        The molecule that it learned.
    """

    def predict(geometries: Geometries) -> tuple[np.ndarray, None]:
        positions = geometries.positions[:, order_of(topology, geometries.topology)]
        return model.energies_and_forces(positions)[0], None

    return predict


def order_of(topology: Topology, other_topology: Topology) -> np.ndarray:
    """(atoms,) where each atom of a molecule stands in another list of the same atoms.

    Atoms that are listed as in the molecule stay: a match would exchange equivalent ones.

    Raises
    ------
    StudyError
        If elements, charges or bonds are those of another molecule.
    """
    if _as_listed(topology) == _as_listed(other_topology):
        return np.arange(len(topology.numbers))
    permutations = matches(kekule_graph(topology), kekule_graph(other_topology), 1)
    if not len(permutations):
        raise StudyError(
            "a model of forces learned another molecule: elements or bonds differ; fit it to this "
            "one."
        )
    return permutations[0]


def _as_listed(topology: Topology) -> tuple[list, list, dict]:
    """Atoms, and bonds in whatever order, with all that `kekule_graph` knows of them."""
    pairs = map(tuple, np.sort(topology.bonds, axis=1).tolist())
    orders = dict(zip(pairs, topology.kekule_orders.tolist(), strict=True))
    return topology.numbers.tolist(), topology.formal_charges.tolist(), orders
