"""Geometries for models that read positions and no table of features."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from confsym.errors import StudyError
from confsym.models.labelled import ForceModel
from confsym.molecules.graphs import kekule_graph, matches
from confsym.molecules.topology import Topology


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
