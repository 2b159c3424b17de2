"""Dynamics at constant energy: what each model conserves, in time."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from confsym.atomic_units import EV
from confsym.figures.drawing import series_style

SMOOTHED = 0.1  # ps: energies and temperatures are averaged over as much, so that trends show
LINEAR = (
    5  # meV/atom: a larger change of energy has a logarithmic axis, and a smaller one this range
)
ROUND_OFF = 1e-17  # what a momentum of exactly zero is drawn at


def dynamics(
    runs: Mapping[str, pd.DataFrame], atoms: int, temperature: float, title: str
) -> Figure:
    """Draw total energy, momentum and temperature in time, a line a run.

    Parameters
    ----------
    runs
        From `runs.runs`, by the name of what moved the atoms.
    atoms
        Number of atoms.
    temperature
        Of the starts, K.
    title
        Molecule and level.
    """
    figure, (energy, momentum, kelvin) = plt.subplots(1, 3, figsize=(6.85, 2.9))
    figure.suptitle(title, fontsize=9)
    for index, (name, table) in enumerate(runs.items()):
        color = series_style(index)["color"]
        for number, run in table.groupby("run"):
            time = run["time_fs"].to_numpy() / 1000
            label = name if number == table["run"].min() else None
            style = {"color": color, "linewidth": 1, "label": label, "zorder": 3 - 0.01 * index}
            total = run["total_kcal_mol"].to_numpy()
            energy.plot(*_smoothed(time, 1000 * (total - total[0]) / EV / atoms), **style)
            momentum.plot(time, np.maximum(run["momentum"], ROUND_OFF), **style)
            kelvin.plot(*_smoothed(time, run["temperature_kelvin"].to_numpy()), **style)
    energy.set(title="energy", ylabel="change of total energy (meV/atom)")
    if max(map(abs, energy.get_ylim())) > LINEAR:
        energy.set_yscale("symlog", linthresh=LINEAR)
    else:
        energy.set_ylim(-LINEAR, LINEAR)
    momentum.set(title="momentum", ylabel="momentum (thermal size 1)", yscale="log")
    momentum.set_ylim(ROUND_OFF, max(100, momentum.get_ylim()[1]))
    _mark(momentum, 1, "thermal\nsize")
    kelvin.set(title="temperature", ylabel="temperature (K)", yscale="log")
    kelvin.yaxis.set_major_locator(LogLocator(subs=(1, 2, 3, 5)))
    kelvin.yaxis.set_major_formatter("{x:,.0f}")
    kelvin.yaxis.set_minor_formatter(NullFormatter())
    _mark(kelvin, temperature, "start")
    for axes in (energy, momentum, kelvin):
        axes.set_xlabel("time (ps)")
        axes.set_xlim(left=0)
        axes.grid(color="0.9", linewidth=0.6)
    figure.legend(*momentum.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def _mark(axes: Axes, value: float, label: str) -> None:
    """A broken line at a value, and what it is, at its right end."""
    axes.axhline(value, color="0.35", linewidth=0.9, linestyle="--", zorder=4)
    axes.annotate(
        label,
        (1, value),
        xycoords=("axes fraction", "data"),
        xytext=(3, 0),
        textcoords="offset points",
        ha="left",
        va="center",
        fontsize=7,
        color="0.35",
    )


def _smoothed(time: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A running mean, and the times in the middle of what it is taken over."""
    step = time[1] - time[0] if len(time) > 1 else 1.0
    width = min(max(round(SMOOTHED / step), 1), len(time))
    window = np.full(width, 1 / width)
    return np.convolve(time, window, "valid"), np.convolve(values, window, "valid")
