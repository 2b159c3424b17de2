"""The network trained on energies and forces."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import jax
import numpy as np

from confsym.features.point_cloud import point_cloud
from confsym.models.labelled import Labelled
from confsym.models.network.design import Design, initial
from confsym.models.network.equivariant import EquivariantNetwork
from confsym.models.network.pairs import Pairs

PAIRS = ("elements", "first", "second", "classes", "sizes")


def with_forces(
    labelled: Labelled, features: Sequence[Mapping[str, Any]], **settings: Any
) -> "ForceNetwork":
    """Train a network on energies and forces; see `EquivariantNetwork` for the settings.

    `features` is the experiment's point cloud, which adds nothing to the geometries.

    Raises
    ------
    StudyError
        If there are fewer than 10 geometries.
    """
    network = EquivariantNetwork(**settings)
    _, rows = point_cloud(labelled.positions, labelled.topology)
    network.fit(rows, labelled.energy, forces=labelled.forces)
    return ForceNetwork(network, rows[0])


class ForceNetwork:
    """A trained network that knows its molecule.

    Parameters
    ----------
    network
        Fitted.
    row
        (columns,) any point cloud of the molecule, for its elements and bonds.
    """

    def __init__(self, network: EquivariantNetwork, row: np.ndarray) -> None:
        self.network, self.row = network, row

    def __repr__(self) -> str:
        return f"ForceNetwork({self.network!r})"

    def energies_and_forces(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """From (n, atoms, 3) Å to (n,) kcal/mol and (n, atoms, 3) kcal/mol/Å."""
        if not len(positions):
            return np.empty(0), np.empty(positions.shape)
        rows = np.tile(self.row, (len(positions), 1))
        rows[:, : 3 * positions.shape[1]] = positions.reshape(
            len(positions), 3 * positions.shape[1]
        )
        return self.network.predict(rows), self.network.forces(rows)

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """Numbers and arrays that say all."""
        network, plan = self.network, self.network.design_
        data = {
            "settings": network.get_params(),
            "mean_kcal_mol": network.mean_,
            "spread_kcal_mol": network.spread_,
            "validation_mae": network.validation_mae_,
            "design": [list(plan.sizes), plan.near, plan.vector, plan.layers, plan.cutoff],
        }
        arrays = {f"pairs_{name}": getattr(network.pairs_, name) for name in PAIRS}
        arrays |= {"ranges": network.ranges_, "row": self.row}
        leaves = jax.tree.leaves(network.parameters_)
        return data, arrays | {f"parameter_{index}": leaf for index, leaf in enumerate(leaves)}

    @classmethod
    def from_state(cls, data: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Self:
        """The network that has this state."""
        network = EquivariantNetwork(**data["settings"])
        sizes, *shape = data["design"]
        network.design_ = Design(tuple(sizes), *shape)
        network.pairs_ = Pairs(*(arrays[f"pairs_{name}"] for name in PAIRS))
        network.ranges_ = arrays["ranges"]
        network.mean_, network.spread_ = data["mean_kcal_mol"], data["spread_kcal_mol"]
        network.validation_mae_ = data["validation_mae"]
        network.n_features_in_ = len(arrays["row"])
        elements = len(np.unique(network.pairs_.elements))
        template = initial(
            network.design_,
            elements,
            network.channels,
            network.gaussians,
            np.random.default_rng(0),
        )
        structure = jax.tree.structure(template)
        leaves = [arrays[f"parameter_{index}"] for index in range(structure.num_leaves)]
        network.parameters_ = jax.tree.unflatten(structure, leaves)
        return cls(network, arrays["row"])
