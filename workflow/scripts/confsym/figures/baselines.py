"""Error with and without a cheaper level beneath, against number of training conformers."""

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from confsym.figures.colours import COLOURS
from confsym.figures.drawing import MARKERS
from confsym.storage.numbers import NOTHING


def baselines(table: pd.DataFrame, title: str) -> Figure:
    """Draw a pair of lines for each experiment: full with the cheaper level, dashed without.

    Parameters
    ----------
    table
        From `confsym.evaluation.baselines.table`.
    title
        Molecule and level.
    """
    sets = table["tested_on"].unique().tolist()
    figure, panels = plt.subplots(
        1, len(sets), figsize=(6.85, 3.4), sharex=True, sharey=True, squeeze=False
    )
    figure.suptitle(title, fontsize=9)
    for axes, name in zip(panels[0], sets, strict=True):
        pairs = table[table["tested_on"] == name].groupby("experiment", sort=False)
        for place, (experiment, rows) in enumerate(pairs):
            style = {
                "color": COLOURS[place % len(COLOURS)],
                "marker": MARKERS[place % len(MARKERS)],
            }
            first = rows.iloc[0]
            for suffix, line, label in (
                ("", "-", f"{experiment}\n(beyond {first['baseline']})"),
                ("_without", "--", first["without"]),
            ):
                axes.errorbar(
                    rows["size"],
                    rows[f"mae{suffix}_kcal_mol"].clip(lower=NOTHING),
                    yerr=rows[f"spread{suffix}_kcal_mol"].fillna(0),
                    capsize=2,
                    linestyle=line,
                    label=label,
                    **style,
                )
        axes.set(xscale="log", yscale="log", title=name, xlabel="training conformers")
        axes.set_xticks(sorted(table["size"].unique()))
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_locator(NullLocator())
        axes.tick_params(axis="x", labelrotation=90 if len(sets) > 1 else 0)
        axes.grid(which="both", color="0.9", linewidth=0.6)
    panels[0, 0].set_ylabel("MAE (kcal/mol)")
    panels[0, 0].yaxis.set_major_formatter("{x:g}")
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right upper", handlelength=3)
    return figure
