"""Parity plots: predicted against computed energy, density and marginals."""

from textwrap import fill

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from confsym.figures.colours import COLOURS
from confsym.figures.panels import BINS, Panel, for_axes, point_density, shared_limits

WIDEST = 90  # characters of a title's line
MANY = 50_000  # points: from there on, those that others hide are left out
CELLS = 600  # along each axis: a point is ten times as wide
MARGINAL = 0.16  # height of a marginal histogram, relative to the plot


def parity(panels: list[Panel], title: str) -> Figure:
    """Draw panels two in a row, all with the same limits.

    Parameters
    ----------
    panels
        The panels.
    title
        What the model is.
    """
    return draw_panels(panels, title, "energy")


def draw_panels(panels: list[Panel], title: str, quantity: str) -> Figure:
    """Draw panels of some quantity; see `parity`."""
    rows = (len(panels) + 1) // 2
    figure, grid = plt.subplots(rows, 2, figsize=(6.85, 0.3 + 3.4 * rows), squeeze=False)
    figure.suptitle(fill(title, WIDEST), fontsize=9)
    rounded, unit = for_axes(panels)
    limits = shared_limits(rounded)
    for axes, panel, original in zip(grid.flat, rounded, panels, strict=False):
        _draw_main(axes, panel, limits)
        axes.set(xlabel=f"computed {quantity} ({unit})", ylabel=f"predicted {quantity} ({unit})")
        _say(axes, original.lines)
        top = axes.inset_axes([0, 1.02, 1, MARGINAL], sharex=axes)
        _draw_marginal(top, panel.energy, limits, "vertical")
        side = axes.inset_axes([1.02, 0, MARGINAL, 1], sharey=axes)
        _draw_marginal(side, panel.predicted, limits, "horizontal")
        top.set_title(panel.title)
    for axes in grid.flat[len(panels) :]:
        axes.axis("off")
    return figure


def _draw_main(axes: Axes, panel: Panel, limits: tuple[float, float]) -> None:
    density = point_density(panel.energy, panel.predicted, limits)
    order = np.argsort(density, kind="stable")  # the densest points on top
    if len(order) > MANY:
        order = _visible(panel, limits, order)
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
    axes.set(xlim=limits, ylim=limits, aspect="equal")
    axes.set_yticks([tick for tick in axes.get_xticks() if limits[0] <= tick <= limits[1]])
    axes.set_xticks(axes.get_yticks())


def _visible(panel: Panel, limits: tuple[float, float], order: np.ndarray) -> np.ndarray:
    """Of points that lie in one cell of a grid finer than they are large, the topmost."""
    low, high = limits
    places = np.stack([panel.energy[order], panel.predicted[order]])
    column, row = np.floor(CELLS * (places - low) / (high - low)).astype(int)
    _, last = np.unique((column * (CELLS + 1) + row)[::-1], return_index=True)
    return order[np.sort(len(order) - 1 - last)]


def _say(axes: Axes, lines: list[str]) -> None:
    axes.text(
        0.04,
        0.97,
        "\n".join(lines),
        transform=axes.transAxes,
        va="top",
        fontsize=7,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1.5},
    )


def _draw_marginal(
    axes: Axes, values: np.ndarray, limits: tuple[float, float], orientation: str
) -> None:
    axes.hist(
        values,
        bins=BINS,
        range=limits,
        histtype="stepfilled",  # one outline: a bar each would be most of a figure's time
        orientation=orientation,
        color=COLOURS[0],
        linewidth=0,
    )
    axes.axis("off")
