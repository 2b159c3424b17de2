"""Calibration of predictive standard deviations."""

from collections.abc import Mapping

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from confsym.figures.drawing import series_style


def calibration(tables: Mapping[str, pd.DataFrame], title: str) -> Figure:
    """Draw the fraction of held-out energies inside an interval against its nominal level.

    Parameters
    ----------
    tables
        For each experiment what `confsym.evaluation.calibration.calibration` returns.
    title
        Molecule and level.
    """
    figure, axes = plt.subplots(figsize=(3.3, 3.6))
    axes.plot([0, 1], [0, 1], color="0.4", linewidth=1, label="ideal")
    for index, (name, table) in enumerate(tables.items()):
        axes.plot(table["nominal"], table["observed"], label=name, **series_style(index))
    axes.set(
        xlim=(-0.02, 1.02),
        ylim=(-0.02, 1.02),
        box_aspect=1,
        xlabel="nominal level of the interval",
        ylabel="held-out energies inside",
        title=title,
    )
    axes.annotate("too cautious", (0.04, 0.95), va="top", color="0.35", fontsize="small")
    axes.annotate("too sure", (0.96, 0.05), ha="right", va="bottom", color="0.35", fontsize="small")
    figure.legend(loc="outside lower center")  # beside the axes there is no room in one column
    return figure
