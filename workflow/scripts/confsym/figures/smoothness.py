"""A step, a kink and a smooth energy along one path, and how jumps shrink with the spacing."""

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator

from confsym.evaluation.verdicts import CONSTANT
from confsym.figures.colours import COLOURS
from confsym.symmetry.jumps import CLOSE, CONTINUOUS, ENERGIES, KINKED, STEPPED, WHOLE

KINDS = {STEPPED: COLOURS[1], KINKED: COLOURS[2], CONTINUOUS: COLOURS[0]}
FEW_DECADES = 2  # of an axis whose powers of ten alone would be one label or two
SHOWN_FROM = 1e-7  # kcal/mol: smaller misfits mean nothing
ALONG = "Å along the path"
SLOPE = "slope (kcal/mol/Å)"
LAWS = {STEPPED: "a step stays", KINKED: "a kink shrinks with h", CONTINUOUS: "smooth: with h⁶"}


def smoothness(
    table: pd.DataFrame, curves: pd.DataFrame, misfits: pd.DataFrame, title: str
) -> Figure:
    """Draw one experiment of each kind along a path, a closer look below, and all misfits.

    Parameters
    ----------
    table, curves, misfits
        As in `confsym.symmetry.smoothness.Smoothness`.
    title
        Molecule and level.
    """
    judged = table[(table["quantity"] == ENERGIES) & table["found"].isin(KINDS)]
    if not len(judged):
        return _nothing(title, table["note"].iloc[0])
    path = judged["path"].iloc[-1]
    judged = judged[judged["path"] == path].set_index("experiment")
    moving = judged[judged["verdict"] != CONSTANT]
    judged = moving if len(moving) else judged
    examples = {kind: _example(judged, kind) for kind in KINDS if (judged["found"] == kind).any()}
    figure = plt.figure(figsize=(6.85, 6.4))
    figure.suptitle(f"{title}\n{fill(judged['note'].iloc[0], 100)}", fontsize=8)
    grid = figure.add_gridspec(3, len(examples))
    path_curves = curves[curves["path"] == path]
    for column, (kind, name) in enumerate(examples.items()):
        upper, lower = (figure.add_subplot(grid[row, column]) for row in (0, 1))
        curve_parts = path_curves[path_curves["experiment"] == name].set_index("part")
        _draw_whole(upper, curve_parts.loc[WHOLE], kind, name)
        if kind == CONTINUOUS:
            _draw_slope(lower, curve_parts.loc[WHOLE], kind)
            lower.set(title="its slope", xlabel=ALONG)
        else:
            upper.axvline(judged.loc[name, "at_angstrom"], color="0.6", linewidth=0.6, zorder=0)
            _draw_close(lower, curve_parts.loc[CLOSE], judged.loc[name], kind)
        if column == 0:
            upper.set_ylabel("energy (kcal/mol)")
    _draw_misfits(figure.add_subplot(grid[2, :]), misfits[misfits["path"] == path], judged)
    # The legend is of the colours, of the panels above too.
    handles = [Line2D([], [], color=KINDS[kind], marker="o", markersize=3) for kind in examples]
    labels = [LAWS[kind] for kind in examples]
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    return figure


def _example(judged: pd.DataFrame, kind: str) -> str:
    """The experiment with the largest jump of its kind; the first of those without."""
    return judged[judged["found"] == kind]["measured"].idxmax()


def _nothing(title: str, reason: str) -> Figure:
    figure, axes = plt.subplots(figsize=(6.85, 1.5))
    axes.axis("off")
    axes.text(0.5, 0.5, f"{title}: {reason}", ha="center", va="center", wrap=True)
    return figure


def _draw_whole(axes: Axes, curve: pd.DataFrame, kind: str, name: str) -> None:
    above = curve["energy_kcal_mol"] - curve["energy_kcal_mol"].min()
    axes.plot(curve["at_angstrom"], above, color=KINDS[kind])
    axes.set(title=f"{kind}: {fill(name, 24)}", xlabel=ALONG)


def _draw_close(axes: Axes, curve: pd.DataFrame, row: pd.Series, kind: str) -> None:
    """The energy around a step, the slope around a kink; 0 is where it is."""
    close_up = curve.assign(at_angstrom=1e3 * (curve["at_angstrom"] - row["at_angstrom"]))
    axes.axvline(0, color="0.6", linewidth=0.6, zorder=0)
    if kind == STEPPED:
        change = close_up["energy_kcal_mol"] - close_up["energy_kcal_mol"].iloc[0]
        axes.plot(close_up["at_angstrom"], change, ".-", color=KINDS[kind], markersize=2.5)
        axes.set(title="its energy around the step", ylabel="change (kcal/mol)")
    else:
        _draw_slope(axes, close_up, kind, per=1e3)
        axes.set(title="its slope around the kink")
    axes.set(xlabel="distance from it (mÅ)")


def _draw_slope(axes: Axes, curve: pd.DataFrame, kind: str, per: float = 1.0) -> None:
    at, energy = curve["at_angstrom"].to_numpy(), curve["energy_kcal_mol"].to_numpy()
    between = (at[1:] + at[:-1]) / 2
    axes.plot(between, per * np.diff(energy) / np.diff(at), color=KINDS[kind])
    axes.set(ylabel=SLOPE)


def _draw_misfits(axes: Axes, misfits: pd.DataFrame, judged: pd.DataFrame) -> None:
    shown = misfits[misfits["experiment"].isin(judged.index)]
    visible = shown[shown["misfit_kcal_mol"] > SHOWN_FROM]
    for name, misfit_curve in visible.groupby("experiment", sort=False):
        colour = KINDS[judged.loc[name, "found"]]
        axes.plot(
            misfit_curve["spacing_angstrom"],
            misfit_curve["misfit_kcal_mol"],
            "o-",
            color=colour,
            markersize=3,
        )
    hidden = [name for name in judged.index if name not in set(visible["experiment"])]
    if len(visible):
        axes.set(xscale="log", yscale="log")
        if np.ptp(np.log10(axes.get_ylim())) < FEW_DECADES:
            axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        if hidden:
            below = fill(f"below {SHOWN_FROM:.0e}: {', '.join(hidden)}", 100)
            axes.text(0.01, 0.02, below, transform=axes.transAxes, fontsize=6, va="bottom")
    else:  # no scale fits what is not there
        axes.set(xticks=[], yticks=[])
        axes.text(0.5, 0.5, f"all below {SHOWN_FROM:.0e} kcal/mol", ha="center", va="center")
    axes.set_xlabel("spacing h (Å)")
    axes.set_ylabel("misfit (kcal/mol)")
    axes.minorticks_off()
    axes.set_title("how far an energy is from the polynomial through its six neighbours")
    axes.grid(color="0.9", linewidth=0.6)
