"""A force field that is linear in its features, fitted to energies and forces at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from confsym.features.differentiable import columns_of
from confsym.features.jointly import JointSurface
from confsym.features.saturation import Saturation
from confsym.models.floors import distance_floors
from confsym.models.labelled import Labelled
from confsym.models.learned_weights import learned
from confsym.molecules.topology import Topology


@dataclass(frozen=True, eq=False)
class LinearForceField:
    """An energy that is a weighted sum of columns of features, with its forces.

    Parameters
    ----------
    topology
        Elements and bonds.
    features
        The experiment's entries of section features.
    weights
        (columns,) kcal/mol per unit of each column.
    constant
        kcal/mol.
    floors
        (atoms, atoms) Å, where distances stop falling; None for a model that is not saturated.
    """

    topology: Topology
    features: list[dict[str, Any]]
    weights: np.ndarray
    constant: float
    floors: np.ndarray | None = None

    def energies_and_forces(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """From (n, atoms, 3) Å to energies (n,) kcal/mol and forces (n, atoms, 3) kcal/mol/Å."""
        energies, gradients = self._surface.energies_and_gradients(positions)
        return energies + self.constant, -gradients

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """All that the model is: plain data for JSON, and arrays."""
        data = {
            "topology": self.topology.plain(),
            "features": self.features,
            "constant": self.constant,
        }
        arrays = {"weights": self.weights}
        return data, arrays if self.floors is None else arrays | {"floors": self.floors}

    @classmethod
    def from_state(
        cls, data: Mapping[str, Any], arrays: Mapping[str, np.ndarray]
    ) -> "LinearForceField":
        """The model that has this state."""
        return cls(
            topology=Topology.from_plain(data["topology"]),
            features=list(data["features"]),
            weights=np.asarray(arrays["weights"]),
            constant=float(data["constant"]),
            floors=arrays.get("floors"),
        )

    @cached_property
    def _surface(self) -> JointSurface:
        saturation = None if self.floors is None else Saturation(self.floors)
        return columns_of(self.features, self.topology, saturation)[0].surface(self.weights)


def linear_force_field(
    labelled: Labelled,
    features: Sequence[Mapping[str, Any]],
    force_weight: float | None,
    saturate: bool,
) -> LinearForceField:
    """Fit the weights of all columns of some feature sets to energies and forces.

    Parameters
    ----------
    labelled
        Training conformers.
    features
        The experiment's entries of section features.
    force_weight
        Å²: what a squared error of a force component counts, an energy's counting one; None to
        choose it by cross-validation.
    saturate
        Whether coordinates level off outside of the range of usual ones, as dynamics needs.

    Raises
    ------
    StudyError
        If a feature set has no derivatives, or the conformers do not fit.
    """
    floors = distance_floors(labelled.topology, labelled.positions) if saturate else None
    saturation = None if floors is None else Saturation(floors)
    columns, groups = columns_of(features, labelled.topology, saturation)
    weights, constant = learned(labelled, columns, groups, force_weight)
    entries = [dict(entry) for entry in features]
    return LinearForceField(labelled.topology, entries, weights, constant, floors)
