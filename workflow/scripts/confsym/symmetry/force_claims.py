"""Forces on trial: they move with the molecule, add up to nothing, and are the energy's slopes."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from rdkit import Chem

from confsym.evaluation.geometries import order_of
from confsym.evaluation.predictions import CONSTANT, HOLDS_BELOW, ONE_VALUE, UNJUDGED, verdict
from confsym.models.labelled import ForceModel
from confsym.molecules.topology import Topology
from confsym.study.experiments import claimed
from confsym.transforms.moved import moved_with_vectors
from confsym.transforms.order import topology_after
from confsym.transforms.registry import TRANSFORMS

FORCE, TORQUE = "kcal/mol/Å", "kcal/mol/rad"
MOVED_BELOW = 1e-6  # kcal/mol/Å, kcal/mol/rad: far above round-off, far below any error of a force
GRADIENT_BELOW = 1e-6  # of the slopes' root mean square
NET_FORCE, NET_TORQUE, GRADIENT = "net force", "net torque", "minus the energy's gradient"
SLOPED = 20  # conformers at which slopes are taken
DIRECTIONS = 3  # random ones at each of them
STEP = 1.6e-2  # Å along a direction of all coordinates: the first of `slopes`
HALVINGS = 8  # of it
ORDERS = 3  # of extrapolation
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
        said = symmetry[symmetry["experiment"] == name].set_index("transform")
        head = {"experiment": name, "conformers": len(positions)}
        for transform, settings in study["transforms"].items():
            if TRANSFORMS[settings["kind"]].keeps_energy:
                defect = _defect(model, positions, forces, molecule, topology, settings)
                seen = _seen(defect, FORCE, MOVED_BELOW, bool(said.loc[transform, "claimed"]))
                if (theirs := said.loc[transform])["verdict"] in UNJUDGED:
                    seen |= {"verdict": theirs["verdict"], "note": theirs["note"]}
                rows.append(head | {"test": transform} | seen)
        claims = claimed(study, name)
        for test, sums, unit, symmetry_of_it in (
            (NET_FORCE, forces.sum(axis=1), FORCE, "translation"),
            (NET_TORQUE, torques(positions, forces), TORQUE, "rotation"),
        ):
            seen = _seen(sums, unit, MOVED_BELOW, symmetry_of_it in claims)
            said_of_it = {"verdict": CONSTANT, "note": constant} if constant else {}
            rows.append(head | {"test": test} | seen | said_of_it)
        some = positions[:SLOPED]
        off = relative_errors(model, some, seed)[..., None]
        seen = _seen(off, "of the slopes", GRADIENT_BELOW, claims=True)
        if constant:
            seen |= {"verdict": CONSTANT, "note": constant}
        rows.append(head | {"test": GRADIENT, "conformers": len(some)} | seen)
    return pd.DataFrame(rows, columns=list(HEADINGS))


def _seen(vectors: np.ndarray, unit: str, limit: float, claims: bool) -> dict[str, Any]:
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
    place = order_of(topology, topology_after(topology, transform))
    _, found = model.energies_and_forces(moved[:, place])
    return found - expected[:, place]


def torques(positions: np.ndarray, forces: np.ndarray) -> np.ndarray:
    """(n, 3) net torque about the centroid, kcal/mol/rad, of forces (n, atoms, 3) kcal/mol/Å."""
    arms = positions - positions.mean(axis=1, keepdims=True)
    return np.cross(arms, forces).sum(axis=1)


def relative_errors(model: ForceModel, positions: np.ndarray, seed: int) -> np.ndarray:
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
    (directions, n)
        Differences along random directions, in units of the root mean square of all slopes.
    """
    rng = np.random.default_rng(seed)
    directions = rng.normal(size=(DIRECTIONS, *positions.shape))
    directions /= np.linalg.norm(directions, axis=(2, 3), keepdims=True)
    _, forces = model.energies_and_forces(positions)
    along = -np.einsum("nax,dnax->dn", forces, directions)
    expected = np.array([slopes(model, positions, direction) for direction in directions])
    return (along - expected) / (np.sqrt(np.mean(expected**2)) or 1.0)


def slopes(model: ForceModel, positions: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """(n,) slopes of the energy along directions (n, atoms, 3), kcal/mol/Å.

    Central differences D(h) for h halved again and again, and what they extrapolate to: from D(h)
    and D(h/2) follows (4 D(h/2) − D(h)) / 3, exact to the fourth power of h, and so on. Of all
    these that one counts which differs least from the two that it is made of: too large an h sees
    too little of a narrow function, too small an h sees round-off (Ridders, Adv. Eng. Softw. 4, 75
    (1982), doi:10.1016/S0141-1195(82)80057-0).
    """

    def central(step: float) -> np.ndarray:
        ends = (positions + sign * step * directions for sign in (1, -1))
        ahead, behind = (model.energies_and_forces(end)[0] for end in ends)
        return (ahead - behind) / (2 * step)

    before = np.array([central(STEP / 2**halving) for halving in range(HALVINGS + 1)])
    found, doubt = [], []
    for order in range(1, ORDERS + 1):
        after = (4**order * before[1:] - before[:-1]) / (4**order - 1)
        found.append(after)
        doubt.append(np.maximum(np.abs(after - before[1:]), np.abs(after - before[:-1])))
        before = after
    best = np.concatenate(doubt).argmin(axis=0)
    return np.concatenate(found)[best, np.arange(len(positions))]
