"""Error against number of chosen columns, and the bias of choosing before folding."""

from collections.abc import Mapping

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from confsym.figures.drawing import series_style

ENERGIES = {"true": "true energies", "shuffled": "dealt out at random"}
WAYS = {"outside": "chosen beforehand", "inside": "chosen in each fold"}


def draw(tables: Mapping[str, pd.DataFrame], title: str) -> Figure:
    """Draw `selection` and `bias`; see `empirical_risk.draw` for the parameters."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(6.85, 3.4))
    for index, (name, curve) in enumerate(tables["selection"].groupby("selector", sort=False)):
        style = series_style(index) | {"capsize": 2, "label": name}
        left.errorbar(curve["columns"], curve["mae"], yerr=curve["spread"], **style)
    left.set(xlabel="columns chosen", ylabel="held-out MAE (kcal/mol)", title=title)
    left.legend(loc="lower left")
    for index, (energies, what) in enumerate(ENERGIES.items()):
        part = tables["bias"][tables["bias"]["energies"] == energies]
        grouped = part.groupby("candidates")
        for way, label in WAYS.items():
            style = series_style(index) | {"capsize": 2, "label": f"{what}, {label}"}
            style |= {"linestyle": "--"} if way == "outside" else {}
            style |= {"markerfacecolor": "white"} if way == "outside" else {}
            mean, error = grouped[way].mean(), grouped[way].sem()
            right.errorbar(mean.index, mean, yerr=error, **style)
    level = tables["bias"]["mean"].mean()
    right.axhline(level, color="0.4", linewidth=0.8, linestyle=":", label="the mean energy")
    right.set(xlabel="columns to choose from", ylabel="cross-validated MAE (kcal/mol)")
    figure.legend(*right.get_legend_handles_labels(), loc="outside lower right", ncols=2)
    for axes in (left, right):
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.grid(color="0.9", linewidth=0.6)
    return figure
