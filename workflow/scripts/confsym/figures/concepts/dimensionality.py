"""The curse of dimensionality in cubes and in features."""

from collections.abc import Mapping

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from confsym.concepts.dimensionality import CUBE_POINTS, NEIGHBOURS
from confsym.figures.drawing import series_style

SETS = {
    "raw": "raw coordinates",
    "internal": "internal coordinates",
    "sorted": "sorted inverse distances",
    "torsions": "dihedrals",
}
ADDED = {"real": "real columns added", "random": "random columns added"}
HIGHEST = 6.5  # of the densities: the narrowest one is cut off there


def draw(tables: Mapping[str, pd.DataFrame], title: str) -> Figure:
    """Draw all tables but `variations`, which labels; see `empirical_risk.draw`."""
    figure, grid = plt.subplot_mosaic("ABC;DDE", figsize=(6.85, 5.4), height_ratios=[1.15, 1])
    edge = tables["edge"]
    grid["A"].plot(edge["dimensions"], edge["edge"], color=series_style(0)["color"])
    held = f"edge that holds {NEIGHBOURS} of {CUBE_POINTS:,}"
    grid["A"].set(xlabel="dimensions d", ylabel=held, ylim=(0, 1.02))
    cubes = [name for name in tables["variations"]["set"] if name not in SETS]
    _histograms(grid["B"], tables, {name: name for name in cubes})
    _histograms(grid["C"], tables, SETS)
    grid["B"].set_title("even points")
    grid["C"].set_title(title)
    for index, (name, part) in enumerate(tables["intrinsic"].groupby("set", sort=False)):
        grid["D"].plot(
            part["conformers"], part["dimension"], label=SETS[name], **series_style(index)
        )
    intrinsic = tables["intrinsic"]
    rotatable = intrinsic["rotatable_bonds"].iloc[0]
    grid["D"].axhline(rotatable, color="0.4", linestyle=":", label=f"{rotatable} rotatable bonds")
    grid["D"].set(xscale="log", xlabel="conformers", ylabel="intrinsic dimension")
    grid["D"].set_ylim(0, 1.45 * max(intrinsic["dimension"].max(), rotatable))
    grid["D"].set_xticks(counts := sorted(set(intrinsic["conformers"])), counts)
    grid["D"].minorticks_off()
    grid["D"].legend(loc="upper center", ncols=3, fontsize="x-small")
    for index, (name, part) in enumerate(tables["neighbours"].groupby("added", sort=False)):
        grid["E"].plot(part["columns"], part["mae"], label=ADDED[name], **series_style(index))
    grid["E"].set(xscale="log", xlabel="columns", ylabel="held-out MAE (kcal/mol)")
    grid["E"].xaxis.set_major_formatter("{x:g}")
    grid["E"].legend(loc="best", fontsize="x-small")
    for name in "ADE":
        grid[name].grid(color="0.9", linewidth=0.6)
    return figure


def _histograms(axes: Axes, tables: Mapping[str, pd.DataFrame], names: Mapping[str, str]) -> None:
    variation = tables["variations"].set_index("set")["variation"]
    for name, part in tables["histograms"].groupby("set", sort=False):
        if name not in names:
            continue
        place = list(names).index(name)
        style = series_style(place)
        axes.stairs(
            part["density"],
            [*part["from"], part["to"].iloc[-1]],
            color=style["color"],
            linestyle=("-", "--", "-.", ":", (0, (1, 1)))[place],
            label=f"{names[name]}: {variation[name]:.3f}",
        )
    axes.set(xlabel="distance / mean distance", ylabel="density", xlim=(0, 2.2), ylim=(0, HIGHEST))
    axes.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, -0.25),
        title="coefficient of variation",
        fontsize="x-small",
    )
