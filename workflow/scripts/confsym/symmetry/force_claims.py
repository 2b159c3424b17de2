"""Forces on trial: they move with the molecule, add up to nothing, and are the energy's slopes."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from rdkit import Chem

from confsym.evaluation.geometries import order_of
from confsym.evaluation.verdicts import CONSTANT, HOLDS_BELOW, ONE_VALUE, UNJUDGED, verdict
from confsym.models.labelled import ForceModel
from confsym.molecules.topology import Topology
from confsym.storage.numbers import significant
from confsym.study.experiments import claimed
from confsym.transforms.moved import moved_with_vectors
from confsym.transforms.order import topology_after
from confsym.transforms.registry import TRANSFORMS

FORCE, TORQUE = "kcal/mol/Å", "kcal/mol/rad"
MOVED_BELOW = 1e-6  # kcal/mol/Å, kcal/mol/rad: far above round-off, far below any error of a force
GRADIENT_BELOW = 1e-6  # of the slopes' root mean square
GRADIENT_AT_MOST = 1e-4  # the limit where an energy's round-off hides what is smaller
NET_FORCE, NET_TORQUE, GRADIENT = "net force", "net torque", "minus the energy's gradient"
ROUGH = "the energy's round-off lets its slopes be known to"
SLOPED = 20  # conformers at which slopes are taken
DIRECTIONS = 3  # random ones at each of them
STEP = 1.6e-2  # Å along a direction of all coordinates: the first of `slopes`
HALVINGS = 8  # of it
ORDERS = 3  # of extrapolation
WOBBLE, WOBBLES = 1e-13, 8  # Å, and how often: energies there differ by their round-off alone
HEADINGS = {
    "experiment": "Experiment",
    "test": "Test",
    "claimed": "Claimed",
    "conformers": "Conformers",
    "rms": "Root mean square",
    "largest": "Largest",
    "unit": "Unit",
    "limit": "Limit",
    "verdict": "Verdict",
    "note": "Note",
}


def table(
    study: Mapping[str, Any],
    models: Mapping[str, ForceModel],
    symmetry: pd.DataFrame,
    positions: np.ndarray,
    molecule: Chem.Mol,
    topology: Topology,
    seed: int,
) -> pd.DataFrame:
    """Try the forces of each model that has some.

    Parameters
    ----------
    study
        The config's sections transforms, features, models and experiments.
    models
        For each experiment with forces its model.
    symmetry
        From `confsym.evaluation.summary.symmetry`: what is claimed of energies is claimed of
        forces, and what says nothing of energies says nothing of forces.
    positions : (n, atoms, 3)
        Held-out conformers, Å.
    molecule, topology
        Theirs.
    seed
        Of the random directions.

    Returns
    -------
    DataFrame
        Columns as in `HEADINGS`: an experiment and a test a row.
    """
    rows = []
    for name, model in models.items():
        energy, forces = model.energies_and_forces(positions)
        constant = ONE_VALUE if np.ptp(energy) <= HOLDS_BELOW else ""
        energy_verdicts = symmetry[symmetry["experiment"] == name].set_index("transform")
        head = {"experiment": name, "conformers": len(positions)}
        for transform, settings in study["transforms"].items():
            if TRANSFORMS[settings["kind"]].keeps_energy:
                defect = _defect(model, positions, forces, molecule, topology, settings)
                judgement = _judgement(
                    defect, FORCE, MOVED_BELOW, bool(energy_verdicts.loc[transform, "claimed"])
                )
                if (energy_verdict := energy_verdicts.loc[transform])["verdict"] in UNJUDGED:
                    judgement |= {
                        "verdict": energy_verdict["verdict"],
                        "note": energy_verdict["note"],
                    }
                rows.append(head | {"test": transform} | judgement)
        claims = claimed(study, name)
        for test, sums, unit, symmetry_of_it in (
            (NET_FORCE, forces.sum(axis=1), FORCE, "translation"),
            (NET_TORQUE, torques(positions, forces), TORQUE, "rotation"),
        ):
            judgement = _judgement(sums, unit, MOVED_BELOW, symmetry_of_it in claims)
            override = {"verdict": CONSTANT, "note": constant} if constant else {}
            rows.append(head | {"test": test} | judgement | override)
        subset = positions[:SLOPED]
        errors, doubt = relative_errors(model, subset, seed)
        limit = min(max(GRADIENT_BELOW, float(doubt.max())), GRADIENT_AT_MOST)
        judgement = _judgement(errors[..., None], "of the slopes", limit, claims=True)
        if limit > GRADIENT_BELOW:
            judgement["note"] = f"{ROUGH} {significant(limit, 1)}"
        if constant:
            judgement |= {"verdict": CONSTANT, "note": constant}
        rows.append(head | {"test": GRADIENT, "conformers": len(subset)} | judgement)
    return pd.DataFrame(rows, columns=list(HEADINGS))


def _judgement(vectors: np.ndarray, unit: str, limit: float, claims: bool) -> dict[str, Any]:
    """What the sizes of vectors (..., k) that should vanish make of a claim."""
    sizes = np.linalg.norm(vectors, axis=-1)
    largest = float(sizes.max())
    return {
        "claimed": claims,
        "rms": float(np.sqrt(np.mean(sizes**2))),
        "largest": largest,
        "unit": unit,
        "limit": limit,
        "verdict": verdict(claims, largest <= limit),
        "note": "",
    }


def _defect(
    model: ForceModel,
    positions: np.ndarray,
    forces: np.ndarray,
    molecule: Chem.Mol,
    topology: Topology,
    transform: Mapping[str, Any],
) -> np.ndarray:
    """F(T x) − T F(x), (n, atoms, 3) kcal/mol/Å."""
    moved, expected = moved_with_vectors(positions, forces, molecule, transform)
    atom_order = order_of(topology, topology_after(topology, transform))
    _, predicted = model.energies_and_forces(moved[:, atom_order])
    return predicted - expected[:, atom_order]


def torques(positions: np.ndarray, forces: np.ndarray) -> np.ndarray:
    """(n, 3) net torque about the centroid, kcal/mol/rad, of forces (n, atoms, 3) kcal/mol/Å."""
    arms = positions - positions.mean(axis=1, keepdims=True)
    return np.cross(arms, forces).sum(axis=1)


def relative_errors(
    model: ForceModel, positions: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """How far forces are from minus the slopes of the energy.

    Parameters
    ----------
    model
        Energies and forces.
    positions : (n, atoms, 3)
        Å.
    seed
        Of the directions.

    Returns
    -------
    (directions, n), (directions, n)
        Differences along random directions, and how well the slopes are known, both in units of
        the root mean square of all slopes.
    """
    rng = np.random.default_rng(seed)
    directions = rng.normal(size=(DIRECTIONS, *positions.shape))
    directions /= np.linalg.norm(directions, axis=(2, 3), keepdims=True)
    _, forces = model.energies_and_forces(positions)
    along = -np.einsum("nax,dnax->dn", forces, directions)
    slopes_and_doubts = [slopes(model, positions, direction) for direction in directions]
    expected, doubt = map(np.array, zip(*slopes_and_doubts, strict=True))
    unit = np.sqrt(np.mean(expected**2)) or 1.0
    return (along - expected) / unit, doubt / unit


def slopes(
    model: ForceModel, positions: np.ndarray, directions: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(n,) slopes of the energy along directions (n, atoms, 3), and their doubt, kcal/mol/Å.

    Central differences D(h) for h halved again and again, and what they extrapolate to: from D(h)
    and D(h/2) follows (4 D(h/2) − D(h)) / 3, exact to the fourth power of h, and so on. Of all
    these values, the one counts that differs least from the two that it is made of: too large an h
    sees too little of a narrow function, too small an h sees round-off (Ridders, Adv. Eng. Softw.
    4, 75 (1982), doi:10.1016/S0141-1195(82)80057-0). That difference is the doubt, or what the
    energy's round-off makes of the smallest h, whichever is larger: of many differences that
    round-off scatters, some are small by chance.
    """

    def central(step: float) -> np.ndarray:
        ends = (positions + sign * step * directions for sign in (1, -1))
        ahead, behind = (model.energies_and_forces(end)[0] for end in ends)
        return (ahead - behind) / (2 * step)

    wobbling = (positions + count * WOBBLE * directions for count in range(WOBBLES))
    energies = np.array([model.energies_and_forces(geometry)[0] for geometry in wobbling])
    noise = np.maximum(np.ptp(energies, axis=0), np.spacing(np.abs(energies).max(axis=0)))
    steps = STEP / 2.0 ** np.arange(HALVINGS + 1)
    lower_order = np.array([central(step) for step in steps])
    candidates, doubt = [], []
    for order in range(1, ORDERS + 1):
        higher_order = (4**order * lower_order[1:] - lower_order[:-1]) / (4**order - 1)
        candidates.append(higher_order)
        difference = np.maximum(
            np.abs(higher_order - lower_order[1:]), np.abs(higher_order - lower_order[:-1])
        )
        doubt.append(np.maximum(difference, noise / steps[order:, None]))
        lower_order = higher_order
    doubts = np.concatenate(doubt)
    best = doubts.argmin(axis=0), np.arange(len(positions))
    return np.concatenate(candidates)[best], doubts[best]
