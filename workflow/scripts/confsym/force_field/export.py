"""What is known of a fitted model, put together as a force field."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from confsym.force_field.ranges import Ranges, largest_gap, sorted_distances
from confsym.force_field.record import ForceField, Level, Training
from confsym.geometry.internal import pair_distances
from confsym.models.labelled import ForceModel
from confsym.molecules.topology import Topology

# What `molecule.json` says beside: of the user's file.
LEFT_OUT = ("geometries",)


def force_field(
    model: ForceModel,
    description: Mapping[str, Any],
    positions: np.ndarray,
    energy: np.ndarray,
    facts: Mapping[str, Any],
    citation: str,
    commit: str | None,
) -> ForceField:
    """Put a force field together.

    Parameters
    ----------
    model
        Fitted.
    description
        The content of `molecule.json`.
    positions : (n, atoms, 3)
        Å, of the training geometries in the order in which the model learned from them.
    energy : (n,)
        kcal/mol, theirs at the level.
    facts
        experiment, kind, and level and baseline as [name, label], the last empty where the model
        is the whole.
    citation, commit
        See `ForceField`.
    """
    if hasattr(model, "gaps"):
        reach, ranges = float(model.gaps().max()), None
    else:
        distances = sorted_distances(positions, description)
        reach, ranges = largest_gap(distances), Ranges.of(distances)
    bonds = Topology.from_description(dict(description)).bonds
    training = Training(
        geometries=len(energy),
        lowest=float(energy.min()),
        highest=float(energy.max()),
        lengths=tuple(pair_distances(positions, *bonds.T).mean(axis=0).tolist()),
        reach=reach,
        ranges=ranges,
    )
    return ForceField(
        experiment=facts["experiment"],
        molecule={name: value for name, value in description.items() if name not in LEFT_OUT},
        level=Level(*facts["level"]),
        baseline=Level(*facts["baseline"]) if facts["baseline"] else None,
        training=training,
        kind=facts["kind"],
        model=model,
        citation=citation,
        commit=commit,
    )
