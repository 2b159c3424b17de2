"""The columns of an experiment's feature sets with their derivatives, where there are any."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from confsym.errors import StudyError
from confsym.features.columns import Columns
from confsym.features.descriptor_columns import DescriptorColumns
from confsym.features.jointly import Jointly
from confsym.features.products import Product
from confsym.features.registry import feature_row, with_derivatives
from confsym.features.saturation import Saturation
from confsym.molecules.topology import Topology
from confsym.registry import arguments, resolve


def columns_of(
    features: Iterable[Mapping[str, Any]], topology: Topology, saturation: Saturation | None = None
) -> tuple[Jointly, np.ndarray]:
    """Describe the columns of some feature sets: sums of products first, then descriptors.

    Parameters
    ----------
    features
        The experiment's entries of section features: `kind` and its parameters.
    topology
        Elements and bonds.
    saturation
        Where stretches, bends and distances stop growing; None for nowhere.

    Returns
    -------
    columns : Jointly
        Values and derivatives.
    groups : (columns,)
        Numbers, the same for columns of one feature set and kind.

    Raises
    ------
    StudyError
        If a feature set has no derivatives.
    """
    products: list[Product] = []
    descriptors: list[DescriptorColumns] = []
    first: list[tuple[int, str]] = []
    then: list[tuple[int, str]] = []
    for number, settings in enumerate(features):
        row = feature_row(settings)
        why = row.why_no_derivatives(settings)
        if why:
            raise StudyError(
                f"features: the kind {settings['kind']} has no derivatives, which a model of "
                f"energies and forces needs, since {why}; use one of {with_derivatives()}."
            )
        found = resolve(row.derivatives)(topology, **arguments(settings))
        if isinstance(found, DescriptorColumns):
            descriptors.append(found)
            then += [(number, kind) for kind in found.kinds]
        else:
            products += found
            first += [(number, product.kind) for product in found for _ in product.names]
    parts = [Columns(products, len(topology.numbers), saturation)] if first else []
    place = {kind: number for number, kind in enumerate(dict.fromkeys(first + then))}
    groups = np.array([place[kind] for kind in first + then], dtype=int)
    return Jointly([*parts, *descriptors]), groups
