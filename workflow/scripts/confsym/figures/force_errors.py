"""Errors of forces: against the number of training geometries, and against energy."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, NullLocator

from confsym.conformers.split import HELD_OUT, TEST
from confsym.evaluation.forces import vectors
from confsym.figures.drawing import series_style

BINS = 8  # of energy, with as many conformers in each
ERROR = "mae_kcal_mol_angstrom"


def force_errors(
    curves: Mapping[str, pd.DataFrame],
    forces: Mapping[str, pd.DataFrame],
    energy: np.ndarray,
    title: str,
) -> Figure:
    """Draw learning curves of forces, and where in energy the errors are.

    Parameters
    ----------
    curves, forces
        For each experiment its `force_learning_curve.csv` and `force_predictions.parquet`.
    energy : (conformers,)
        kcal/mol.
    title
        Molecule and level.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(6.85, 3.2))
    figure.suptitle(title, fontsize=9)
    for index, name in enumerate(curves):
        style = series_style(index)
        _draw_curve(left, name, curves[name], style)
        _draw_along_energy(right, forces[name], energy, style)
    sizes = sorted({size for curve in curves.values() for size in curve["size"]})
    left.set(
        xscale="log", yscale="log", xlabel="training conformers", ylabel="force MAE (kcal/mol/Å)"
    )
    left.set_xticks(sizes)
    left.xaxis.set_major_formatter("{x:g}")
    left.xaxis.set_minor_locator(NullLocator())
    right.set(
        yscale="log",
        xlabel="energy above the lowest (kcal/mol)",
        ylabel="held-out force RMSE (kcal/mol/Å)",
    )
    for axes in (left, right):
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 3, 5, 7)))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.grid(which="both", color="0.9", linewidth=0.6)
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def _draw_curve(axes: Axes, name: str, curve: pd.DataFrame, style: dict[str, str]) -> None:
    for index, (tested_on, rows) in enumerate(curve.groupby("tested_on", sort=False)):
        by_size = rows.groupby("size")[ERROR]
        label = name if tested_on == HELD_OUT else f"{name}, {tested_on}"
        axes.errorbar(
            by_size.mean().index,
            by_size.mean(),
            yerr=by_size.std(ddof=1).fillna(0),
            label=label,
            capsize=2,
            alpha=1 if index == 0 else 0.6 / index,
            **style,
        )


def _draw_along_energy(
    axes: Axes, forces: pd.DataFrame, energy: np.ndarray, style: dict[str, str]
) -> None:
    rows = forces[forces["partition"] == TEST]
    residual = vectors(rows, "predicted") - vectors(rows, "force")
    square = pd.Series((residual**2).mean(axis=1)).groupby(rows["conformer"].to_numpy()).mean()
    above = energy[square.index] - energy[square.index].min()
    members = np.array_split(np.argsort(above), min(BINS, len(above)))
    error = np.sqrt(square.to_numpy())
    medians = [np.median(above[rows_of_bin]) for rows_of_bin in members]
    axes.plot(medians, [np.median(error[rows_of_bin]) for rows_of_bin in members], **style)
