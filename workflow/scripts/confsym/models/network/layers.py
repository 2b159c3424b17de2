"""The network's energy as a pure function of its parameters and of positions, in JAX.

Arrays have the batch last but one: atoms (atoms, batch, channels), pairs (pairs, batch, channels),
so that a sum over pairs adds long rows.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from confsym.models.network.design import Design


def cosine_cutoff(distance: jax.Array, cutoff: float) -> jax.Array:
    """1 at distance 0, 0 from the cut-off on, with a continuous slope.

    Behler, J. Chem. Phys. 134, 074106 (2011), doi:10.1063/1.3553717.
    """
    return 0.5 * (1 + jnp.cos(jnp.pi * jnp.minimum(distance / cutoff, 1)))


def basis(distance: jax.Array, span: jax.Array, gaussians: int) -> jax.Array:
    """Gaussians evenly over the range of each pair's class, as wide as they are apart.

    Parameters
    ----------
    distance : (pairs, batch)
        Å.
    span : (pairs, 2)
        Where the first and the last one sit, Å.
    gaussians
        How many.

    Returns
    -------
    (pairs, batch, gaussians)
    """
    low, high = span[:, :1], span[:, 1:]
    grid_position = (distance - low) / (high - low) * (gaussians - 1)
    return jnp.exp(
        -0.5 * (grid_position[..., None] - jnp.arange(gaussians, dtype=grid_position.dtype)) ** 2
    )


def by_class(values: jax.Array, weights: list, sizes: tuple[int, ...]) -> jax.Array:
    """Multiply the rows of each class of pairs by that class's own matrix."""
    ends = np.cumsum(sizes[: len(weights)])
    slices = zip(ends - sizes[: len(weights)], ends, weights, strict=True)
    return jnp.concatenate([values[start:end] @ weight for start, end, weight in slices])


@partial(jax.jit, static_argnums=0)
def energies(plan: Design, parameters: dict, inputs: dict, positions: jax.Array) -> jax.Array:
    """Energy of each conformer, in standard deviations of the training energies from their mean.

    Continuous filters on distances multiply what atoms send to each other (SchNet,
    doi:10.1063/1.5019779), each class of pairs with its own filters, shared by both directions.
    Vector channels point along pairs and enter the scalar ones by inner products (PaiNN,
    arXiv:2102.03150). Atoms and pairs contribute to the energy.

    Parameters
    ----------
    plan
        What it is compiled for.
    parameters
        From `initial`, or trained.
    inputs
        From `inputs`.
    positions : (batch, atoms, 3)
        Å.

    Returns
    -------
    (batch,)
    """
    channels = parameters["atom_bias"].shape[0]
    first, second = inputs["first"], inputs["second"]
    arrow = jnp.transpose(positions[:, second] - positions[:, first], (1, 2, 0))
    distance = jnp.sqrt((arrow**2).sum(axis=1))
    bonded = sum(plan.sizes[: plan.near])
    fade = cosine_cutoff(distance, plan.cutoff).at[:bonded].set(1.0)
    gaussians = parameters["filters"][0].shape[0]
    values = basis(distance, inputs["range"], gaussians) * fade[..., None]
    filters = by_class(values, parameters["filters"], plan.sizes)
    *filters, pair_filter = jnp.split(filters, plan.layers + 1, axis=-1)

    batch, atoms = positions.shape[:2]
    scalars = jnp.repeat(parameters["element"][inputs["element"]][:, None], batch, axis=1)
    if plan.vector:
        pointing = sum(plan.sizes[: plan.pointing])
        directed = by_class(values, parameters["directed"], plan.sizes)
        directed = jnp.split(directed, plan.layers, axis=-1)
        unit = (arrow[:pointing] / distance[:pointing, None])[..., None]
        vectors = jnp.zeros((atoms, 3, batch, channels), values.dtype)

    for number, layer in enumerate(parameters["layers"]):
        sent = scalars @ layer["send"]
        scalar_messages = sent[..., :channels]
        received = to_atoms(
            filters[number] * scalar_messages[second],
            filters[number] * scalar_messages[first],
            first,
            second,
            atoms,
        )
        mixed = received @ layer["scalar"] + scalars @ layer["keep"] + layer["bias"]
        if plan.vector:
            vectors = vectors + vector_messages(
                directed[number], sent[..., channels:], vectors, unit, first, second
            )
            left, right = vectors @ layer["left"], vectors @ layer["right"]
            mixed = mixed + (left * right).sum(axis=1) @ layer["dot"]
        hidden = jax.nn.silu(mixed)
        scalars = scalars + hidden @ layer["update"]
        if plan.vector and number < plan.layers - 1:
            vectors = vectors + left * (hidden @ layer["gate"])[:, None]

    partner = 1 + scalars @ parameters["pair_partner"]
    of_pairs = (pair_filter * partner[first] * partner[second]).sum(axis=0)
    of_atoms = jax.nn.silu(scalars @ parameters["atom_hidden"] + parameters["atom_bias"]).sum(
        axis=0
    )
    return of_pairs @ parameters["pair_energy"] + of_atoms @ parameters["atom_energy"]


@partial(jax.jit, static_argnums=0)
def forces(plan: Design, parameters: dict, inputs: dict, positions: jax.Array) -> jax.Array:
    """Minus the slopes of `energies` by positions, (batch, atoms, 3), per Å."""
    return -jax.grad(lambda moved: energies(plan, parameters, inputs, moved).sum())(positions)


def vector_messages(filters, sent, vectors, unit, first, second):
    """What each atom's vectors receive: arrows along pairs, and the partner's own vectors.

    Parameters
    ----------
    filters : (pairs, batch, 2 channels)
    sent : (atoms, batch, 2 channels)
    vectors : (atoms, 3, batch, channels)
    unit : (pairs, 3, batch, 1)
        From the first atom of each pair to the second.
    first, second : (all pairs,)
        Of which the first ones take part.

    Returns
    -------
    (atoms, 3, batch, channels)
    """
    first, second = first[: len(unit)], second[: len(unit)]
    along, across = jnp.split(filters, 2, axis=-1)
    arrows, copies = jnp.split(sent, 2, axis=-1)
    to_first = (along * arrows[second])[:, None] * unit
    to_first += (across * copies[second])[:, None] * vectors[second]
    to_second = -(along * arrows[first])[:, None] * unit
    to_second += (across * copies[first])[:, None] * vectors[first]
    return to_atoms(to_first, to_second, first, second, len(vectors))


def to_atoms(to_first, to_second, first, second, atoms):
    """Sum over the pairs of each atom, divided by the square root of how many it has on average."""
    messages = jnp.concatenate([to_first, to_second])
    received = jax.ops.segment_sum(messages, jnp.concatenate([first, second]), num_segments=atoms)
    return received * float(len(messages) / atoms) ** -0.5
