"""Primal against dual, random features against the kernel, and multiplications."""

from collections.abc import Mapping

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from confsym.figures.drawing import series_style

COST = {"by_columns": "explicit columns", "by_kernel": "kernel"}
ROUND_OFF = 1e-16  # of a number of size one


def draw(tables: Mapping[str, pd.DataFrame], title: str) -> Figure:
    """Draw `agreement`, `fourier` and `cost`; see `empirical_risk.draw` for the parameters."""
    figure, panels = plt.subplots(2, 2, figsize=(6.85, 5.0))
    agreement = tables["agreement"]
    panels[0, 0].plot(agreement["products"], agreement["difference"], **series_style(0))
    spread = agreement["energy_spread"]
    panels[0, 0].plot(agreement["products"], spread, color="0.4", linestyle=":")
    panels[0, 0].annotate(
        "standard deviation of the energies",
        (agreement["products"].min(), spread.iloc[0]),
        xytext=(0, -4),
        textcoords="offset points",
        va="top",
        color="0.35",
        fontsize="small",
    )
    panels[0, 0].set(xlabel="explicit columns", ylabel="largest difference (kcal/mol)")
    panels[0, 0].set_ylim(bottom=ROUND_OFF * spread.iloc[0])
    panels[0, 0].set_title(title, loc="left")
    grouped = tables["fourier"].groupby("features")
    labels = {"kernel_rmse": "kernel value", "prediction_rmse": "prediction (kcal/mol)"}
    for index, (column, label) in enumerate(labels.items()):
        mean, spread = grouped[column].mean(), grouped[column].std()
        style = series_style(index) | {"capsize": 2, "label": label}
        panels[0, 1].errorbar(mean.index, mean, yerr=spread, **style)
    mean = grouped["kernel_rmse"].mean()
    theory = mean.iloc[0] * (mean.index[0] / mean.index) ** 0.5
    panels[0, 1].plot(mean.index, theory, color="0.4", linestyle=":", label="∝ D$^{-1/2}$")
    panels[0, 1].set(xlabel="random Fourier features D", ylabel="root-mean-square error")
    panels[0, 1].legend(loc="lower left", fontsize="x-small")
    for axes, against in zip(panels[1], ("conformers", "columns"), strict=True):
        cost = tables["cost"][tables["cost"]["against"] == against]
        for index, (column, label) in enumerate(COST.items()):
            style = series_style(index) | {"markevery": 5, "label": label}
            axes.plot(cost["count"], cost[column], **style)
        axes.set(ylabel="multiplications of a fit")
        axes.set_xlabel("training conformers" if against == "conformers" else "explicit columns")
        axes.legend(loc="upper left")
    for axes in panels.flat:
        axes.set(xscale="log", yscale="log")
        axes.grid(color="0.9", linewidth=0.6)
    return figure
