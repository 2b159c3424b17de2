"""Inverse distances as functions of internal coordinates, for their derivatives."""

import numpy as np

from confsym.features.coordinates import Coordinate
from confsym.features.functions import InversePower
from confsym.features.products import Factor, Product
from confsym.features.terms import Terms
from confsym.molecules.topology import Topology


def products(topology: Topology, order: str) -> list[Product]:
    """The columns of `inverse_distances` with `order` "atoms", the one that has derivatives."""
    assert order == "atoms", "sorted values are no smooth functions"
    pairs = np.column_stack(np.triu_indices(len(topology.numbers), 1))
    each = Terms([f"{i}_{j}" for i, j in pairs.tolist()], pairs, np.arange(len(pairs)))
    distance = Coordinate("distance", pairs)
    return [Product("inverse", each, "", (Factor(distance, InversePower(1, 1.0)),))]
