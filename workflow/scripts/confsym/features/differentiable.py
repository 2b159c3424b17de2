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
    product_kinds: list[tuple[int, str]] = []
    descriptor_kinds: list[tuple[int, str]] = []
    for number, settings in enumerate(features):
        row = feature_row(settings)
        reason = row.why_no_derivatives(settings)
        if reason:
            raise StudyError(
                f"features: the kind {settings['kind']} has no derivatives, which a model of "
                f"energies and forces needs, since {reason}; use one of {with_derivatives()}."
            )
        columns = resolve(row.derivatives)(topology, **arguments(settings))
        if isinstance(columns, DescriptorColumns):
            descriptors.append(columns)
            descriptor_kinds += [(number, kind) for kind in columns.kinds]
        else:
            products += columns
            product_kinds += [(number, product.kind) for product in columns for _ in product.names]
    column_sets = [Columns(products, len(topology.numbers), saturation)] if product_kinds else []
    group_of_kind = {
        kind: number for number, kind in enumerate(dict.fromkeys(product_kinds + descriptor_kinds))
    }
    groups = np.array([group_of_kind[kind] for kind in product_kinds + descriptor_kinds], dtype=int)
    return Jointly([*column_sets, *descriptors]), groups
