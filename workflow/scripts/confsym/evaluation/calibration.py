"""Whether a model knows how well it knows: its intervals against how often they are right."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from confsym.conformers.split import TEST
from confsym.registry import ORIGINAL

LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
HEADINGS = {
    "experiment": "Experiment",
    "nominal": "Nominal level",
    "observed": "Held-out energies inside",
    "half_width_kcal_mol": "Mean half-width (kcal/mol)",
}


def calibration(predictions: pd.DataFrame) -> pd.DataFrame:
    """Count how many held-out energies lie in the central Gaussian intervals around predictions.

    Parameters
    ----------
    predictions
        partition, transform; energy, predicted and predicted_std in kcal/mol. Conformers as
        embedded count.

    Returns
    -------
    DataFrame
        nominal, observed, half_width_kcal_mol: for each nominal level the fraction inside, and the
        mean half-width of the interval.
    """
    chosen = (predictions["partition"] == TEST) & (predictions["transform"] == ORIGINAL)
    held_out = predictions[chosen]
    error = (held_out["energy"] - held_out["predicted"]).abs()
    deviation = held_out["predicted_std"]
    half_widths = [norm.ppf((1 + level) / 2) * deviation for level in LEVELS]
    return pd.DataFrame(
        {
            "nominal": LEVELS,
            "observed": [float((error <= width).mean()) for width in half_widths],
            "half_width_kcal_mol": [float(np.mean(width)) for width in half_widths],
        }
    )
