"""The columns of an experiment's feature sets with their derivatives, where there are any."""

from collections.abc import Iterable, Mapping
from typing import Any

from confsym.errors import StudyError
from confsym.features.products import Product
from confsym.features.registry import feature_row
from confsym.molecules.topology import Topology
from confsym.registry import arguments, resolve


def products_of(features: Iterable[Mapping[str, Any]], topology: Topology) -> list[list[Product]]:
    """Describe the columns of each feature set, in the order of its table.

    Parameters
    ----------
    features
        The experiment's entries of section features: `kind` and its parameters.
    topology
        Elements and bonds.

    Returns
    -------
    list of list of Product
        For each feature set; `Columns` computes their values and derivatives.

    Raises
    ------
    StudyError
        If a feature set has no derivatives.
    """
    found = []
    for settings in features:
        row = feature_row(settings)
        why = row.why_no_derivatives(settings)
        if why:
            raise StudyError(
                f"features: the kind {settings['kind']} has no derivatives, which a model of "
                f"energies and forces needs, since {why}; use force_field_terms, coupled_terms, "
                "anharmonic_terms or inverse_distances with order: atoms."
            )
        found.append(resolve(row.products)(topology, **arguments(settings)))
    return found
