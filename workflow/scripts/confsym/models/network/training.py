"""How the network is trained: its schedule and its loop."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from confsym.errors import StudyError
from confsym.models.network.checkpoint import Checkpoint
from confsym.models.network.design import Design
from confsym.models.network.layers import energies, forces
from confsym.provenance.progress import Progress

ROUNDS = 20  # of steps; after each one validation, a line in the log and a checkpoint
MOST_EPOCHS = 300  # so that few conformers are not learned by heart
SLICE = 50  # conformers whose energies are computed at once
FORCE_WEIGHT = 10.0  # of the squared error of forces, in units of their size, beside energies'

log = logging.getLogger("confsym")


@dataclass(frozen=True)
class Schedule:
    """Settings of the optimiser.

    Parameters
    ----------
    steps
        Updates of the parameters, a multiple of `ROUNDS`.
    batch
        Conformers a step.
    learning_rate
        Largest one of the cycle.
    weight_decay
        Of AdamW.
    """

    steps: int
    batch: int
    learning_rate: float
    weight_decay: float


def schedule(conformers: int, steps: int, batch: int, **rest) -> Schedule:
    """Fit the number of steps to the number of conformers: at most 300 times over them all."""
    batch = min(batch, conformers)
    steps = min(steps, MOST_EPOCHS * (conformers // batch))
    return Schedule(-(-steps // ROUNDS) * ROUNDS, batch, **rest)


def optimizer(plan: Schedule) -> optax.GradientTransformation:
    """AdamW (arXiv:1711.05101) on one cycle of the learning rate (arXiv:1708.07120).

    The rate rises for a fifth of the steps, then falls to a ten-thousandth. The gradient's norm is
    at most 1.
    """
    cycle = optax.cosine_onecycle_schedule(
        plan.steps, plan.learning_rate, pct_start=0.2, div_factor=10, final_div_factor=1e3
    )
    adam = optax.adamw(cycle, b2=0.99, weight_decay=plan.weight_decay)
    return optax.chain(optax.clip_by_global_norm(1.0), adam)


def batches(conformers: int, plan: Schedule, seed: int) -> np.ndarray:
    """Which conformers each step learns from: shuffled anew each time all of them had their turn.

    Returns
    -------
    (rounds, steps a round, batch) int
    """
    rng = np.random.default_rng(seed)
    each = conformers // plan.batch
    epochs = -(-plan.steps // each)
    order = np.stack([rng.permutation(conformers)[: each * plan.batch] for _ in range(epochs)])
    return order.reshape(-1, plan.batch)[: plan.steps].reshape(ROUNDS, -1, plan.batch)


@partial(jax.jit, static_argnums=(0, 1))
def one_round(design: Design, plan: Schedule, state, fixed, data, chosen):
    """Take the steps of one round; `state` is the parameters and what the optimiser remembers."""
    positions, target, *pulls = data

    def loss(parameters, batch):
        error = energies(design, parameters, fixed, positions[batch]) - target[batch]
        square = jnp.mean(error**2)
        for pull in pulls:
            missed = forces(design, parameters, fixed, positions[batch]) - pull[batch]
            square += FORCE_WEIGHT * jnp.mean(missed**2) / jnp.mean(pull**2)
        return square

    def step(state, batch):
        parameters, memory = state
        gradient = jax.grad(loss)(parameters, batch)
        updates, memory = optimizer(plan).update(gradient, memory, parameters)
        return (optax.apply_updates(parameters, updates), memory), None

    return jax.lax.scan(step, state, chosen)[0]


def in_slices(function: Callable, positions: np.ndarray) -> np.ndarray:
    """Apply a function of positions to slices of one length, so that it is compiled once.

    The last slice is filled up with its last conformer.
    """
    found = []
    for start in range(0, len(positions), SLICE):
        rows = np.minimum(np.arange(start, start + SLICE), len(positions) - 1)
        found.append(np.asarray(function(positions[rows])))
    return np.concatenate(found)[: len(positions)]


def train(
    design: Design,
    plan: Schedule,
    order: np.ndarray,
    start: dict[str, Any],
    fixed: dict[str, np.ndarray],
    data: tuple[np.ndarray, ...],
    validation: np.ndarray,
    unit: float,
    checkpoint: Checkpoint,
) -> tuple[dict[str, Any], float]:
    """Train, and return the parameters of the round with the smallest validation error.

    Parameters
    ----------
    design, plan
        The network and the schedule.
    order
        From `batches`.
    start, fixed
        From `initial` and `inputs` of the design.
    data : (n, atoms, 3), (n,), and (n, atoms, 3) where forces are learned too
        Positions (Å), energies (in `unit`) and forces (in `unit` per Å), float32.
    validation : (n,) bool
        Conformers that choose the round, and are not learned from.
    unit
        kcal/mol.
    checkpoint
        Where to go on from and to.

    Returns
    -------
    parameters
        NumPy arrays, float32.
    mae
        Validation error, kcal/mol; with forces the sum of theirs, kcal/mol/Å, and that of energies.

    Raises
    ------
    StudyError
        If no round has a finite validation error.
    """
    learned = tuple(array[~validation] for array in data)
    seen = np.flatnonzero(~validation)[: validation.sum()]

    def error(parameters, chosen):
        missed = 0.0
        for function, known in zip((energies, forces), data[1:], strict=False):
            predicted = in_slices(partial(function, design, parameters, fixed), data[0][chosen])
            missed += unit * np.abs(predicted - known[chosen]).mean(dtype=float)
        return missed

    state = (start, optimizer(plan).init(start))
    progress = (0, np.inf, start, state)  # rounds done; error and parameters of the best one; now
    left = checkpoint.read()
    if left is not None:
        progress = jax.tree.unflatten(jax.tree.structure(progress), left)
    done, best, kept, state = progress
    clock = Progress(ROUNDS - int(done), "rounds of steps")
    for number in range(int(done), ROUNDS):
        state = one_round(design, plan, state, fixed, learned, order[number])
        mae = error(state[0], validation)
        if mae < best:
            best, kept = mae, state[0]
        steps = (number + 1) * order.shape[1]
        log.info(
            "step %d of %d, epoch %.1f: MAE %.3f kcal/mol on training conformers, %.3f on others",
            *(steps, plan.steps, steps * plan.batch / len(learned[0])),
            *(error(state[0], seen), mae),
        )
        leaves = jax.tree.leaves((number + 1, best, kept, state))
        checkpoint.write([np.asarray(leaf) for leaf in leaves])
        clock.add()
    if not np.isfinite(best):
        raise StudyError(
            "the network's training diverged: no validation error is a finite number; lower "
            "learning_rate."
        )
    checkpoint.remove()
    return jax.tree.map(np.asarray, kept), float(best)
