"""How far predictions spread when conformers are turned at random."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from confsym.molecules.topology import Topology
from confsym.study.experiments import claimed
from confsym.symmetry.composed import composed
from confsym.transforms.motions import rotation

HEADINGS = {
    "experiment": "Experiment",
    "claimed": "Claimed",
    "conformers": "Conformers",
    "rotations": "Rotations of each",
    "spread_rms_kcal_mol": "Spread, RMS (kcal/mol)",
    "spread_max_kcal_mol": "Spread, largest (kcal/mol)",
    "mae_kcal_mol": "MAE in one pose (kcal/mol)",
    "mae_averaged_kcal_mol": "MAE of the average over poses (kcal/mol)",
}


def predictions(
    positions: np.ndarray,
    features: Mapping[str, Callable[[np.ndarray], np.ndarray]],
    models: Mapping[str, tuple[list[str], Callable[[np.ndarray], np.ndarray]]],
    rotations: int,
    seed: int,
) -> dict[str, np.ndarray]:
    """Predict conformers in many random orientations.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    features
        For each feature, from positions to values (n, columns).
    models
        For each experiment its features, and a function from their columns to kcal/mol (n,).
    rotations
        How many random rotations of each conformer.
    seed
        Of the rotations.

    Returns
    -------
    dict
        For each experiment (rotations, n), kcal/mol.
    """
    found: dict[str, list[np.ndarray]] = {name: [] for name in models}
    for number in range(rotations):
        turned = rotation(positions, [seed, number])
        values = {name: compute(turned) for name, compute in features.items()}
        for name, (sets, predict) in models.items():
            found[name].append(predict(np.concatenate([values[one] for one in sets], axis=1)))
    return {name: np.array(predicted) for name, predicted in found.items()}


def spread(predicted: np.ndarray, energy: np.ndarray) -> dict[str, float]:
    """Summarise predictions of the same conformers in many orientations.

    The spread of a conformer is the standard deviation of its predictions over the orientations,
    as in Langer, Pozdnyakov and Ceriotti, Mach. Learn.: Sci. Technol. 5, 04LT01 (2024),
    doi:10.1088/2632-2153/ad86a0.

    Parameters
    ----------
    predicted : (rotations, n)
        kcal/mol.
    energy : (n,)
        kcal/mol.

    Returns
    -------
    dict
        Root mean square and largest spread over the conformers; mean absolute error of a prediction
        in one orientation, and of the average over all orientations; all in kcal/mol.
    """
    deviation = predicted.std(axis=0)
    return {
        "spread_rms_kcal_mol": float(np.sqrt(np.mean(deviation**2))),
        "spread_max_kcal_mol": float(deviation.max()),
        "mae_kcal_mol": float(np.abs(predicted - energy).mean()),
        "mae_averaged_kcal_mol": float(np.abs(predicted.mean(axis=0) - energy).mean()),
    }


def table(
    study: Mapping[str, Any],
    models: Sequence[str | Path],
    positions: np.ndarray,
    topology: Topology,
    energies: Mapping[str, np.ndarray],
    settings: Mapping[str, Any],
) -> pd.DataFrame:
    """Put each experiment of a study in a row.

    Parameters
    ----------
    study
        The config's sections features, models and experiments.
    models
        The file of each experiment's fitted model.
    positions : (n, atoms, 3)
        Held-out conformers, Å.
    topology
        Their elements and bonds.
    energies
        For each level their energies (n,), kcal/mol, the study's own level first.
    settings
        Rotations of each conformer and seed.

    Returns
    -------
    DataFrame
        Columns as in `HEADINGS`.
    """
    experiments = study["experiments"]
    known = composed(study, models, topology)
    turned = predictions(
        positions, known.features, known.models, settings["rotations"], settings["seed"]
    )
    rows = []
    for name, predicted in turned.items():
        cheaper = experiments[name].get("baseline")
        rest = next(iter(energies.values())) - (energies[cheaper] if cheaper else 0)
        row = {"experiment": name, "claimed": "rotation" in claimed(study, name)}
        row |= {"conformers": len(positions), "rotations": settings["rotations"]}
        rows.append(row | spread(predicted, rest))
    return pd.DataFrame(rows)
