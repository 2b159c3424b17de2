"""The verdict on every experiment and every motion, to be grasped at a glance."""

from collections.abc import Mapping
from textwrap import fill
from typing import Any

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from confsym.evaluation.predictions import CLAIM_BROKEN, HOLDS_BELOW, UNJUDGED
from confsym.figures.colours import MOVED, UNMOVED
from confsym.storage.numbers import significant
from confsym.transforms.registry import TRANSFORMS

PROBED = ("#EEEEEE", "#333333")
CONTRADICTED = ("#000000", "#FFFFFF")


def symmetry(
    table: pd.DataFrame,
    rotations: pd.DataFrame,
    summary: pd.DataFrame,
    transforms: Mapping[str, Mapping[str, Any]],
    title: str,
) -> Figure:
    """Draw a cell for each experiment and motion, best experiment first, and errors beside them.

    Parameters
    ----------
    table
        From `comparison.symmetry`.
    rotations
        From `rotations.table`.
    summary
        From `comparison.summary`.
    transforms
        The config's section transforms.
    title
        Molecule and level.
    """
    experiments = summary["experiment"].tolist()
    figure, axes = plt.subplots(figsize=(6.85, 1.25 + 0.24 * len(experiments)))
    for row, experiment in enumerate(experiments):
        cells = table[table["experiment"] == experiment].set_index("transform")
        for column, transform in enumerate(transforms):
            _cell(axes, row, column, cells.loc[transform])
    columns = len(transforms)
    errors = summary.set_index("experiment")["resplit_mae_mean_kcal_mol"]
    spreads = rotations.set_index("experiment")["spread_rms_kcal_mol"]
    for row, experiment in enumerate(experiments):
        error, spread = significant(errors[experiment], 2), _change(spreads[experiment])
        axes.text(columns + 0.55, row, error, ha="center", va="center")
        axes.text(columns + 1.65, row, spread, ha="center", va="center")
    headings = [TRANSFORMS[settings["kind"]].label for settings in transforms.values()]
    wrapped = [fill(heading, 9, break_long_words=False) for heading in headings]
    places = [*range(columns), columns + 0.55, columns + 1.65]
    axes.set_xticks(places, [*wrapped, "held-out\nMAE", "spread over\nrotations"])
    axes.set_yticks(range(len(experiments)), experiments)
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.set(xlim=(-0.5, columns + 2.2), ylim=(len(experiments) - 0.5, -0.5))
    axes.spines[:].set_visible(False)
    figure.suptitle(f"{title}: largest change of a prediction (kcal/mol)", fontsize=8)
    keys = [("unmoved", UNMOVED), ("moved", MOVED), ("not judged", PROBED)]
    if (table["verdict"] == CLAIM_BROKEN).any():
        keys.append(("a claim broken", CONTRADICTED))
    handles = [Rectangle((0, 0), 1, 1, color=colours[0]) for _, colours in keys]
    handles.append(Rectangle((0, 0), 1, 1, fill=False, edgecolor=UNMOVED[1], linewidth=1.2))
    labels = [*(name for name, _ in keys), "claimed"]
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    return figure


def _cell(axes: Axes, row: int, column: int, found: pd.Series) -> None:
    if found["verdict"] in UNJUDGED:
        fill, ink = PROBED
    elif found["verdict"] == CLAIM_BROKEN:
        fill, ink = CONTRADICTED
    else:
        fill, ink = UNMOVED if found["holds"] else MOVED
    edge = {"edgecolor": UNMOVED[1], "linewidth": 1.2} if found["claimed"] else {"linewidth": 0}
    axes.add_patch(Rectangle((column - 0.44, row - 0.4), 0.88, 0.8, facecolor=fill, **edge))
    axes.text(column, row, _change(found["defect_max"]), ha="center", va="center", color=ink)


def _change(size: float) -> str:
    """Two digits, or 0 for what is round-off."""
    return "0" if size <= HOLDS_BELOW else significant(size, 2)
