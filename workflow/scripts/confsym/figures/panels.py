"""Which predictions a parity figure shows, panel by panel."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

from confsym.conformers.split import TEST, TRAIN
from confsym.evaluation.predictions import errors
from confsym.evaluation.verdicts import HOLDS_BELOW
from confsym.registry import ORIGINAL
from confsym.storage.files import Table
from confsym.storage.numbers import BOUND, fixed, significant

BINS = 60  # of histograms, along each axis
PARTITIONS = {TRAIN: "training conformers", TEST: "held-out conformers"}


TOTAL = 1e4  # kcal/mol: energies of that size are those of all electrons
DECIMALS = 6  # of energies in kcal/mol that are drawn: as many as HOLDS_BELOW has


@dataclass(frozen=True, eq=False)
class Panel:
    """One parity plot.

    Parameters
    ----------
    title
        Which conformers, and how they were moved.
    conformer
        (n,) which conformer each point is.
    energy, predicted
        (n,) kcal/mol.
    """

    title: str
    conformer: np.ndarray
    energy: np.ndarray
    predicted: np.ndarray

    unit = "kcal/mol"
    has_zero = False  # of its own, which no shift may hide

    @property
    def numbers(self) -> dict[str, str]:
        """Size and errors, ready to print."""
        scores = errors(self.energy, self.predicted)
        return {
            "n": f"{len(self.energy):,}",
            "MAE": f"{significant(scores['mae'], extreme=3)} {self.unit}",
            "R²": fixed(scores["r2"], 3),
        }

    @property
    def lines(self) -> list[str]:
        """These numbers, and the reason if all predictions are the same."""
        statements = [
            f"exact to 1e-9 {self.unit}" if value.startswith((BOUND, "0 ")) else f"{name} = {value}"
            for name, value in self.numbers.items()
        ]
        lines = list(dict.fromkeys(statements))
        if np.ptp(self.predicted) <= HOLDS_BELOW:
            lines.append("the same prediction for all: the\nmodel sees nothing of a conformer")
        return lines


def panels(table: Table, trained_on: str, titles: Mapping[str, str]) -> list[Panel]:
    """Choose the panels: both partitions, as trained on and then as moved; then further sets.

    Parameters
    ----------
    table
        conformer, partition, transform, energy, predicted.
    trained_on
        The transform that the model was trained on.
    titles
        For each further transform to show, what to call it.
    """
    as_trained = "" if trained_on == ORIGINAL else f", {trained_on} (as trained)"
    wordings = {trained_on: as_trained} | {name: f", {text}" for name, text in titles.items()}
    if trained_on in titles:  # it trained on the moved ones: then being back in place is the test
        wordings |= {trained_on: as_trained, ORIGINAL: ", as embedded"}
    selected = []
    for transform, wording in wordings.items():
        for partition, title in PARTITIONS.items():
            selected += _panel(table, partition, transform, f"{title}{wording}")
    for name in dict.fromkeys(table["partition"].tolist()):
        if name not in PARTITIONS:
            selected += _panel(table, name, trained_on, f"{name}{as_trained}")
    return selected


def _panel(table: Table, partition: str, transform: str, title: str) -> list[Panel]:
    """The panel of a partition after a transform, if the table has it."""
    rows = (table["transform"] == transform) & (table["partition"] == partition)
    columns = (table[name][rows] for name in ("conformer", "energy", "predicted"))
    return [Panel(title, *columns)] if rows.any() else []


def for_axes(originals: list[Panel]) -> tuple[list[Panel], str]:
    """Shift energies for axes whose labels can be read, round them, and say what they are.

    Total energies differ in their last digits alone: they are drawn above the round number below
    the lowest. Forces have a zero of their own. Changes too small to break a symmetry are rounded
    away: round-off moves no mark.

    Returns
    -------
    panels : list of Panel
    unit : str
        Of the axes.
    """
    lowest = min(float(panel.energy.min()) for panel in originals)
    total = abs(lowest) >= TOTAL and not originals[0].has_zero
    zero = float(np.floor(lowest / 10) * 10) if total else 0.0
    shifted = [
        replace(
            panel,
            energy=np.round(panel.energy - zero, DECIMALS),
            predicted=np.round(panel.predicted - zero, DECIMALS),
        )
        for panel in originals
    ]
    unit = originals[0].unit
    return shifted, f"{unit} above {zero:,.0f}".replace("-", "−") if zero else unit


def shared_limits(shown_panels: list[Panel]) -> tuple[float, float]:
    """The range of all energies and predictions, with a margin (kcal/mol)."""
    values = np.concatenate([v for panel in shown_panels for v in (panel.energy, panel.predicted)])
    margin = 0.04 * (values.max() - values.min()) or 1.0
    return float(values.min() - margin), float(values.max() + margin)


def point_density(x: np.ndarray, y: np.ndarray, limits: tuple[float, float]) -> np.ndarray:
    """Smoothed density of points at each point, 1 at the densest.

    A histogram blurred over one bin and read between bins: in print not to be told from a kernel
    density estimate, and linear in the number of points.
    """
    counts, *_ = np.histogram2d(x, y, bins=BINS, range=[limits, limits])
    smooth = gaussian_filter(counts, sigma=1)
    low, high = limits
    bin_coordinates = (np.array([x, y]) - low) / (high - low) * BINS - 0.5
    density = map_coordinates(smooth, bin_coordinates, order=1, mode="nearest")
    return density / max(density.max(), np.finfo(float).tiny)
