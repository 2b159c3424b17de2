"""The kernel between energies and forces, summed over relabellings of equivalent atoms.

Gradient-domain learning: Chmiela et al., Sci. Adv. 3, e1603015 (2017), doi:10.1126/sciadv.1603015;
its sum over permutations: Nat. Commun. 9, 3887 (2018), doi:10.1038/s41467-018-06169-2. Here the
kernel is a Gaussian in coordinates x that a learned linear map T makes of the distances:

    φ_p = a (1 − exp(−(r_p − r0) / a)),    x = T φ,
    k(x, x') = (S / |G|) Σ_g exp(−|x − P_g x'|² / 2).

P_g relabels pairs of atoms, T commutes with every P_g, and a and r0 are the same for pairs that
are exchanged, so that k is the same for relabelled geometries.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import scipy.sparse

from confsym.models.gradient_gp.descriptor import distances
from confsym.models.gradient_gp.shape import Shape


@dataclass(frozen=True, eq=False)
class Metric:
    """The coordinates x.

    Parameters
    ----------
    range
        (pairs,) a, Å.
    origin
        (pairs,) r0, Å.
    map
        (pairs, pairs) T, 1/Å.
    amplitude
        S, in the square of the unit of energy.
    """

    range: np.ndarray
    origin: np.ndarray
    map: np.ndarray
    amplitude: float

    @classmethod
    def of(cls, parameters: Mapping[str, np.ndarray], shape: Shape) -> Self:
        """From what is learned: logarithms of scales and ranges, and how distances mix.

        T_pq = (δ_pq + M_o(p,q)) exp(s_c(q)): a scale for each class c of pairs that relabellings
        exchange, and a mixing M for each class o of two pairs.

        Parameters
        ----------
        parameters
            log_scale and log_range, (classes,) each; mixing, (classes of two pairs,);
            log_amplitude, a number.
        shape
            Classes, and r0.
        """
        mixed = np.eye(len(shape.member)) + parameters["mixing"][shape.two]
        return cls(
            np.exp(parameters["log_range"])[shape.member],
            shape.origin,
            mixed * np.exp(parameters["log_scale"])[shape.member],
            float(np.exp(parameters["log_amplitude"])),
        )

    def coordinates(self, r: np.ndarray) -> np.ndarray:
        """(n, pairs) x of distances (n, pairs), Å."""
        return (self.range * -np.expm1(-(r - self.origin) / self.range)) @ self.map.T

    def slopes(self, r: np.ndarray, slopes: np.ndarray) -> np.ndarray:
        """(n, pairs, directions) derivatives of x, from those of r along some directions."""
        bent = np.exp(-(r - self.origin) / self.range)
        return self.map @ (bent[..., None] * slopes)


@dataclass(frozen=True, eq=False)
class Points:
    """Geometries as the kernel sees them.

    Parameters
    ----------
    x
        (n, pairs).
    slopes
        (n, 1 + pairs, 1 + directions) what takes functions of x to energies and their
        derivatives: a block of 1 for the energy, then the derivatives of x.
    """

    x: np.ndarray
    slopes: np.ndarray

    @classmethod
    def of(cls, metric: Metric, r: np.ndarray, slopes: np.ndarray) -> Self:
        """Of distances (n, pairs) and their derivatives (n, pairs, directions)."""
        inner = metric.slopes(r, slopes)
        count, pairs, directions = inner.shape
        extended = np.zeros((count, 1 + pairs, 1 + directions))
        extended[:, 0, 0] = 1
        extended[:, 1:, 1:] = inner
        return cls(metric.coordinates(r), extended)


class Swaps:
    """The relabellings of pairs, as the kernel's sums need them.

    Parameters
    ----------
    pairs : (relabellings, pairs)
        From `pair_relabellings`.
    """

    def __init__(self, pairs: np.ndarray) -> None:
        count, size = pairs.shape
        self.pairs = pairs
        self.inverse = np.argsort(pairs, axis=1)
        row = np.repeat(np.arange(count), size)
        column = (np.arange(1, size + 1) * (size + 1) + 1 + pairs).ravel()
        shape = count, (size + 1) ** 2
        self.matrices = scipy.sparse.csr_array((np.ones(len(row)), (row, column)), shape=shape)


def kernel_core(swaps: Swaps, x: np.ndarray, references: np.ndarray) -> np.ndarray:
    """What stands between the slopes of one geometry and of others in their kernel matrix.

    With d = x − P_g x' and κ = exp(−|d|² / 2),

        Σ_g κ ((1, −d)ᵀ (1, P_gᵀ d) + (0 ⊕ P_g)) / |G|:

    the kernel, its derivatives in x' and x, and its second derivatives.

    Parameters
    ----------
    x : (pairs,)
    references : (n, pairs)

    Returns
    -------
    (n, 1 + pairs, 1 + pairs)
    """
    difference = x - references[:, swaps.pairs]
    relabelled_difference = x[swaps.inverse] - references[:, None]
    kappa = np.exp(-0.5 * np.einsum("ngp,ngp->ng", difference, difference)) / len(swaps.pairs)
    left = np.concatenate([kappa[..., None], -kappa[..., None] * difference], axis=2)
    right = np.concatenate([np.ones((*kappa.shape, 1)), relabelled_difference], axis=2)
    blocks = np.matmul(left.transpose(0, 2, 1), right)
    blocks += (kappa @ swaps.matrices).reshape(blocks.shape)
    return blocks


def matrix(swaps: Swaps, points: Points, amplitude: float) -> np.ndarray:
    """The lower half of the kernel matrix of energies and forces.

    Row 0 of each geometry is its energy, the next ones its derivatives along the directions.

    Returns
    -------
    (n (1 + directions), n (1 + directions))
        The upper half is not set.
    """
    count, _, width = points.slopes.shape
    kernel = np.zeros((count * width, count * width))
    for row in range(count):
        blocks = kernel_core(swaps, points.x[row], points.x[: row + 1])
        blocks = amplitude * points.slopes[row].T @ blocks @ points.slopes[: row + 1]
        kernel[row * width : (row + 1) * width, : (row + 1) * width] = blocks.transpose(
            1, 0, 2
        ).reshape(width, -1)
    return kernel


@dataclass(frozen=True, eq=False)
class Expansion:
    """A fitted function: training geometries in every order, and their weights.

    Parameters
    ----------
    x, slope
        (terms, pairs) P_g x' of each training geometry and relabelling, and P_g of its weight
        for derivatives.
    constant
        (terms,) its weight for energies, less x' times that for derivatives.
    """

    x: np.ndarray
    slope: np.ndarray
    constant: np.ndarray

    @classmethod
    def of(cls, swaps: Swaps, points: Points, weights: np.ndarray, amplitude: float) -> Self:
        """From weights (n, 1 + directions) of energies and derivatives."""
        weight = np.einsum("npw,nw->np", points.slopes, weights) * amplitude / len(swaps.pairs)
        constant = weight[:, 0] - np.einsum("np,np->n", points.x, weight[:, 1:])
        size = points.x.shape[1]
        return cls(
            points.x[:, swaps.pairs].reshape(-1, size),
            weight[:, 1:][:, swaps.pairs].reshape(-1, size),
            np.repeat(constant, len(swaps.pairs)),
        )

    @cached_property
    def sums(self) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
        """Sums over all terms that no x changes.

        Weights are large and nearly cancel. What is the same for every x is summed once, and what
        is left, with κ − 1 in place of κ, is small where geometries are alike.
        """
        return (
            math.fsum(self.constant),
            self.slope.sum(axis=0),
            self.constant @ self.x,
            self.slope.T @ self.x,
        )

    def values(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The function (n,) at points x (n, pairs), and its derivatives (n, pairs)."""
        constant, slope, weighted, mixed = self.sums
        kappa = x @ self.x.T
        kappa -= 0.5 * np.einsum("np,np->n", self.x, self.x)
        kappa -= 0.5 * np.einsum("np,np->n", x, x)[:, None]
        np.expm1(np.minimum(kappa, 0, out=kappa), out=kappa)  # κ − 1
        share = x @ self.slope.T
        share += self.constant
        share *= kappa
        value = constant + x @ slope + share.sum(axis=1)
        derivative = weighted + x @ mixed + share @ self.x - value[:, None] * x
        return value, derivative + slope + kappa @ self.slope


def predict(
    metric: Metric, expansion: Expansion, positions: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Values (n,) of a fitted function at geometries (n, atoms, 3), and minus its gradients."""
    r, jacobian = distances(positions)
    value, slope = expansion.values(metric.coordinates(r))
    bent = np.exp(-(r - metric.origin) / metric.range)
    along = (slope @ metric.map) * bent
    forces = -np.matmul(along[:, None], jacobian)
    return value, forces.reshape(positions.shape)
