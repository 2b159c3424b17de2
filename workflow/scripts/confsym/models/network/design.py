"""What a network is built for, and the parameters that it starts from."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from confsym.models.network.pairs import Pairs, is_near


@dataclass(frozen=True)
class Design:
    """What the compiled network is built for.

    Parameters
    ----------
    sizes
        Number of pairs of each class.
    near
        Number of classes, the first ones, whose pairs are never cut off.
    vector
        Whether messages are directional.
    layers
        Rounds of messages.
    cutoff
        Å.
    """

    sizes: tuple[int, ...]
    near: int
    vector: bool
    layers: int
    cutoff: float

    @property
    def pointing(self) -> int:
        """Number of classes, the first ones, along whose pairs vector messages go.

        Along one and two bonds; without bonds along all. Farther ones cost ten times as much.
        """
        return (self.near or len(self.sizes)) if self.vector else 0


def design(pairs: Pairs, vector: bool, layers: int, cutoff: float) -> Design:
    """Build the network for a molecule; see `Design`."""
    near = int(is_near(pairs.classes).sum())
    return Design(tuple(pairs.sizes.tolist()), near, vector, layers, float(cutoff))


def inputs(pairs: Pairs, ranges: np.ndarray) -> dict[str, np.ndarray]:
    """Arrays that the energy needs beside positions; `ranges` (classes, 2) from training, Å."""
    kind = np.repeat(np.arange(len(pairs.sizes)), pairs.sizes)
    return {
        "element": np.unique(pairs.elements, return_inverse=True)[1],
        "first": pairs.first,
        "second": pairs.second,
        "range": ranges[kind],
    }


def initial(
    plan: Design, elements: int, channels: int, gaussians: int, rng: np.random.Generator
) -> dict[str, Any]:
    """Random parameters to start from, float32, of a size that keeps activations near one."""

    def normal(*shape: int, scale: float = 1.0) -> np.ndarray:
        return (scale * rng.normal(size=shape)).astype(np.float32)

    def mixing(width: int = 1, scale: float = 1.0) -> np.ndarray:
        return normal(channels, width * channels, scale=scale / np.sqrt(channels))

    def layer() -> dict[str, np.ndarray]:
        matrices = {
            "send": mixing(3 if plan.vector else 1),
            "keep": mixing(),
            "scalar": mixing(),
            "bias": np.zeros(channels, np.float32),
            "update": mixing(),
        }
        return matrices | (
            {n: mixing() for n in ("left", "right", "dot", "gate")} if plan.vector else {}
        )

    filters = (plan.layers + 1) * channels
    return {
        "element": normal(elements, channels),
        "filters": [normal(gaussians, filters, scale=0.5) for _ in plan.sizes],
        "directed": [
            normal(gaussians, 2 * plan.layers * channels, scale=0.5) for _ in range(plan.pointing)
        ],
        "layers": [layer() for _ in range(plan.layers)],
        "pair_partner": mixing(scale=0.3),
        "pair_energy": normal(channels, scale=0.01),
        "atom_hidden": mixing(),
        "atom_bias": np.zeros(channels, np.float32),
        "atom_energy": normal(channels, scale=0.1 / np.sqrt(channels)),
    }
