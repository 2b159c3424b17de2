"""Held-out error against the body order of the features."""

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from confsym.figures.drawing import series_style
from confsym.storage.numbers import NOTHING

BESIDE = 0.13  # of the way to the next features: errors that are alike stand side by side


def body_order(table: pd.DataFrame, title: str) -> Figure:
    """Draw one series for each number of training conformers.

    Parameters
    ----------
    table
        experiment, label, body_order, size, mae_kcal_mol, spread_kcal_mol.
    title
        Molecule and level.
    """
    figure, axes = plt.subplots(figsize=(6.85, 3.6))
    experiments = table.drop_duplicates("experiment").reset_index(drop=True)
    position_of = {name: index for index, name in enumerate(experiments["experiment"])}
    sizes = table["size"].nunique()
    for index, (size, rows) in enumerate(table.groupby("size")):
        axes.errorbar(
            rows["experiment"].map(position_of) + BESIDE * (index - (sizes - 1) / 2),
            rows["mae_kcal_mol"].clip(lower=NOTHING),
            yerr=rows["spread_kcal_mol"],
            capsize=2,
            label=f"{size:,}",
            **series_style(index) | {"linestyle": "none"},
        )
    ticks = [
        f"{row.label} ({row.body_order}-body)".replace(" ", "\n")
        for row in experiments.itertuples()
    ]
    axes.set_xticks(range(len(ticks)), ticks)
    axes.set(yscale="log", ylabel="held-out MAE (kcal/mol)", title=title)
    axes.margins(x=0.08)
    axes.grid(axis="y", color="0.9", linewidth=0.6)
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), title="training\nconformers")
    return figure
