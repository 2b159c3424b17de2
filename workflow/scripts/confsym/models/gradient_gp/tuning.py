"""How the process learns its metric: by the error of forces that it has not seen."""

import logging
from collections.abc import Callable, Mapping

import jax
import jax.numpy as jnp
import numpy as np
import optax

from confsym.models.gradient_gp.shape import Sample, Shape
from confsym.models.network.one_thread import use_one_thread
from confsym.provenance.memory import require
from confsym.provenance.progress import Progress

use_one_thread()

REPORTS = 10  # lines in the log
MATRICES = 10  # of the kernel's size that a step holds at once: 7 were measured
NEAR, SHORT, LONG = 2.3, 0.8, 3.0  # Å: pairs nearer than the first start with the second as range

log = logging.getLogger("confsym")


def start(shape: Shape) -> dict[str, np.ndarray]:
    """Parameters to start from: each class on the scale of its own distance squared, unmixed."""
    count = shape.member.max() + 1
    origin = np.array([shape.origin[shape.member == orbit][0] for orbit in range(count)])
    return {
        "log_scale": -2 * np.log(origin),
        "log_range": np.log(np.where(origin < NEAR, SHORT, LONG)),
        "mixing": np.zeros(shape.two.max() + 1),
        "log_amplitude": np.array(4.0),
    }


def tune(
    shape: Shape,
    sample: Sample,
    noise: tuple[float, float],
    steps: int,
    size: int,
    rate: float,
    seed: int,
) -> dict[str, np.ndarray]:
    """Lower the error of forces of geometries held out at random, step after step.

    Each step fits a small process to some training geometries, and takes Adam's step down the
    logarithm of its root-mean-square error of forces on others.

    Parameters
    ----------
    shape
        What is fixed.
    sample
        All training geometries.
    noise
        Standard deviations of energies and of derivatives, which stay as they are.
    steps
        Of Adam, on a cosine schedule.
    size
        Geometries that a step fits to, at most; it tests on half as many.
    rate
        First learning rate.
    seed
        Of the choice of geometries.

    Returns
    -------
    dict
        Parameters, as `Metric.of` takes them.

    Raises
    ------
    StudyError
        If a step does not fit in memory.
    """
    count = len(sample.r)
    fitted = min(int(0.6 * count), size)
    tested = min(count - fitted, (size + 1) // 2)
    width = 1 + sample.slopes.shape[2]
    require(
        lambda some: 8 * MATRICES * (some * width) ** 2,
        fitted,
        "tuning gradient_gp",
        "geometries",
        "set tuning_size to at most {fits}",
    )
    plan = optax.adam(optax.cosine_decay_schedule(rate, steps))
    rng = np.random.default_rng(seed)
    errors, progress = [], Progress(steps, "steps of tuning")
    with jax.enable_x64(True):  # single precision cannot factor these matrices
        slope_of = jax.jit(jax.value_and_grad(held_out_error(shape, noise)))
        parameters = start(shape)
        memory = plan.init(parameters)
        for step in range(1, steps + 1):
            order = rng.permutation(count)[: fitted + tested]
            train, held_out = sample.take(order[:fitted]), sample.take(order[fitted:])
            error, slope = slope_of(parameters, train, held_out)
            change, memory = plan.update(jax.tree.map(_tamed, slope), memory, parameters)
            parameters = optax.apply_updates(parameters, change)
            errors.append(float(error))
            progress.add()
            if step % max(steps // REPORTS, 1) == 0:
                log.info(
                    "step %d of %d: fitted to %d geometries, forces of others miss by %.2f %%",
                    *(step, steps, fitted, 100 * np.exp(np.mean(errors[-10:]))),
                )
    return {name: np.asarray(value) for name, value in parameters.items()}


def held_out_error(shape: Shape, noise: tuple[float, float]) -> Callable:
    """The logarithm of the error of derivatives, of parameters, known and unknown geometries."""

    def error(parameters: Mapping[str, jax.Array], train: Sample, held_out: Sample) -> jax.Array:
        mean = train.energy.mean()
        x, slopes = _points(shape, parameters, train)
        amplitude = jnp.exp(parameters["log_amplitude"])
        kernel = amplitude * _matrix(shape, x, slopes, x, slopes)
        variance = jnp.full((len(x), slopes.shape[2]), noise[1] ** 2).at[:, 0].set(noise[0] ** 2)
        factor = jnp.linalg.cholesky(kernel + jnp.diag(variance.ravel()))
        target = jnp.concatenate([(train.energy - mean)[:, None], train.slope], axis=1)
        weights = jax.scipy.linalg.cho_solve((factor, True), target.ravel())
        held_out_points = _points(shape, parameters, held_out)
        predicted = amplitude * _matrix(shape, *held_out_points, x, slopes) @ weights
        errors = predicted.reshape(len(held_out.r), -1)[:, 1:] - held_out.slope
        return 0.5 * jnp.log(jnp.mean(errors**2) / jnp.mean(held_out.slope**2))

    return error


def _points(shape: Shape, parameters: Mapping, sample: Sample) -> tuple[jax.Array, jax.Array]:
    """Coordinates and slopes, as `Points` has them."""
    length = jnp.exp(parameters["log_range"])[shape.member]
    scale = jnp.exp(parameters["log_scale"])[shape.member]
    change = (jnp.eye(len(length)) + parameters["mixing"][shape.two]) * scale
    bent = jnp.exp(-(sample.r - shape.origin) / length)
    inner = jnp.einsum("pq,nqd->npd", change, bent[..., None] * sample.slopes)
    slopes = jnp.pad(inner, ((0, 0), (1, 0), (1, 0))).at[:, 0, 0].set(1)
    return (length * (1 - bent)) @ change.T, slopes


def _matrix(shape: Shape, x, slopes, references, reference_slopes) -> jax.Array:
    """The kernel matrix, without amplitude, as `kernel.matrix` has it."""
    relabellings, size = shape.pairs.shape
    matrices = np.zeros((relabellings, size + 1, size + 1))
    np.put_along_axis(matrices[:, 1:], 1 + shape.pairs[:, :, None], 1, axis=2)
    matrices = matrices.reshape(relabellings, -1)

    def row(point):
        x, slopes = point
        difference = x - references[:, shape.pairs]
        relabelled_difference = x[shape.inverse] - references[:, None]
        kappa = jnp.exp(-0.5 * jnp.sum(difference**2, axis=2)) / relabellings
        left = kappa[..., None] * jnp.pad(-difference, ((0, 0), (0, 0), (1, 0)), constant_values=1)
        right = jnp.pad(relabelled_difference, ((0, 0), (0, 0), (1, 0)), constant_values=1)
        middle = jnp.einsum("ngp,ngq->npq", left, right)
        middle += (kappa @ matrices).reshape(middle.shape)
        return jnp.einsum("pa,npq,nqb->anb", slopes, middle, reference_slopes, optimize="optimal")

    blocks = jax.lax.map(jax.checkpoint(row), (x, slopes))
    return blocks.reshape(len(x) * slopes.shape[2], -1)


def _tamed(slope: jax.Array) -> jax.Array:
    """A derivative that no single choice of geometries can make large or no number."""
    return jnp.clip(jnp.nan_to_num(slope), -1, 1)
