"""How strongly each group of columns acts, and how large errors are, found from the data at hand.

Coefficients of a group have a normal prior of one variance, energies and forces normal errors. The
evidence is raised by fixed-point updates (MacKay, Neural Computation 4, 415 (1992),
doi:10.1162/neco.1992.4.3.415). Where columns can represent the data exactly, errors shrink to
round-off by themselves, and priors stop to matter.
"""

from dataclasses import dataclass, replace

import numpy as np

from confsym.models.triangles import inverse, merged, residual_square, solution, with_rows

ROUNDS = 8  # the usual number of updates
MOST_ROUNDS = 60  # as long as the errors still halve with each
DEVIATIONS = (1e-4, 1e4)  # least and largest of a prior, in multiples of the start
RATIOS = (0.01, 10.0)  # Å: least and largest error of an energy, in multiples of a force's


@dataclass(frozen=True, eq=False)
class Data:
    """What training geometries say about the coefficients, columns scaled.

    Parameters
    ----------
    forces
        (columns + 1, columns + 1) triangle of the rows of all force components.
    components
        How many independent ones those are.
    energies
        (n, columns + 1) rows of the energies, centred.
    """

    forces: np.ndarray
    components: int
    energies: np.ndarray


@dataclass(frozen=True, eq=False)
class Prior:
    """Standard deviations.

    Parameters
    ----------
    coefficients
        (groups,) of the coefficients of each group.
    energy
        Of an energy's error, kcal/mol.
    force
        Of a force component's error, kcal/mol/Å.
    """

    coefficients: np.ndarray
    energy: float
    force: float


def posterior(data: Data, prior: Prior, groups: np.ndarray) -> np.ndarray:
    """The triangle of data and prior together, each row in its standard deviations.

    `groups` (columns,) says which group each column is of.
    """
    expected = np.zeros_like(data.forces)
    np.fill_diagonal(expected[:-1, :-1], 1 / prior.coefficients[groups])
    known = merged(data.forces / prior.force, expected)
    return with_rows(known, data.energies / prior.energy)


def best(data: Data, start: Prior, groups: np.ndarray) -> Prior:
    """Update the standard deviations until the errors settle."""
    prior = start
    for done in range(1, MOST_ROUNDS + 1):
        before, prior = prior, _updated(data, prior, start, groups)
        if done >= ROUNDS and prior.force > 0.5 * before.force:
            break
    return prior


def _updated(data: Data, prior: Prior, start: Prior, groups: np.ndarray) -> Prior:
    """One of MacKay's updates: as many coefficients as the data determine share the squares."""
    whole = posterior(data, prior, groups)
    coefficients, root = solution(whole), inverse(whole)
    determined = 1 - (root**2).sum(axis=1) / prior.coefficients[groups] ** 2
    count = len(prior.coefficients)
    square = np.bincount(groups, coefficients**2, count)
    number = np.maximum(np.bincount(groups, determined, count), 1e-3)
    least, largest = (limit * start.coefficients for limit in DEVIATIONS)
    deviation = np.clip(np.sqrt(square / number), least, largest)

    energies = data.energies
    used = np.square(energies[:, :-1] @ root).sum() / prior.energy**2
    rest = energies[:, :-1] @ coefficients - energies[:, -1]
    energy = np.sqrt(rest @ rest / max(len(energies) - 1 - used, 0.05 * len(energies)))
    used = np.square(data.forces[:, :-1] @ root).sum() / prior.force**2
    square = residual_square(data.forces, coefficients)
    force = np.sqrt(square / max(data.components - used, 1))
    force = max(force, np.finfo(float).eps * np.linalg.norm(data.forces[:, -1]))
    low, high = (limit * force for limit in RATIOS)
    return replace(
        prior, coefficients=deviation, energy=float(np.clip(energy, low, high)), force=float(force)
    )
