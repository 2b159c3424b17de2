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


def schedule(conformers: int, steps: int, batch: int, **optimizer_settings) -> Schedule:
    """Fit the number of steps to the number of conformers: at most 300 times over them all."""
    batch = min(batch, conformers)
    steps = min(steps, MOST_EPOCHS * (conformers // batch))
    return Schedule(-(-steps // ROUNDS) * ROUNDS, batch, **optimizer_settings)


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
    steps_an_epoch = conformers // plan.batch
    epochs = -(-plan.steps // steps_an_epoch)
    order = np.stack(
        [rng.permutation(conformers)[: steps_an_epoch * plan.batch] for _ in range(epochs)]
    )
    return order.reshape(-1, plan.batch)[: plan.steps].reshape(ROUNDS, -1, plan.batch)


@partial(jax.jit, static_argnums=(0, 1))
def one_round(design: Design, plan: Schedule, state, inputs, data, round_batches):
    """Take the steps of one round; `state` is the parameters and what the optimiser remembers."""
    positions, target, *pulls = data

    def loss(parameters, batch):
        error = energies(design, parameters, inputs, positions[batch]) - target[batch]
        square = jnp.mean(error**2)
        for pull in pulls:
            force_error = forces(design, parameters, inputs, positions[batch]) - pull[batch]
            square += FORCE_WEIGHT * jnp.mean(force_error**2) / jnp.mean(pull**2)
        return square

    def step(state, batch):
        parameters, memory = state
        gradient = jax.grad(loss)(parameters, batch)
        updates, memory = optimizer(plan).update(gradient, memory, parameters)
        return (optax.apply_updates(parameters, updates), memory), None

    return jax.lax.scan(step, state, round_batches)[0]


def in_slices(function: Callable, positions: np.ndarray) -> np.ndarray:
    """Apply a function of positions to slices of one length, so that it is compiled once.

    The last slice is filled up with its last conformer.
    """
    slices = []
    for start in range(0, len(positions), SLICE):
        rows = np.minimum(np.arange(start, start + SLICE), len(positions) - 1)
        slices.append(np.asarray(function(positions[rows])))
    return np.concatenate(slices)[: len(positions)]


def train(
    design: Design,
    plan: Schedule,
    order: np.ndarray,
    start: dict[str, Any],
    inputs: dict[str, np.ndarray],
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
    start, inputs
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
    train_data = tuple(array[~validation] for array in data)
    train_sample = np.flatnonzero(~validation)[: validation.sum()]

    def error(parameters, conformers):
        error_sum = 0.0
        for function, computed in zip((energies, forces), data[1:], strict=False):
            predicted = in_slices(
                partial(function, design, parameters, inputs), data[0][conformers]
            )
            error_sum += unit * np.abs(predicted - computed[conformers]).mean(dtype=float)
        return error_sum

    state = (start, optimizer(plan).init(start))
    progress = (0, np.inf, start, state)  # rounds done; error and parameters of the best one; now
    saved = checkpoint.read()
    if saved is not None:
        progress = jax.tree.unflatten(jax.tree.structure(progress), saved)
    done, best_mae, best_parameters, state = progress
    clock = Progress(ROUNDS - int(done), "rounds of steps")
    for number in range(int(done), ROUNDS):
        state = one_round(design, plan, state, inputs, train_data, order[number])
        mae = error(state[0], validation)
        if mae < best_mae:
            best_mae, best_parameters = mae, state[0]
        steps = (number + 1) * order.shape[1]
        log.info(
            "step %d of %d, epoch %.1f: MAE %.3f kcal/mol on training conformers, %.3f on others",
            *(steps, plan.steps, steps * plan.batch / len(train_data[0])),
            *(error(state[0], train_sample), mae),
        )
        leaves = jax.tree.leaves((number + 1, best_mae, best_parameters, state))
        checkpoint.write([np.asarray(leaf) for leaf in leaves])
        clock.add()
    if not np.isfinite(best_mae):
        raise StudyError(
            "the network's training diverged: no validation error is a finite number; lower "
            "learning_rate."
        )
    checkpoint.remove()
    return jax.tree.map(np.asarray, best_parameters), float(best_mae)
