"""Error as embedded and in a random pose against the number of moved copies."""

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from confsym.figures.colours import COLOURS

WIDEST = 80  # characters of a title's line
POSES = {"mae_embedded_kcal_mol": "as embedded", "mae_posed_kcal_mol": "in a random pose"}


def augmentation(table: pd.DataFrame, title: str) -> Figure:
    """Draw a panel for each comparison.

    Parameters
    ----------
    table
        From `symmetry.augmentation.table`; points are means over the splits, bars their standard
        deviation.
    title
        Molecule and level.
    """
    families = table["family"].unique()
    figure, panels = plt.subplots(
        len(families), figsize=(6.85, 3.2 * len(families)), squeeze=False, sharey=True
    )
    for axes, family in zip(panels[:, 0], families, strict=True):
        _panel(axes, table[table["family"] == family])
        axes.set_title(fill(f"{title}, {family}", WIDEST))
    return figure


def _panel(axes: Axes, table: pd.DataFrame) -> None:
    augmented, invariant = table[~table["invariant"]], table[table["invariant"]]
    steps = sorted(augmented["copies"].unique())
    place = {copies: number for number, copies in enumerate(steps)}
    for index, (column, label) in enumerate(POSES.items()):
        by_copies = augmented.groupby("copies")[column]
        mean, spread = by_copies.mean(), by_copies.std(ddof=1).fillna(0)
        axes.errorbar(
            [place[copies] for copies in mean.index],
            mean,
            yerr=spread,
            capsize=2,
            color=COLOURS[index],
            marker="os"[index],
            linestyle=("-", "--")[index],
            label=label,
        )
    levels = invariant.groupby("experiment")["mae_posed_kcal_mol"].mean()
    for index, (name, level) in enumerate(levels.sort_values(ascending=False).items()):
        axes.axhline(
            level,
            color=COLOURS[(2 + index) % len(COLOURS)],
            linestyle=(":", "-.", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)))[index % 4],
            label=f"{name}, any pose",
        )
    rows = augmented.groupby("copies")["rows"].first()
    axes.set_xticks(range(len(steps)), [f"{copies}\n{rows[copies]:,} rows" for copies in steps])
    axes.set(
        xlabel="moved copies of each training conformer; rows to train on",
        ylabel="held-out MAE (kcal/mol)",
    )
    axes.set_ylim(0, 1.12 * np.nanmax(table[list(POSES)].to_numpy()))
    axes.margins(x=0.1)
    axes.grid(axis="y", color="0.9", linewidth=0.6)
    axes.legend(
        loc="center left", bbox_to_anchor=(1.01, 0.5), title="held-out conformers", handlelength=3
    )
