"""The landscape of two hyper-parameters with three searches, their progress, and the leak."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from confsym.concepts.hyperparameters import leak_sizes
from confsym.figures.drawing import series_style
from confsym.storage.numbers import significant

OVERFLOW = 2.5  # times the least error: all that is worse has the last colour


def draw(tables: Mapping[str, pd.DataFrame], title: str) -> Figure:
    """Draw `map` with `trials`, the searches' progress, and `leak`; see `empirical_risk.draw`."""
    figure, (left, middle, right) = plt.subplots(
        1, 3, figsize=(6.85, 2.9), width_ratios=[1.35, 1, 1]
    )
    _landscape(figure, left, tables["map"])
    trials = tables["trials"]
    for index, (name, found) in enumerate(trials.groupby("search", sort=False)):
        shown = found[found["outer_fold"] == 0]
        style = series_style(index) | {"linestyle": "none", "markersize": 5, "label": name}
        style |= {"markeredgecolor": "white", "markeredgewidth": 0.6}
        left.plot(shown["log10_length_scale"], shown["log10_alpha"], clip_on=False, **style)
        best = found.pivot_table(index="trial", columns="outer_fold", values="inner_mae").cummin()
        middle.plot(
            best.index, best.mean(axis=1), label=name, **series_style(index) | {"markevery": 4}
        )
    left.set_title(title, loc="left")
    middle.set(xlabel="trial", ylabel="best inner MAE so far (kcal/mol)", yscale="log")
    middle.yaxis.set_major_formatter("{x:g}")
    middle.yaxis.set_minor_formatter("{x:g}")
    middle.legend(loc="upper right")
    gaps = leak_sizes(tables["leak"])
    labels = {"tuned": "on the test set", "honest": "by cross-validation"}
    for index, (way, label) in enumerate(labels.items()):
        style = series_style(index) | {"capsize": 2, "label": label}
        right.errorbar(gaps.index, gaps[way, "mean"], yerr=gaps[way, "sem"], **style)
    right.axhline(0, color="0.4", linewidth=0.8)
    right.set(xscale="log", xlabel="test conformers", ylabel="true − reported MAE (kcal/mol)")
    right.set_xticks(gaps.index, [f"{size:g}" for size in gaps.index])
    right.minorticks_off()
    right.legend(loc="upper right", title="tuned")
    for axes in (middle, right):
        axes.grid(color="0.9", linewidth=0.6)
    return figure


def _landscape(figure: Figure, axes: Axes, cells: pd.DataFrame) -> None:
    error = cells.pivot_table(index="log10_alpha", columns="log10_length_scale", values="inner_mae")
    least = np.log10(error.to_numpy().min())
    image = axes.pcolormesh(
        error.columns,
        error.index,
        np.log10(error),
        vmin=least,
        vmax=min(np.log10(error.to_numpy().max()), least + np.log10(OVERFLOW)),
        shading="nearest",
        rasterized=True,
    )
    bar = figure.colorbar(image, ax=axes, location="bottom", extend="max", aspect=30)
    ticks = np.geomspace(10**least, 10**image.norm.vmax, 4)
    bar.set_ticks(np.log10(ticks), labels=[significant(tick, 2) for tick in ticks])
    bar.set_label("inner MAE (kcal/mol)")
    axes.set(xlabel="log10 length scale (RMS distances)", ylabel="log10 alpha")
