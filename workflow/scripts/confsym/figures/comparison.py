"""The error of each experiment on each molecule, to be grasped at a glance."""

import matplotlib
import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from confsym.evaluation.comparison import ALONE, SHARED
from confsym.storage.numbers import significant

COLOURS = "cividis_r"  # pale where the error is small, as in grey
STEPS = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)  # per cent of the standard deviation: of the colours
PALEST = 10.0  # where the palest colour may stand at most
PALE_FROM = 0.55  # luminance from which a cell takes dark letters
WIDTH = 6.85  # inches
LONGEST = 30  # characters of a name that are shown
CELL = {"low": 0.135, "high": 0.24}  # inches: heights of a row
LETTERS = {"small": 5.0, "large": 7.0}  # points
SUMS = {"mean_rank": "mean rank", "wins": "best alone", "ties": "among the best"}
APART = 0.4  # of a row: the sums below the molecules
PAPER, INK, EMPTY = "#FFFFFF", "#000000", "#EEEEEE"
ALONE_EDGE = {"edgecolor": "#D55E00", "linewidth": 1.4}
SHARED_EDGE = {"edgecolor": "#D55E00", "linewidth": 0.9, "linestyle": (0, (2, 1.2))}


def comparison(errors: pd.DataFrame, ranks: pd.DataFrame, title: str) -> Figure:
    """Draw a cell for each molecule and experiment, the experiment of best mean rank first.

    A cell has the held-out MAE in per cent of the standard deviation of the molecule's held-out
    energies, whose size stands behind the molecule's name, after its level if levels differ.

    Parameters
    ----------
    errors, ranks
        From `confsym.evaluation.comparison`: `errors` and `ranks`.
    title
        The level, or the levels.
    """
    experiments = ranks["experiment"].tolist()
    molecules = errors["molecule"].drop_duplicates().tolist()
    rows, columns = len(molecules) + len(SUMS), len(experiments)
    height = np.clip(7.4 / rows, CELL["low"], CELL["high"])
    letters = float(np.clip(165 / columns, LETTERS["small"], LETTERS["large"]))
    names = shortened(experiments)
    vertical = columns > 8 or max(map(len, names)) > 87 / columns
    above = 0.06 * max(map(len, names)) if vertical else 0.2
    figure, axes = plt.subplots(figsize=(WIDTH, height * (rows + APART) + above + 0.9))
    norm = LogNorm(palest(errors["relative_mae"]), STEPS[-1], clip=True)
    column_of = {experiment: column for column, experiment in enumerate(experiments)}
    for row, molecule in enumerate(molecules):
        for result in errors[errors["molecule"] == molecule].itertuples():
            _cell(axes, (column_of[result.experiment], row), result, norm, letters)
    for index, sums in enumerate(SUMS):
        for column, value in enumerate(ranks[sums]):
            text = significant(value, 2) if sums == "mean_rank" else f"{value:g}"
            centre = (column, len(molecules) + APART + index)
            axes.text(*centre, text, ha="center", va="center", fontsize=letters)
    firsts = errors.drop_duplicates("molecule")
    several = len(set(firsts["level"])) > 1
    labels = [
        f"{name}{f', {molecule_row.level}' if several else ''}"
        f" ({significant(molecule_row.energy_std_kcal_mol, 2)})"
        for name, molecule_row in zip(shortened(molecules), firsts.itertuples(), strict=True)
    ]
    places = [*range(len(molecules)), *(len(molecules) + APART + i for i in range(len(SUMS)))]
    small = {"fontsize": min(7.0, 72 * height * 0.75)}
    axes.set_yticks(places, [*labels, *SUMS.values()], **small)
    upright = {"rotation": 90, "fontsize": letters if columns > 20 else 7.0} if vertical else {}
    axes.set_xticks(range(columns), names, **upright)
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.set(xlim=(-0.5, columns - 0.5), ylim=(rows + APART - 0.5, -0.5))
    axes.spines[:].set_visible(False)
    figure.suptitle(
        f"{title}: held-out MAE in % of the standard deviation of the held-out energies "
        "(in brackets, kcal/mol)",
        fontsize=8,
    )
    _key(figure, axes, norm)
    return figure


def shortened(names: list[str]) -> list[str]:
    """Names without their middles where they are long; as they are if that makes two alike."""
    half = LONGEST // 2
    short = [n if len(n) <= LONGEST else f"{n[:half]}…{n[-half + 1 :]}" for n in names]
    return short if len(set(short)) == len(names) else list(names)


def palest(shares: pd.Series) -> float:
    """The largest step, in per cent, that the smallest share reaches, or else the first step."""
    below = [step for step in STEPS if step <= min(100 * shares.min(), PALEST)]
    return max(below, default=STEPS[0])


def per_cent(share: float) -> str:
    """A share in per cent, in four characters at most; – if not known."""
    value = 100 * share
    if np.isnan(value):
        return "–"
    if value < 0.05:
        return "0"
    if round(value) > 999:
        digit, _, power = f"{value:.0e}".partition("e")
        return f"{digit}e{int(power)}"
    return f"{value:.1f}" if round(value, 1) < 10 else f"{value:.0f}"


def _cell(axes: Axes, centre: tuple[float, float], result: tuple, norm: LogNorm, letters: float):
    """One cell: its colour, its number, and a frame if the experiment is the best there."""
    column, row = centre
    has_error = not np.isnan(result.relative_mae)
    share = max(100 * result.relative_mae, norm.vmin) if has_error else norm.vmin
    colour = matplotlib.colormaps[COLOURS](norm(share)) if has_error else EMPTY
    red, green, blue = matplotlib.colors.to_rgb(colour)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=colour, linewidth=0))
    edge = {ALONE: ALONE_EDGE, SHARED: SHARED_EDGE}.get(result.standing)
    if edge:
        inside = (column - 0.45, row - 0.42)
        axes.add_patch(Rectangle(inside, 0.9, 0.84, fill=False, zorder=3, **edge))
    ink = INK if luminance > PALE_FROM else PAPER
    style = {"fontsize": letters, "color": ink, "zorder": 4}
    axes.text(*centre, per_cent(result.relative_mae), ha="center", va="center", **style)


def _key(figure: Figure, axes: Axes, norm: LogNorm) -> None:
    """What colours and frames mean."""
    colours = matplotlib.cm.ScalarMappable(norm, COLOURS)
    bar = figure.colorbar(
        colours, ax=axes, location="bottom", fraction=0.03, aspect=45, pad=0.01, extend="both"
    )
    steps = [step for step in STEPS if step >= norm.vmin]
    bar.set_ticks(steps, labels=[f"{step:g}{' %' * (step == STEPS[-1])}" for step in steps])
    bar.ax.minorticks_off()
    bar.outline.set_visible(False)
    frames = [("best alone", ALONE_EDGE), ("among the best", SHARED_EDGE)]
    handles = [
        Line2D([], [], color=edge["edgecolor"], lw=edge["linewidth"], ls=edge.get("linestyle", "-"))
        for _, edge in frames
    ]
    names = [name for name, _ in frames]
    figure.legend(handles, names, loc="outside lower center", ncols=len(frames), handlelength=2.4)
