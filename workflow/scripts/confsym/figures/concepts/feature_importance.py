"""Importance on the molecule, place by place, and as four measures share it."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from confsym.figures.colours import COLOURS
from confsym.figures.concepts.molecule import COLOURS as SHADES
from confsym.figures.concepts.molecule import draw_molecule

SHOWN = 10
MEASURES = {
    "coefficient": "coefficients (ridge)",
    "impurity": "impurity (forest)",
    "permutation": "permutation, single (ridge)",
    "grouped": "permutation, grouped (ridge)",
    "forest": "permutation, grouped (forest)",
}
KINDS = ("stretches", "bends", "torsions", "noise")
HATCHES = ("", "////", "....", "xxxx")


def draw(tables: Mapping[str, pd.DataFrame], title: str) -> Figure:
    """Draw `atoms`, `bonds` and `sites`; see `empirical_risk.draw` for the parameters."""
    figure = plt.figure(figsize=(6.85, 5.6))
    above, below = figure.subfigures(2, 1, height_ratios=[1, 1.05])
    above.suptitle(title, fontsize=8)
    _molecules(above, tables["atoms"], tables["bonds"])
    left, right = below.subplots(1, 2, width_ratios=[1.1, 1])
    _places(left, tables["sites"])
    _shares(right, tables["sites"])
    return figure


def _molecules(figure: Figure, atoms: pd.DataFrame, bonds: pd.DataFrame) -> None:
    left, right = figure.subplots(1, 2)
    everything = [atoms["bends"], atoms["stretches"], bonds["stretch"], bonds["torsion"]]
    scale = Normalize(0, np.nanmax(pd.concat(everything)))
    stretches = atoms["stretches"]
    draw_molecule(left, atoms, bonds, (bonds["stretch"], atoms["bends"], stretches), scale)
    nothing = pd.Series(np.nan, atoms.index)
    draw_molecule(right, atoms, bonds, (bonds["torsion"], nothing, None), scale)
    left.set_title("bends at atoms, stretches of bonds; halo: X–H stretches")
    right.set_title("torsions about bonds")
    shades = ScalarMappable(scale, SHADES)
    bar = figure.colorbar(shades, ax=[left, right], location="bottom", aspect=50, shrink=0.7)
    bar.set_label("increase of held-out MAE when shuffled (kcal/mol)")


def _places(axes: Axes, sites: pd.DataFrame) -> None:
    best_sites = sites.nlargest(SHOWN, "grouped").iloc[::-1]
    positions = np.arange(len(best_sites))
    axes.errorbar(
        best_sites["grouped"],
        positions,
        xerr=best_sites["grouped_spread"],
        fmt="o",
        color=COLOURS[0],
        capsize=2,
        label="shuffled together",
    )
    axes.plot(best_sites["permutation"], positions, "D", color=COLOURS[1], label="one by one, sum")
    axes.set_yticks(positions, best_sites["site"])
    axes.set(xscale="log", xlabel="increase of held-out MAE (kcal/mol)")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.legend(loc="lower center", bbox_to_anchor=(0.35, 1), ncols=2, fontsize="x-small")
    axes.grid(color="0.9", linewidth=0.6)


def _shares(axes: Axes, sites: pd.DataFrame) -> None:
    totals = sites.groupby("kind", sort=False)[list(MEASURES)].sum().clip(lower=0)
    shares = 100 * totals / totals.sum()
    start = np.zeros(len(MEASURES))
    for kind, share in shares.iterrows():
        index = KINDS.index(kind)
        axes.barh(
            list(MEASURES.values()),
            share,
            left=start,
            color=COLOURS[index],
            hatch=HATCHES[index],
            edgecolor="white",
            label=kind,
        )
        start += share.to_numpy()
    axes.invert_yaxis()
    axes.set(xlabel="share of importance (%)", xlim=(0, 100))
    axes.legend(loc="lower center", bbox_to_anchor=(0.3, 1), ncols=4, fontsize="x-small")
