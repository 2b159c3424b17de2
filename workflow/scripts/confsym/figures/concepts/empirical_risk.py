"""Risk on the sample and held-out risk, and how far an estimated risk scatters."""

from collections.abc import Mapping

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from confsym.figures.drawing import series_style

WHICH = {"held_out": "held out", "train": "on the sample"}


def draw(tables: Mapping[str, pd.DataFrame], title: str) -> Figure:
    """Draw `curves` and `spread`, both axes logarithmic.

    Parameters
    ----------
    tables
        What `confsym.concepts.empirical_risk.measure` found.
    title
        Molecule and level.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(6.85, 3.5), width_ratios=[1.25, 1])
    for index, (name, curve) in enumerate(tables["curves"].groupby("hypotheses", sort=False)):
        for which, label in WHICH.items():
            style = series_style(index)
            style |= {"linestyle": "-" if which == "held_out" else "--"}
            style |= {} if which == "held_out" else {"markerfacecolor": "white"}
            left.errorbar(
                curve["size"],
                curve[f"{which}_risk"],
                yerr=curve[f"{which}_spread"],
                capsize=2,
                label=f"{name} set ({curve['columns'].iloc[0]} columns), {label}",
                **style,
            )
    left.set(xscale="log", yscale="log", xlabel="training conformers", title=title)
    left.set_ylabel("mean squared error (kcal/mol)²")
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower left", ncols=2)
    spread = tables["spread"]
    right.plot(spread["held_out"], spread["formula"], color="0.4", label="σ / √m")
    style = series_style(0) | {"linestyle": "none"}
    right.plot(spread["held_out"], spread["measured_spread"], label="measured", **style)
    right.set(xscale="log", yscale="log", xlabel="held-out conformers m")
    right.set(ylabel="spread of the risk (kcal/mol)²", title="one fixed model")
    right.legend(loc="upper right")
    for axes in (left, right):
        axes.grid(color="0.9", linewidth=0.6)
        axes.xaxis.set_major_formatter("{x:g}")
    return figure
