"""Crystals: predictions from the unit cell against those from a supercell, and all motions."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from confsym.conformers.split import TEST
from confsym.crystals.claims import of_experiment
from confsym.crystals.motions import MOTIONS
from confsym.crystals.registry import EXPERIMENTS
from confsym.figures import verdict_matrix
from confsym.figures.colours import COLOURS
from confsym.registry import ORIGINAL
from confsym.storage.files import Table
from confsym.storage.numbers import significant


def periodicity(predictions: Table, symmetry: pd.DataFrame, title: str) -> Figure:
    """Draw a parity panel for each experiment, and beneath them experiments against motions.

    Parameters
    ----------
    predictions
        experiment, crystal, partition, transform, energy, predicted (meV/atom).
    symmetry
        The table of `confsym.crystals.claims.symmetry`.
    title
        Which crystals.
    """
    figure = plt.figure(figsize=(6.85, 5.1))
    figure.suptitle(f"{title}: the same crystal from a unit cell and from a supercell", fontsize=9)
    rows = figure.add_gridspec(2, 1, height_ratios=[2.3, 1])
    panels = rows[0].subgridspec(1, len(EXPERIMENTS)).subplots()
    for axes, (name, experiment) in zip(panels, EXPERIMENTS.items(), strict=True):
        title = f"{name.replace('_', ' ')}\n{experiment.label}"
        _draw_parity(axes, of_experiment(predictions, name), title)
    panels[0].legend(loc="lower right", handlelength=2.5)
    panels[0].set_ylabel("predicted from 2×2×2 supercell\n(meV/atom)")
    axes = figure.add_subplot(rows[1])
    verdict_matrix.draw(axes, symmetry, list(EXPERIMENTS), list(MOTIONS))
    axes.set_xticks(range(len(MOTIONS)), [motion.replace("_", " ") for motion in MOTIONS])
    axes.set_xlabel(
        "largest change of a held-out prediction (meV/atom) when the crystal is described in "
        "another way"
    )
    verdict_matrix.explain(figure, symmetry)
    return figure


def _draw_parity(axes: Axes, table: Table, title: str) -> None:
    held_out = table["partition"] == TEST
    energy = table["energy"][held_out & (table["transform"] == ORIGINAL)]
    cell, supercell = (
        table["predicted"][held_out & (table["transform"] == transform)]
        for transform in (ORIGINAL, "supercell")
    )
    axes.axline((0, 0), slope=1, color="black", linewidth=0.8, linestyle="--", label="equal")
    axes.scatter(cell, supercell, s=7, color=COLOURS[0], alpha=0.6, linewidths=0, rasterized=True)
    axes.set(
        box_aspect=1,
        xlim=_limits(cell),
        ylim=_limits(np.concatenate([cell, supercell])),
        xlabel="predicted from unit cell\n(meV/atom)",
    )
    axes.yaxis.set_major_formatter(lambda value, place: f"{value:,.0f}".replace("-", "−"))
    errors = [
        significant(float(np.abs(one - energy).mean()), commas=True) for one in (cell, supercell)
    ]
    axes.set_title(f"{title}\nMAE {errors[0]} → {errors[1]} meV/atom")


def _limits(values: np.ndarray) -> tuple[float, float]:
    margin = 0.06 * np.ptp(values) or 1.0
    return values.min() - margin, values.max() + margin
