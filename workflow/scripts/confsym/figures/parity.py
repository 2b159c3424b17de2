"""Parity plots: predicted against computed energy, density and marginals."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.ndimage import gaussian_filter, map_coordinates

from confsym.figures.drawing import COLOURS
from confsym.figures.panels import Panel, shared_limits

BINS = 60


def parity(chosen: list[Panel], title: str) -> Figure:
    """Draw panels two in a row, all with the same limits.

    Parameters
    ----------
    chosen
        Two or four panels.
    title
        What the model is.
    """
    rows = (len(chosen) + 1) // 2
    figure = plt.figure(figsize=(6.85, 0.3 + 3.25 * rows), layout="constrained")
    figure.suptitle(title, fontsize=9)
    limits = shared_limits(chosen)
    for cell, panel in zip(figure.subfigures(rows, 2, squeeze=False).flat, chosen, strict=False):
        axes = cell.subplot_mosaic(
            [["top", "."], ["main", "side"]], width_ratios=[5, 1], height_ratios=[1, 5]
        )
        _draw_main(axes["main"], panel, limits)
        _draw_marginal(axes["top"], panel.energy, limits, "vertical")
        _draw_marginal(axes["side"], panel.predicted, limits, "horizontal")
        axes["top"].set_title(panel.title)
    return figure


def point_density(x: np.ndarray, y: np.ndarray, limits: tuple[float, float]) -> np.ndarray:
    """Smoothed density of points at each point, 1 at the densest.

    A histogram blurred over one bin and read between bins: in print not to be told from a kernel
    density estimate, and linear in the number of points.
    """
    counts, *_ = np.histogram2d(x, y, bins=BINS, range=[limits, limits])
    smooth = gaussian_filter(counts, sigma=1)
    low, high = limits
    place = (np.array([x, y]) - low) / (high - low) * BINS - 0.5
    density = map_coordinates(smooth, place, order=1, mode="nearest")
    return density / max(density.max(), np.finfo(float).tiny)


def _draw_main(axes: Axes, panel: Panel, limits: tuple[float, float]) -> None:
    density = point_density(panel.energy, panel.predicted, limits)
    order = np.argsort(density, kind="stable")  # the densest points on top
    axes.axline((0, 0), slope=1, color="black", linewidth=0.8, linestyle="--", zorder=3)
    axes.scatter(
        panel.energy[order],
        panel.predicted[order],
        c=density[order],
        s=5,
        linewidths=0,
        vmin=0,
        vmax=1.15,  # leaves out the palest yellow
        rasterized=True,
    )
    axes.set(
        xlim=limits,
        ylim=limits,
        aspect="equal",
        xlabel="computed energy (kcal/mol)",
        ylabel="predicted energy (kcal/mol)",
    )
    axes.set_yticks([tick for tick in axes.get_xticks() if limits[0] <= tick <= limits[1]])
    axes.set_xticks(axes.get_yticks())
    axes.text(
        0.04,
        0.97,
        "\n".join(f"{name} = {value}" for name, value in panel.numbers.items()),
        transform=axes.transAxes,
        va="top",
        fontsize=7,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1.5},
    )


def _draw_marginal(
    axes: Axes, values: np.ndarray, limits: tuple[float, float], orientation: str
) -> None:
    axes.hist(
        values, bins=BINS, range=limits, orientation=orientation, color=COLOURS[0], linewidth=0
    )
    axes.axis("off")
    along = axes.set_xlim if orientation == "vertical" else axes.set_ylim
    along(limits)
