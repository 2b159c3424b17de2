"""The verdict on every experiment and every motion, to be grasped at a glance."""

from collections.abc import Mapping
from textwrap import fill
from typing import Any

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from confsym.figures import verdict_matrix
from confsym.storage.numbers import significant
from confsym.transforms.registry import TRANSFORMS


def symmetry(
    table: pd.DataFrame,
    rotations: pd.DataFrame,
    summary: pd.DataFrame,
    transforms: Mapping[str, Mapping[str, Any]],
    title: str,
) -> Figure:
    """Draw a cell for each experiment and motion, best experiment first, and errors beside them.

    Parameters
    ----------
    table
        From `evaluation.summary.symmetry`.
    rotations
        The table `rotations`, a row an experiment.
    summary
        From `evaluation.summary.summary`.
    transforms
        The config's section transforms.
    title
        Molecule and level.
    """
    experiments = summary["experiment"].tolist()
    figure, axes = plt.subplots(figsize=(6.85, 1.25 + 0.24 * len(experiments)))
    verdict_matrix.draw(axes, table, experiments, transforms)
    columns = len(transforms)
    errors = summary.set_index("experiment")["resplit_mae_mean_kcal_mol"]
    spreads = rotations.set_index("experiment")["spread_rms_kcal_mol"]
    for row, experiment in enumerate(experiments):
        error = significant(errors[experiment], 2)
        spread = verdict_matrix.change(spreads[experiment])
        axes.text(columns + 0.55, row, error, ha="center", va="center")
        axes.text(columns + 1.65, row, spread, ha="center", va="center")
    headings = [TRANSFORMS[settings["kind"]].label for settings in transforms.values()]
    wrapped = [fill(heading, 9, break_long_words=False) for heading in headings]
    places = [*range(columns), columns + 0.55, columns + 1.65]
    axes.set_xticks(places, [*wrapped, "held-out\nMAE", "RMS spread\nover\nrotations"])
    axes.set_yticks(range(len(experiments)), experiments)
    axes.tick_params(labeltop=True, labelbottom=False)
    axes.set_xlim(-0.5, columns + 2.2)
    figure.suptitle(f"{title}: largest change of a prediction; MAE; spread (kcal/mol)", fontsize=8)
    verdict_matrix.explain(figure, table)
    return figure
