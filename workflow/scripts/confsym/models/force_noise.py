"""How the errors of forces hang together: what a model cannot represent pulls along bonds.

An error of a model's energy along a bond, an angle or a dihedral pulls at all of its atoms at once.
So errors of force components have the covariance C = Σ_k v_k B_kᵀ B_k, with the derivatives B_k of
all internal coordinates of a kind k, and a variance v_k for each kind. Forces divided by a root of
C have independent errors, as least squares assumes.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import lapack, solve_triangular

from confsym.geometry import derivatives
from confsym.molecules.topology import Topology

SAMPLE = 60  # conformers that the variances are found from, at most
MEMORY = 2e8  # bytes that their matrices may take
ROUNDS = 40
LEAST = 1e-6  # of a variance, in multiples of the average
USUAL_DISTANCE = 2.5  # Å
HYDROGEN = 1

Kind = tuple[Callable, np.ndarray, int]  # derivatives, atoms, how they fall with distance


@dataclass(frozen=True, eq=False)
class ForceNoise:
    """The covariance of the errors of forces, up to a factor.

    Parameters
    ----------
    kinds
        Kinds of internal coordinates.
    variances
        (kinds + 1,) of the errors along them, and of each component by itself.
    """

    kinds: list[Kind]
    variances: np.ndarray

    def roots(self, positions: np.ndarray) -> np.ndarray:
        """Lower triangles L (n, 3 atoms, 3 atoms), L Lᵀ = C, at positions (n, atoms, 3) Å."""
        count, atoms, _ = positions.shape
        covariance = np.tile(self.variances[-1] * np.eye(3 * atoms), (count, 1, 1))
        for kind, variance in zip(self.kinds, self.variances[:-1], strict=True):
            if variance > 0:
                covariance += variance * _matrices(kind, positions)
        return np.linalg.cholesky(covariance)

    def components(self, positions: np.ndarray) -> np.ndarray:
        """The diagonal of C (n, atoms, 3) at positions (n, atoms, 3) Å."""
        total = np.full(positions.shape, self.variances[-1])
        for kind, variance in zip(self.kinds, self.variances[:-1], strict=True):
            if variance > 0:
                squares = np.square(_rows(kind, positions)).sum(axis=1)
                total += variance * squares.reshape(positions.shape)
        return total

    def fitted(self, positions: np.ndarray, residuals: np.ndarray) -> "ForceNoise":
        """The most likely variances for some errors, by an algorithm that only raises likelihood.

        Zhou, Hu, Qiao and Cho, J. Comput. Graph. Stat. 28, 350 (2019),
        doi:10.1080/10618600.2018.1529601.

        Parameters
        ----------
        positions : (n, atoms, 3)
            Å.
        residuals : (n, atoms, 3)
            kcal/mol/Å.
        """
        atoms = positions.shape[1]
        size = 8 * len(self.variances) * (3 * atoms) ** 2
        sample_size = min(SAMPLE, max(5, int(MEMORY / size)))
        positions = positions[:sample_size]
        identity = np.tile(np.eye(3 * atoms), (len(positions), 1, 1))
        matrices_by_kind = [*(_matrices(kind, positions) for kind in self.kinds), identity]
        matrices = np.stack(matrices_by_kind, axis=1)
        errors = residuals[:sample_size].reshape(len(matrices), -1)
        traces = np.einsum("nkaa->nk", matrices).mean(axis=0) / (3 * atoms)
        present = traces > 0
        average = (errors**2).mean()
        if not average > 0:
            return self
        share = average / np.where(present, traces, 1)
        variances = np.where(present, share / len(share), 0)
        for _ in range(ROUNDS):
            square, trace = np.zeros(len(variances)), np.zeros(len(variances))
            for error, matrix in zip(errors, matrices, strict=True):
                inverse = _inverse(np.tensordot(variances, matrix, 1))
                pull = inverse @ error
                square += (matrix @ pull) @ pull
                trace += matrix.reshape(len(matrix), -1) @ inverse.ravel()
            ratio = square / np.where(present, trace, 1)
            variances = np.where(present, np.maximum(variances * np.sqrt(ratio), LEAST * share), 0)
        return replace(self, variances=variances / average)


def independent(topology: Topology) -> ForceNoise:
    """Independent errors of one variance, for want of data."""
    kinds = _kinds(topology)
    return ForceNoise(kinds, np.append(np.zeros(len(kinds)), 1.0))


def whitened(roots: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Divide rows (n, 3 atoms, k) by the roots (n, 3 atoms, 3 atoms) of their covariance."""
    return np.stack(
        [
            solve_triangular(root, row, lower=True, check_finite=False)
            for root, row in zip(roots, rows, strict=True)
        ]
    )


def _matrices(kind: Kind, positions: np.ndarray) -> np.ndarray:
    """BᵀB (n, 3 atoms, 3 atoms) of a kind of internal coordinates."""
    rows = _rows(kind, positions)
    return rows.transpose(0, 2, 1) @ rows


def _rows(kind: Kind, positions: np.ndarray) -> np.ndarray:
    """B (n, coordinates, 3 atoms) of a kind of internal coordinates."""
    measure, coordinate_atoms, decay_power = kind
    value, slopes = measure(positions, coordinate_atoms)
    if decay_power:
        slopes = slopes * (USUAL_DISTANCE / value[..., None, None]) ** decay_power
    count, atoms, _ = positions.shape
    rows = np.zeros((count, len(coordinate_atoms), atoms, 3))
    rows[:, np.arange(len(coordinate_atoms))[:, None], coordinate_atoms] = slopes
    return rows.reshape(count, len(coordinate_atoms), -1)


def _inverse(matrix: np.ndarray) -> np.ndarray:
    """The inverse of a positive definite matrix."""
    factor, _ = lapack.dpotrf(matrix, lower=1)
    inverse, _ = lapack.dpotri(factor, lower=1)
    return np.tril(inverse) + np.tril(inverse, -1).T


def _kinds(topology: Topology) -> list[Kind]:
    """Kinds of internal coordinates, each with all that the molecule has.

    Bonds by their elements; angles and dihedrals by how many of their atoms are no hydrogens;
    planes; and pairs of atoms three bonds apart and further, whose forces fall fast or slowly.
    """
    heavy = topology.numbers != HYDROGEN
    straight = topology.linear[topology.angles[:, 1]]
    bonds = np.sort(topology.numbers[topology.bonds], axis=1)
    angles, lines = topology.angles[~straight], topology.angles[straight]
    first, second = np.nonzero(np.triu(topology.bond_distances >= 3))
    pairs = np.column_stack([first, second])
    bonds_apart = topology.bond_distances[first, second]
    kinds = [
        *_grouped(derivatives.distances, topology.bonds, bonds[:, 0] * 1000 + bonds[:, 1]),
        *_grouped(derivatives.angles, angles, heavy[angles].sum(axis=1)),
        *_grouped(derivatives.angle_cosines, lines, np.zeros(len(lines))),
        *_grouped(derivatives.dihedrals, topology.dihedrals, heavy[topology.dihedrals].sum(axis=1)),
        (derivatives.wedges, _wedges(topology), 0),
        (derivatives.distances, pairs[bonds_apart == 3], 7),
        (derivatives.distances, pairs[bonds_apart > 3], 7),
        (derivatives.distances, pairs[bonds_apart > 3], 2),
    ]
    return [kind for kind in kinds if len(kind[1])]


def _grouped(measure: Callable, atoms: np.ndarray, group: np.ndarray) -> list[Kind]:
    return [(measure, atoms[group == value], 0) for value in np.unique(group)]


def _wedges(topology: Topology) -> np.ndarray:
    """(wedges, 4) each centre with three neighbours, the last of them out of the plane."""
    wedges = [
        (neighbours[0], centre, neighbours[1], neighbours[2])
        for centre, neighbours in enumerate(topology.neighbours)
        if len(neighbours) == 3
    ]
    return np.array(wedges, dtype=int).reshape(-1, 4)
