"""Learning curves of all experiments in one figure."""

from collections.abc import Mapping

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from confsym.figures.drawing import series_style


def learning_curves(curves: Mapping[str, pd.DataFrame], title: str) -> Figure:
    """Draw held-out error against number of training conformers, both axes logarithmic.

    Parameters
    ----------
    curves
        For each experiment its `learning_curve.csv`; the line is the mean over the repeats, the
        bar their standard deviation.
    title
        Molecule and level.
    """
    figure, axes = plt.subplots(figsize=(6.85, 4.0))
    final = {}
    for index, (name, curve) in enumerate(curves.items()):
        by_size = curve.groupby("size")["mae"]
        mean, spread = by_size.mean(), by_size.std(ddof=1).fillna(0)
        axes.errorbar(mean.index, mean, yerr=spread, label=name, capsize=2, **series_style(index))
        final[name] = mean.iloc[-1]
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="training conformers",
        ylabel="held-out MAE (kcal/mol)",
        title=title,
    )
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter("{x:g}")
        axis.set_minor_formatter(NullFormatter())
    sizes = sorted({size for curve in curves.values() for size in curve["size"]})
    axes.set_xticks(sizes)
    axes.grid(which="both", color="0.9", linewidth=0.6)
    handles, labels = axes.get_legend_handles_labels()
    ranked = sorted(zip(handles, labels, strict=True), key=lambda entry: -final[entry[1]])
    axes.legend(
        *zip(*ranked, strict=True),
        loc="center left",
        bbox_to_anchor=(1.01, 0.5),
        title="experiment",
        handlelength=3,
    )
    return figure
