"""How the energies of the conformers are distributed."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from confsym.figures.colours import COLOURS
from confsym.molecules.stereo import NO_STEREO

BINS = 45  # at most
FEW, LONG = 0.01, 3  # so few conformers may lie beyond the axis, where it would be so much longer
MOST = 8  # stereoisomers that get a panel of their own
OTHERS = "others"


def energies(energy: np.ndarray, stereoisomer: np.ndarray, title: str) -> Figure:
    """Draw a histogram for each stereoisomer, above that of all conformers.

    Where a few conformers alone would make the axis much longer, it ends before them, and titles
    say how many are beyond.

    Parameters
    ----------
    energy : (n,)
        kcal/mol.
    stereoisomer : (n,) str
        Of each conformer.
    title
        Molecule and level.
    """
    relative = energy - energy.min()
    groups = by_stereoisomer(relative, stereoisomer)
    heights = [1.6] + [0.85] * len(groups)
    figure, panels = plt.subplots(
        len(heights),
        figsize=(3.4, sum(heights) + 0.9),
        sharex=True,
        squeeze=False,
        height_ratios=heights,
    )
    edges = _edges(_end(relative))
    series = [("all", relative, "0.55"), *((*group, COLOURS[0]) for group in groups.items())]
    for axes, (name, values, colour) in zip(panels[:, 0], series, strict=True):
        axes.stairs(np.histogram(values, edges)[0], edges, fill=True, color=colour)
        axes.axvline(np.median(values), color="black", linewidth=0.9, linestyle="--")
        median = f"median {np.median(values):.1f} kcal/mol"
        beyond = int((values > edges[-1]).sum())
        more = f", {beyond} beyond" if beyond else ""
        heading = f"{name}: {len(values):,} conformers, {median}{more}"
        axes.set_title(heading, loc="left", fontsize=7)
        axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
        axes.grid(axis="x", color="0.9", linewidth=0.6)
        axes.set_ylim(bottom=0)
    if groups:
        highest = max(axes.get_ylim()[1] for axes in panels[1:, 0])
        for axes in panels[1:, 0]:
            axes.set_ylim(0, highest)
    figure.supylabel(f"conformers per {edges[1]:g} kcal/mol", fontsize=8)
    panels[-1, 0].set_xlabel("energy above the lowest (kcal/mol)")
    top = float(relative.max())
    far = f", highest {top:,.0f} above it" if top > edges[-1] else ""
    figure.suptitle(f"{title}\nlowest: {energy.min():.2f} kcal/mol{far}", fontsize=8)
    return figure


def _end(relative: np.ndarray) -> float:
    """The largest of energies (n,) above the lowest, or that of all but a few outliers."""
    quantile, largest = float(np.quantile(relative, 1 - FEW)), float(relative.max())
    return quantile if largest > LONG * quantile > 0 else largest


def _edges(largest: float) -> np.ndarray:
    """Edges of bins from 0 to beyond the largest energy: 1, 2 or 5 times a power of ten wide."""
    largest = max(largest, 1e-6)  # all alike
    power = 10.0 ** np.floor(np.log10(largest / BINS))
    width = next(step * power for step in (1, 2, 5, 10) if largest / (step * power) <= BINS)
    return np.arange(np.floor(largest / width) + 2) * width


def by_stereoisomer(values: np.ndarray, stereoisomer: np.ndarray) -> dict[str, np.ndarray]:
    """Sort values (n,) by stereoisomer (n,), by name; nothing where there is but one.

    The least frequent go together where there are more than `MOST`.
    """
    names, counts = np.unique(stereoisomer, return_counts=True)
    if len(names) < 2 or names[0] == NO_STEREO:
        return {}
    frequent = (
        names if len(names) <= MOST else np.sort(names[np.argsort(-counts, kind="stable")][:MOST])
    )
    groups = {str(name): values[stereoisomer == name] for name in frequent}
    others = values[~np.isin(stereoisomer, frequent)]
    return groups | ({OTHERS: others} if len(others) else {})
