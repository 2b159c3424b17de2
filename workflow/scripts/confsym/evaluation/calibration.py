"""Whether a model knows how well it knows: its intervals against how often they are right."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import norm

from confsym.conformers.split import HELD_OUT
from confsym.evaluation.intervals import HALF_WIDTHS, AbsoluteErrors

LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
HEADINGS = {
    "experiment": "Experiment",
    "quantity": "Quantity",
    "nominal": "Nominal level",
    "observed": "Held-out ones inside",
    "half_width_kcal_mol": "Mean half-width (kcal/mol)",
    "half_width_kcal_mol_angstrom": "Mean half-width (kcal/mol/Å)",
}


def calibration(errors: AbsoluteErrors) -> pd.DataFrame:
    """Count how often the central Gaussian intervals around predictions are right.

    Parameters
    ----------
    errors
        Of held-out conformers, with deviations.

    Returns
    -------
    DataFrame
        nominal, observed, half_width: for each nominal level the fraction inside, and the mean
        half-width of the interval, in the unit of the errors.
    """
    half_widths = [norm.ppf((1 + level) / 2) * errors.deviation for level in LEVELS]
    return pd.DataFrame(
        {
            "nominal": LEVELS,
            "observed": [float((errors.error <= width).mean()) for width in half_widths],
            "half_width": [float(np.mean(width)) for width in half_widths],
        }
    )


def table(
    errors_by_experiment: Mapping[tuple[str, str], Mapping[str, AbsoluteErrors]],
) -> pd.DataFrame:
    """`calibration` of each experiment and quantity, one below the other.

    Parameters
    ----------
    errors_by_experiment
        From `intervals.read`, of experiments with deviations.

    Returns
    -------
    DataFrame
        Columns as in `HEADINGS`.
    """
    tables = [
        calibration(sets[HELD_OUT])
        .rename(columns={"half_width": HALF_WIDTHS[quantity]})
        .assign(experiment=experiment, quantity=quantity)
        for (experiment, quantity), sets in errors_by_experiment.items()
    ]
    return pd.concat(tables).reindex(columns=list(HEADINGS))
