"""The symmetry functions themselves: what one neighbour, or two, add to an atom's features."""

from collections.abc import Mapping
from typing import Any

import matplotlib
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from confsym.features.symmetry_function_grid import radial_grid
from confsym.figures.colours import COLOURS
from confsym.geometry.internal import pair_distances

POINTS = 400
BIN = 0.05  # Å, of the histogram of distances
TALLEST = 0.3  # its highest bar, on the axis of the functions
WITH_LEGEND = {"ylim": (0, 1.45), "yticks": (0, 0.5, 1)}  # room for it above the curves
PALEST = 0.85  # of the colour map: beyond, its yellow is lost on white


def symmetry_functions(settings: Mapping[str, Any], positions: np.ndarray, title: str) -> Figure:
    """Draw the radial functions, and the two factors of the angular ones if there are any.

    Parameters
    ----------
    settings
        The feature's entry in the config: `kind` and its parameters.
    positions : (n, atoms, 3)
        Conformers, Å, whose distances are what the radial functions have to see.
    title
        Molecule and feature.
    """
    first, second = np.triu_indices(positions.shape[1], 1)
    distances = pair_distances(positions, first, second)
    if settings["angular_eta"]:
        figure, (left, middle, right) = plt.subplots(
            1, 3, figsize=(6.85, 2.6), width_ratios=(1.5, 1, 1)
        )
        _angular_factor(middle, settings)
        _radial_factor(right, settings)
    else:
        figure, left = plt.subplots(figsize=(3.3, 2.6))
    _radial(left, settings, distances)
    figure.suptitle(title, fontsize=8)
    return figure


def cutoff_function(r: np.ndarray, cutoff: float) -> np.ndarray:
    """½ cos(π r / cutoff) + ½ within the cutoff, 0 beyond; r and cutoff in Å."""
    return np.where(r < cutoff, 0.5 * np.cos(np.pi * r / cutoff) + 0.5, 0)


def _radial(axes: Axes, settings: Mapping[str, Any], distances: np.ndarray) -> None:
    """G2 of one neighbour at each distance, under the cutoff function, which is G1."""
    cutoff = settings["radial_cutoff"]
    eta, shifts = radial_grid(
        cutoff, settings["radial_start"], settings["radial_functions"], settings["radial_width"]
    )
    counts, edges = np.histogram(distances, bins=np.arange(0, cutoff + BIN, BIN))
    bars = axes.stairs(TALLEST * counts / max(counts.max(), 1), edges, fill=True, color="0.85")
    r = np.linspace(0, cutoff, POINTS)
    end = cutoff_function(r, cutoff)
    (envelope,) = axes.plot(r, end, color="black", linestyle="--")
    colours = matplotlib.colormaps["cividis"](np.linspace(0, PALEST, len(shifts)))
    curves = [
        axes.plot(r, np.exp(-eta * (r - shift) ** 2) * end, color=colour, linewidth=0.9)[0]
        for shift, colour in zip(shifts, colours, strict=True)
    ]
    axes.set(
        xlabel="distance to the neighbour, $r$ (Å)",
        ylabel="added to the feature (no unit)",
        title="G1 and G2: one neighbour",
        xlim=(0, cutoff),
        **WITH_LEGEND,
    )
    number = f"{len(shifts)} functions" if len(shifts) > 1 else "one function"
    axes.legend(
        [envelope, curves[len(curves) // 2], bars],
        ["G1, the cutoff function", f"G2, {number}", "distances in the conformers"],
        loc="upper right",
    )


def _angular_factor(axes: Axes, settings: Mapping[str, Any]) -> None:
    """2^(1−ζ) (1 + λ cos θ)^ζ: a colour for each ζ, a kind of line for each λ."""
    angle = np.linspace(0, np.pi, POINTS)
    lines = {1: "-", -1: "--"}
    for index, zeta in enumerate(settings["angular_zeta"]):
        for sign in settings["angular_lambda"]:
            factor = 2 ** (1 - zeta) * (1 + sign * np.cos(angle)) ** zeta
            colour = COLOURS[index % len(COLOURS)]
            axes.plot(np.degrees(angle), factor, color=colour, linestyle=lines[sign])
    keys = [
        Line2D([], [], color=COLOURS[index % len(COLOURS)], label=f"ζ = {zeta:g}")
        for index, zeta in enumerate(settings["angular_zeta"])
    ]
    keys += [
        Line2D([], [], color="0.4", linestyle=lines[sign], label=f"λ = {sign:+d}".replace("-", "−"))
        for sign in settings["angular_lambda"]
    ]
    axes.set(
        xlabel="angle at the atom, $θ$ (°)",
        ylabel="angular factor (no unit)",
        title="G4: two neighbours",
        xlim=(0, 180),
        xticks=(0, 60, 120, 180),
        ylim=(0, 2.9),
        yticks=(0, 1, 2),
    )
    axes.legend(handles=keys, loc="upper center", ncols=2, columnspacing=1.2)


def _radial_factor(axes: Axes, settings: Mapping[str, Any]) -> None:
    """exp(−3 η r²) f(r)³: G4's radial factor where all three distances are r."""
    cutoff = settings["angular_cutoff"]
    r = np.linspace(0, cutoff, POINTS)
    end = cutoff_function(r, cutoff) ** 3
    for index, eta in enumerate(settings["angular_eta"]):
        colour = COLOURS[index % len(COLOURS)]
        axes.plot(r, np.exp(-3 * eta * r**2) * end, color=colour, label=f"η = {eta:g} Å$^{{-2}}$")
    axes.set(
        xlabel="side of the triangle, $r$ (Å)",
        ylabel="radial factor (no unit)",
        title="G4: equilateral triangle",
        xlim=(0, cutoff),
        **WITH_LEGEND,
    )
    axes.legend(loc="upper right")
