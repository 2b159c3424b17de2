"""Learning curves of all experiments in one figure."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, NullLocator

from confsym.figures.drawing import series_style
from confsym.storage.numbers import NOTHING

PER_ENTRY = 0.155  # inches: a line of the legend
APART = 0.07  # of the axis: what two labels on it need
EXACT_BELOW = 1e-3  # kcal/mol: errors that would squeeze all others get an axis of their own


def learning_curves(curves: Mapping[str, pd.DataFrame], title: str) -> Figure:
    """Draw error against number of training conformers, both axes logarithmic.

    Held-out conformers and each further set of geometries have axes of their own. Where there are
    no further sets, and some errors are next to nothing and others are not, the axis is broken
    between them. What is below what a result can mean is drawn there.

    Parameters
    ----------
    curves
        For each experiment its `learning_curve.csv`; the line is the mean over the repeats, the
        bar their standard deviation.
    title
        Molecule and level.
    """
    table = pd.concat(curves.values())
    tested_on = table["tested_on"].unique().tolist()
    errors = table["mae"].clip(lower=NOTHING)  # what a logarithm can show, and a result can mean
    broken = len(tested_on) == 1 and bool(
        (errors < EXACT_BELOW).any() and (errors >= EXACT_BELOW).any()
    )
    figure, panels = _axes(len(tested_on), broken, len(curves))
    final = {}
    for index, (name, curve) in enumerate(curves.items()):
        for number, axes in enumerate(panels.flat):
            tested = curve[curve["tested_on"] == tested_on[0 if broken else number]]
            by_size = tested["mae"].clip(lower=NOTHING).groupby(tested["size"])
            mean, spread = by_size.mean(), by_size.std(ddof=1).fillna(0)
            final.setdefault(name, mean.iloc[-1])  # on held-out conformers, which come first
            style = series_style(index)
            axes.errorbar(mean.index, mean, yerr=spread, label=name, capsize=2, **style)
    sizes = sorted({size for curve in curves.values() for size in curve["size"]})
    for axes in panels.flat:
        axes.set(xscale="log", yscale="log")
        axes.grid(which="both", color="0.9", linewidth=0.6)
    if broken:
        _break(panels[0, 0], panels[1, 0], errors)
    else:
        _mark(panels[0, 0], errors)
    lowest = panels.flat[-1]
    lowest.set_xticks(_apart(sizes))
    lowest.xaxis.set_major_formatter("{x:g}")
    lowest.xaxis.set_minor_locator(NullLocator())
    lowest.set_xlabel("training conformers")
    panels[0, 0].set(title=title, ylabel="held-out MAE (kcal/mol)")
    for name, axes in zip(tested_on[1:], panels.flat[1:], strict=False):
        axes.set(ylabel=f"{name} MAE (kcal/mol)")
    handles, labels = panels[0, 0].get_legend_handles_labels()
    ranked = sorted(zip(handles, labels, strict=True), key=lambda entry: -final[entry[1]])
    entries = zip(*ranked, strict=True)
    figure.legend(*entries, loc="outside right upper", title="experiment", handlelength=3)
    return figure


def _axes(sets: int, broken: bool, entries: int) -> tuple[Figure, np.ndarray]:
    """Axes one above the other: one for each set, or two for a broken axis."""
    height = 4.0 + 1.2 * broken if sets == 1 else 2.2 * sets
    return plt.subplots(
        sets + broken,
        figsize=(6.85, max(height, 0.5 + PER_ENTRY * entries)),
        sharex=True,
        sharey=sets > 1,
        squeeze=False,
        height_ratios=[3, 1] if broken else None,
    )


def _apart(sizes: list[int]) -> list[int]:
    """The sizes whose labels do not touch on a logarithmic axis, from the largest down."""
    ticks, factor = sizes[-1:], (sizes[-1] / sizes[0]) ** APART
    for size in reversed(sizes):
        if ticks[-1] / size >= factor:
            ticks.append(size)
    return ticks[::-1]


def _mark(axes: Axes, errors: pd.Series) -> None:
    """Label 1, 2 and 5 of each decade, or decades alone where there are many."""
    decades = errors.max() / errors.min() > 1e3
    axes.yaxis.set_major_locator(LogLocator(subs=(1,) if decades else (1, 2, 5), numticks=12))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter(NullFormatter())


def _break(upper: Axes, lower: Axes, errors: pd.Series) -> None:
    """Give the ordinary errors the upper axes and those next to nothing the lower ones."""
    ordinary = errors[errors >= EXACT_BELOW]
    upper.set_ylim(ordinary.min() / 2, ordinary.max() * 2)
    lower.set_ylim(NOTHING / 3, EXACT_BELOW)
    _mark(upper, ordinary)
    lower.set_yticks([NOTHING, 1e-6, EXACT_BELOW], ["≤ $10^{-9}$", "$10^{-6}$", "$10^{-3}$"])
    lower.yaxis.set_minor_locator(NullLocator())
    upper.spines.bottom.set_visible(False)
    upper.tick_params(axis="x", which="both", length=0, labelbottom=False)
    slashes = {"marker": [(-1, -0.6), (1, 0.6)], "markersize": 8, "linestyle": "none"}
    slashes |= {"color": "black", "mew": 1, "clip_on": False}
    upper.plot([0], [0], transform=upper.transAxes, **slashes)
    lower.plot([0], [1], transform=lower.transAxes, **slashes)
