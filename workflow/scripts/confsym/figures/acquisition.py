"""Held-out errors against labels: of chosen geometries, and of random ones."""

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from confsym.acquisition.choice import CHOSEN, RANDOM
from confsym.acquisition.savings import row
from confsym.figures.drawing import series_style

PANELS = {
    "energy_mae_kcal_mol": "energy MAE (kcal/mol)",
    "force_mae_kcal_mol_angstrom": "force MAE (kcal/mol/Å)",
    "energy_rmse_kcal_mol": "energy RMSE (kcal/mol)",
    "force_rmse_kcal_mol_angstrom": "force RMSE (kcal/mol/Å)",
}
NAMES = {CHOSEN: "chosen by uncertainty", RANDOM: "at random"}


def acquisition(curve: pd.DataFrame, title: str) -> Figure:
    """Draw learning curves of both ways to choose, and where the chosen ones do as well.

    Parameters
    ----------
    curve
        The experiment's `acquisition.csv`.
    title
        Molecule, level and experiment.
    """
    figure, grid = plt.subplots(2, 2, figsize=(6.85, 5.4), sharex=True)
    figure.suptitle(title, fontsize=9)
    for axes, (column, label) in zip(grid.ravel(), PANELS.items(), strict=True):
        for index, by in enumerate(NAMES):
            _draw(axes, curve[curve["by"] == by], column, NAMES[by], series_style(index))
        axes.set_title(_saving(curve, column), fontsize=8)
        axes.set(yscale="log", ylabel=label)
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 3, 5, 7)))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
        axes.grid(which="both", color="0.9", linewidth=0.6)
    for axes in grid[-1]:
        axes.set_xlabel("labelled geometries")
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def _draw(axes: Axes, rows: pd.DataFrame, column: str, label: str, style: dict[str, str]) -> None:
    """The mean over repeats with its standard deviation, and each repeat behind it."""
    repeats = rows.pivot_table(index="labels", columns="repeat", values=column)
    axes.plot(repeats.index, repeats, color=style["color"], alpha=0.35, linewidth=0.7)
    spread = repeats.std(axis=1, ddof=1).fillna(0)
    axes.errorbar(repeats.index, repeats.mean(axis=1), yerr=spread, label=label, capsize=2, **style)


def _saving(curve: pd.DataFrame, column: str) -> str:
    """How many chosen labels do as well as all random ones."""
    found = row(curve, column)
    if pd.isna(found["labels_chosen"]):
        return f"no chosen labels have the error of {found['labels_random']} random ones"
    return f"{found['labels_chosen']:.0f} chosen have the error of {found['labels_random']} random"
