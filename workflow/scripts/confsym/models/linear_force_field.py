"""A force field that is linear in its features, fitted to energies and forces at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from confsym.features.differentiable import columns_of
from confsym.features.jointly import Jointly, JointSurface
from confsym.features.labels import atom_labels
from confsym.features.registry import feature_row
from confsym.features.saturation import Saturation
from confsym.geometry.internal import all_distances, sorted_within
from confsym.models import force_noise
from confsym.models.copies import distinct
from confsym.models.floors import distance_floors
from confsym.models.labelled import Labelled
from confsym.models.learned_weights import learned
from confsym.models.weight_certainty import Certainty
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
    certainty
        What its standard deviations come from.
    floors
        (atoms, atoms) Å, where distances stop falling; None for a model that is not saturated.
    """

    topology: Topology
    features: list[dict[str, Any]]
    weights: np.ndarray
    constant: float
    certainty: Certainty
    floors: np.ndarray | None = None

    def energies_and_forces(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """From (n, atoms, 3) Å to energies (n,) kcal/mol and forces (n, atoms, 3) kcal/mol/Å."""
        energies, gradients = self._surface.energies_and_gradients(positions)
        return energies + self.constant, -gradients

    def deviations(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Standard deviations of energies (n,), kcal/mol, and forces (n, atoms, 3), kcal/mol/Å."""
        return self.certainty.deviations(self._columns, positions)

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """All that the model is: plain data for JSON, and arrays."""
        data = {
            "topology": self.topology.plain(),
            "features": self.features,
            "constant": self.constant,
            "energy_noise_kcal_mol": self.certainty.energy,
            "force_noise_kcal_mol_angstrom": self.certainty.force,
        }
        arrays = {
            "weights": self.weights,
            "covariance_root": self.certainty.root[np.triu_indices(len(self.weights))],
            "middle": self.certainty.middle,
            "force_variances": self.certainty.noise.variances,
            "deviation_scale": self.certainty.scale,
        }
        return data, arrays if self.floors is None else arrays | {"floors": self.floors}

    @classmethod
    def from_state(
        cls, data: Mapping[str, Any], arrays: Mapping[str, np.ndarray]
    ) -> "LinearForceField":
        """The model that has this state."""
        topology, weights = Topology.from_plain(data["topology"]), np.asarray(arrays["weights"])
        root = np.zeros((len(weights), len(weights)), dtype=np.float32)
        root[np.triu_indices(len(weights))] = arrays["covariance_root"]
        noise = replace(force_noise.independent(topology), variances=arrays["force_variances"])
        return cls(
            topology=topology,
            features=list(data["features"]),
            weights=weights,
            constant=float(data["constant"]),
            certainty=Certainty(
                root=root,
                middle=arrays["middle"],
                energy=float(data["energy_noise_kcal_mol"]),
                force=float(data["force_noise_kcal_mol_angstrom"]),
                noise=noise,
                scale=arrays["deviation_scale"],
            ),
            floors=arrays.get("floors"),
        )

    @cached_property
    def _columns(self) -> Jointly:
        saturation = None if self.floors is None else Saturation(self.floors)
        return columns_of(self.features, self.topology, saturation)[0]

    @cached_property
    def _surface(self) -> JointSurface:
        return self._columns.surface(self.weights)


def linear_force_field(
    labelled: Labelled,
    features: Sequence[Mapping[str, Any]],
    force_weight: float | None,
    saturate: bool,
) -> LinearForceField:
    """Fit the weights of all columns of some feature sets to energies and forces.

    If a conformer occurs several times, moved, or relabelled in a way that the columns do not see,
    the first one counts.

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
    labelled = labelled.of(distinct(_seen(labelled, features)))
    floors = distance_floors(labelled.topology, labelled.positions) if saturate else None
    saturation = None if floors is None else Saturation(floors)
    columns, groups = columns_of(features, labelled.topology, saturation)
    weights, constant, certainty = learned(labelled, columns, groups, force_weight)
    entries = [dict(entry) for entry in features]
    return LinearForceField(labelled.topology, entries, weights, constant, certainty, floors)


def _seen(labelled: Labelled, features: Sequence[Mapping[str, Any]]) -> np.ndarray:
    """(n, pairs) Å: distances of atoms, the same where all columns are the same by symmetry."""
    topology, distances = labelled.topology, all_distances(labelled.positions)
    if not all("equivalent_swap" in feature_row(one).claims(one) for one in features):
        return distances
    labels = atom_labels(topology, "neighbourhood", depth=len(topology.numbers))
    classes = np.unique(labels, return_inverse=True)[1]
    return sorted_within(distances, topology.pair_kinds(classes))
