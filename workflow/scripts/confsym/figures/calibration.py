"""Calibration of predictive standard deviations."""

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from confsym.evaluation.intervals import ENERGY, FORCE, HALF_WIDTHS
from confsym.figures.drawing import series_style
from confsym.storage.numbers import BOUND, NOTHING

INSIDE = {ENERGY: "held-out energies inside", FORCE: "held-out force components inside"}


def calibration(table: pd.DataFrame, title: str) -> Figure:
    """Draw how often an interval is right against its nominal level: energies, and forces beside.

    Parameters
    ----------
    table
        From `confsym.evaluation.calibration.table`.
    title
        Molecule and level.
    """
    quantities = [measured for measured in INSIDE if measured in set(table["quantity"])]
    width = 3.3 if len(quantities) == 1 else 6.85
    figure, row = plt.subplots(1, len(quantities), figsize=(width, 3.6), squeeze=False)
    figure.suptitle(title)
    styles = {name: series_style(k) for k, name in enumerate(table["experiment"].unique())}
    for axes, quantity in zip(row[0], quantities, strict=True):
        rows = table[table["quantity"] == quantity].set_index("experiment")
        by_experiment = {name: rows.loc[[name]] for name in styles if name in rows.index}
        _draw(axes, by_experiment, quantity, styles)
    handles, labels = row[0, 0].get_legend_handles_labels()
    # Beside the axes there is no room in one column.
    figure.legend(handles, labels, loc="outside lower center", ncols=len(quantities))
    return figure


def _draw(
    axes: Axes, tables: dict[str, pd.DataFrame], quantity: str, styles: dict[str, dict]
) -> None:
    axes.plot([0, 1], [0, 1], color="0.4", linewidth=1, label="ideal")
    curves_drawn = 0
    for name, table in tables.items():
        exact = table[HALF_WIDTHS[quantity]].max() < NOTHING
        curves_drawn += not exact
        label = f"{name}: exact ({BOUND}), not drawn" if exact else name
        shown = table[:0] if exact else table
        axes.plot(shown["nominal"], shown["observed"], label=label, **styles[name])
    if not curves_drawn:
        message = "all errors are round-off:\nnothing to calibrate"
        box = {"facecolor": "white", "edgecolor": "none"}
        axes.annotate(message, (0.5, 0.5), ha="center", va="center", bbox=box)
    axes.set(
        xlim=(-0.02, 1.02),
        ylim=(-0.02, 1.02),
        box_aspect=1,
        xlabel="nominal level of the interval",
        ylabel=INSIDE[quantity],
    )
    axes.annotate("too cautious", (0.04, 0.95), va="top", color="0.35", fontsize="small")
    axes.annotate("too sure", (0.96, 0.05), ha="right", va="bottom", color="0.35", fontsize="small")
