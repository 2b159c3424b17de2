"""Where a canonical pose jumps."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from confsym.figures.colours import COLOURS
from confsym.symmetry.canonical_pose import JITTER, JUMP

LEAST = 1e-8  # relative: what is smaller is nothing, and drawn here, where a logarithm can show it


def canonical_pose(table: pd.DataFrame, title: str) -> Figure:
    """Draw how far atoms go in the canonical pose when a conformer changes by next to nothing.

    Parameters
    ----------
    table
        From `canonical_pose.sensitivity`.
    title
        Molecule.
    """
    figure, panels = plt.subplots(1, 2, figsize=(6.85, 3.0), sharey=True, width_ratios=[1, 1])
    jumps = table["moved_A"] > JUMP
    mirrored = table["mirrored_A"] > JUMP
    columns = {
        "gap": "smallest gap between two axes (relative)",
        "skewness": "smallest moment that sets a sign (relative)",
    }
    for axes, (column, label) in zip(panels, columns.items(), strict=True):
        for mask, colour, marker, name in (
            (~jumps, COLOURS[0], "o", "stays"),
            (jumps, COLOURS[1], "X", "jumps"),
        ):
            axes.scatter(
                table[column][mask].clip(lower=LEAST),
                table["moved_A"][mask],
                s=9,
                color=colour,
                marker=marker,
                linewidths=0,
                label=f"{name} ({mask.sum():,})",
            )
        axes.axhline(JUMP, color="0.4", linewidth=0.8, linestyle="--")
        axes.set(xscale="log", yscale="log", xlabel=label)
        axes.set(xlim=_whole_decades(axes.get_xlim()), ylim=_whole_decades(axes.get_ylim()))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_minor_formatter(NullFormatter())
        axes.grid(color="0.9", linewidth=0.6)
    panels[0].set_ylabel(f"farthest atom's way after\na change of {JITTER} Å (Å)")
    panels[1].legend(loc="center left", bbox_to_anchor=(1.01, 0.5), title="the pose")
    figure.suptitle(
        f"{title}: {jumps.sum():,} of {len(table):,} held-out conformers change their pose; "
        f"{mirrored.sum():,} are told from their mirror image",
        fontsize=8,
    )
    return figure


def _whole_decades(limits: tuple[float, float]) -> tuple[float, float]:
    """Limits from one power of ten to another: within a decade its parts' labels overlap."""
    low, high = np.log10(limits)
    return 10.0 ** np.floor(low), 10.0 ** np.ceil(high)
