"""Squared bias, variance and error along three paths of complexity."""

from collections.abc import Mapping

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from confsym.figures.drawing import series_style

PARTS = {"error": "error", "bias_squared": "bias²", "variance": "variance"}
FAMILIES = {
    "ridge": ("ridge regression", "penalty alpha", "log"),
    "tree": ("decision tree", "depth", "linear"),
    "basis": ("principal components", "components", "log"),
}


def draw(tables: Mapping[str, pd.DataFrame], title: str) -> Figure:
    """Draw `curves`, stiff models left; see `empirical_risk.draw` for the parameters."""
    figure, panels = plt.subplots(1, 3, figsize=(6.85, 2.8), sharey=True)
    curves = tables["curves"]
    for axes, (family, (name, label, scale)) in zip(panels, FAMILIES.items(), strict=True):
        curve = curves[curves["family"] == family]
        for index, (part, what) in enumerate(PARTS.items()):
            style = series_style(index)
            axes.plot(curve["complexity"], curve[part], label=what, **style)
        axes.errorbar(
            curve["complexity"],
            curve["other_error"],
            yerr=2 * curve["other_spread"],
            color="black",
            linestyle="none",
            elinewidth=0.8,
            capsize=2,
            label="error, other samples",
        )
        best = curve.loc[curve.index[curve["error"].argmin()]]
        axes.axvline(best["complexity"], color="0.6", linewidth=0.8, linestyle=":")
        axes.set(xscale=scale, xlabel=label, title=name)
        axes.grid(color="0.9", linewidth=0.6)
    panels[0].invert_xaxis()
    panels[1].xaxis.set_major_locator(MaxNLocator(integer=True))
    panels[0].set(ylabel="mean squared error (kcal/mol)²", ylim=(0, None))
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4)
    figure.suptitle(title, fontsize=8)
    return figure
