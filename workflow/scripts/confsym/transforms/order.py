"""The order in which a transform lists the atoms, which elements and bonds follow."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from confsym.molecules.topology import Topology
from confsym.registry import arguments, resolve
from confsym.transforms.registry import TRANSFORMS


def relabelled_order(atoms: int, seed: int) -> np.ndarray:
    """(atoms,) the old atom at each place of the new list, which differs from the old list."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(atoms)
    while atoms > 1 and (order == np.arange(atoms)).all():  # it would put nothing on trial
        order = rng.permutation(atoms)
    return order


def order_after(atoms: int, transform: Mapping[str, Any]) -> np.ndarray:
    """(atoms,) which atom stands at each place after a transform, its `kind` and parameters."""
    order = TRANSFORMS[transform["kind"]].order
    return resolve(order)(atoms, **arguments(transform)) if order else np.arange(atoms)


def topology_after(topology: Topology, transform: Mapping[str, Any]) -> Topology:
    """Elements and bonds of the moved molecule, atoms in the order of its positions."""
    if not TRANSFORMS[transform["kind"]].order:
        return topology
    return topology.relabelled(order_after(len(topology.numbers), transform))
