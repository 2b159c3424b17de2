"""How far predictions spread when conformers are turned at random."""

from collections.abc import Callable

import numpy as np

from confsym.provenance.progress import Progress
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
    predict: Callable[[np.ndarray], np.ndarray],
    rotations: int,
    seed: int,
) -> np.ndarray:
    """Predict conformers in many random orientations.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    predict
        From positions to energies (n,), kcal/mol.
    rotations
        How many random rotations of each conformer.
    seed
        Of the rotations.

    Returns
    -------
    ndarray, shape (rotations, n)
        kcal/mol.
    """
    predicted, progress = [], Progress(rotations, "rotations")
    for number in range(rotations):
        predicted.append(predict(rotation(positions, [seed, number])))
        progress.add()
    return np.array(predicted)


def spread(predicted: np.ndarray, energy: np.ndarray) -> dict[str, int | float]:
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
        How many conformers and rotations; root mean square and largest spread over the conformers;
        mean absolute error of a prediction in one orientation, and of the average over all
        orientations; all of these in kcal/mol.
    """
    deviation = predicted.std(axis=0)
    return {
        "conformers": predicted.shape[1],
        "rotations": predicted.shape[0],
        "spread_rms_kcal_mol": float(np.sqrt(np.mean(deviation**2))),
        "spread_max_kcal_mol": float(deviation.max()),
        "mae_kcal_mol": float(np.abs(predicted - energy).mean()),
        "mae_averaged_kcal_mol": float(np.abs(predicted.mean(axis=0) - energy).mean()),
    }
