"""Experiments against motions: a cell says how far predictions move, and what that means."""

from collections.abc import Collection

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from confsym.evaluation.verdicts import CLAIM_BROKEN, HOLDS_BELOW, UNJUDGED
from confsym.figures.colours import MOVED, UNMOVED
from confsym.storage.numbers import significant

PROBED = ("#EEEEEE", "#333333")
CONTRADICTED = ("#000000", "#FFFFFF")


def draw(
    axes: Axes, table: pd.DataFrame, experiments: Collection[str], transforms: Collection[str]
) -> None:
    """Draw a row for each experiment and a column for each transform.

    Parameters
    ----------
    table
        experiment, transform, claimed, defect_max, holds, verdict; from `summary.symmetry` or
        `crystals.claims.symmetry`.
    """
    cells = table.set_index(["experiment", "transform"])
    for row, experiment in enumerate(experiments):
        for column, transform in enumerate(transforms):
            _cell(axes, row, column, cells.loc[(experiment, transform)])
    axes.set(xlim=(-0.5, len(transforms) - 0.5), ylim=(len(experiments) - 0.5, -0.5))
    axes.set_yticks(range(len(experiments)), experiments)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def explain(figure: Figure, table: pd.DataFrame) -> None:
    """Put a legend of the cells that the table can have beneath a figure."""
    keys = [("unmoved", UNMOVED), ("moved", MOVED)]
    if table["verdict"].isin(UNJUDGED).any():
        keys.append(("not judged", PROBED))
    if (table["verdict"] == CLAIM_BROKEN).any():
        keys.append(("a claim broken", CONTRADICTED))
    handles = [Rectangle((0, 0), 1, 1, color=colours[0]) for _, colours in keys]
    handles.append(Rectangle((0, 0), 1, 1, fill=False, edgecolor=UNMOVED[1], linewidth=1.2))
    labels = [*(name for name, _ in keys), "claimed"]
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))


def change(size: float) -> str:
    """Two digits, or 0 for what is round-off."""
    return "0" if size <= HOLDS_BELOW else significant(size, 2)


def _cell(axes: Axes, row: int, column: int, verdict_row: pd.Series) -> None:
    if verdict_row["verdict"] in UNJUDGED:
        fill, ink = PROBED
    elif verdict_row["verdict"] == CLAIM_BROKEN:
        fill, ink = CONTRADICTED
    else:
        fill, ink = UNMOVED if verdict_row["holds"] else MOVED
    edge = (
        {"edgecolor": UNMOVED[1], "linewidth": 1.2} if verdict_row["claimed"] else {"linewidth": 0}
    )
    axes.add_patch(Rectangle((column - 0.44, row - 0.4), 0.88, 0.8, facecolor=fill, **edge))
    axes.text(column, row, change(verdict_row["defect_max"]), ha="center", va="center", color=ink)
