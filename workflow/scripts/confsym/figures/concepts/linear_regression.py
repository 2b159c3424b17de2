"""Gradient descent: error by epoch, distance from the closed form, and what a condition costs."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from confsym.concepts.linear_regression import TOLERANCE
from confsym.figures.drawing import series_style

RUNS = {
    "raw": "the notes' settings",
    "unscaled": "unscaled columns,\nlargest safe step",
    "standardised": "standardised columns,\nlargest safe step",
}
BELOW = {"loc": "upper center", "bbox_to_anchor": (0.45, -0.22), "fontsize": "x-small"}


def draw(tables: Mapping[str, pd.DataFrame], title: str) -> Figure:
    """Draw `losses`, `distance` and `epochs`; see `empirical_risk.draw` for the parameters."""
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(6.85, 3.4))
    for index, (name, run) in enumerate(tables["losses"].groupby("run", sort=False)):
        style = series_style(index) | {"markevery": 12}
        left.plot(run["epoch"], run["rmse"], label=RUNS[name], **style)
    left.set(xscale="log", yscale="log", xlabel="epoch", ylabel="training RMSE (kcal/mol)")
    left.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    left.yaxis.set_major_formatter("{x:g}")
    left.yaxis.set_minor_formatter(NullFormatter())
    left.set_title(title, loc="left")
    left.legend(**BELOW)
    for index, (count, path) in enumerate(tables["distance"].groupby("columns")):
        style = series_style(index) | {"marker": "none", "linestyle": ("-", "--", "-.")[index % 3]}
        middle.plot(path["epoch"] + 1, path["distance"], label=f"{count:,}", **style)
    middle.set(xscale="log", yscale="log", xlabel="epoch")
    middle.set(ylabel="distance from the closed form (relative)")
    middle.legend(title="columns", ncols=2, **BELOW)
    epochs = tables["epochs"]
    ends = np.geomspace(epochs["condition_number"].min(), epochs["condition_number"].max(), 2)
    right.plot(ends, -np.log(TOLERANCE) * ends, color="0.4", label="slowest direction")
    style = series_style(0) | {"linestyle": "none"}
    right.plot(epochs["condition_number"], epochs["epochs"], label="measured", **style)
    right.set(xscale="log", yscale="log", xlabel="condition number")
    right.set(ylabel=f"epochs to a distance of $10^{{{np.log10(TOLERANCE):.0f}}}$")
    right.legend(**BELOW)
    for axes in (left, middle, right):
        axes.grid(color="0.9", linewidth=0.6)
    return figure
