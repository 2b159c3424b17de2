"""Where the canonical pose of a molecule jumps."""

import numpy as np
import pandas as pd

from confsym.geometry.principal_axes import ROUND_OFF, canonical_pose
from confsym.transforms.motions import reflection

JITTER = 0.01  # Å: standard deviation of what each coordinate is changed by
JUMP = 0.5  # Å: no atom gets that far by such a change unless the pose jumps


def sensitivity(positions: np.ndarray, mass: np.ndarray, seed: int) -> pd.DataFrame:
    """Change conformers a little, and see how far their atoms go in the canonical pose.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    mass : (atoms,)
        u.
    seed
        Of the changes.

    Returns
    -------
    DataFrame
        A conformer a row: `gap`, the smaller of the two differences between neighbouring mean
        square extents relative to the largest; `skewness`, the smaller of the two third moments
        that decide signs; `moved_A`, how far the farthest atom got after a change of 0.01 Å;
        `mirrored_A`, the same between a conformer and its mirror image.
    """
    pose, extents, skewness = canonical_pose(positions, mass)
    noise = np.random.default_rng(seed).normal(scale=JITTER, size=positions.shape)
    changed, *_ = canonical_pose(positions + noise, mass)
    mirrored, *_ = canonical_pose(reflection(positions, [0, 0, 1]), mass)
    return pd.DataFrame(
        {
            "gap": -np.diff(extents, axis=1).max(axis=1) / np.maximum(extents[:, 0], ROUND_OFF**2),
            "skewness": skewness.min(axis=1),
            "moved_A": _farthest(changed - pose),
            "mirrored_A": _farthest(mirrored - pose),
        }
    )


def _farthest(difference: np.ndarray) -> np.ndarray:
    return np.linalg.norm(difference, axis=2).max(axis=1)
