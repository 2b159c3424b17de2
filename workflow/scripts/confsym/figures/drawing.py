"""What all matplotlib figures share: style, colours, and files that are the same every time."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from confsym.figures.colours import COLOURS
from confsym.storage.files import atomic_write

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "*")
MM_PER_INCH = 25.4
BETWEEN = 5  # inches: figures drawn narrower than this are for one column
LINES = ("-", "--", "-.", ":")


def use_style(path: str | Path) -> None:
    """Draw in the project's style from here on, whatever style the user's own settings ask for."""
    matplotlib.rcdefaults()
    plt.style.use(path)


def save(
    figure: Figure, paths: Iterable[str | Path], columns: Mapping[str, float] | None = None
) -> None:
    """Write a figure in each format that the paths' endings name, without dates, and close it.

    Parameters
    ----------
    figure
        Drawn for one column of a journal or for two.
    paths
        Where to.
    columns
        single_column_mm and double_column_mm, the journal's own widths; as drawn where not given.
    """
    if columns:
        fit(figure, columns)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # laid out once, for all formats alike
    _settle(figure)
    for path in map(Path, paths):
        dates = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
        with atomic_write(path) as part:
            figure.savefig(part, metadata=dates.get(path.suffix, {}))
    plt.close(figure)


def fit(figure: Figure, columns: Mapping[str, float]) -> None:
    """Give a figure the width of one column or of two, whichever it was drawn for.

    The height changes with it and the size of letters does not.
    """
    width, height = figure.get_size_inches()
    which = "single_column_mm" if width < BETWEEN else "double_column_mm"
    fitted = columns[which] / MM_PER_INCH
    figure.set_size_inches(fitted, height * fitted / width)


def _settle(figure: Figure) -> None:
    """Round where things stand: the layout's solver adds up in the order of memory addresses.

    Its last bit is another one in about one run of ten, and an SVG names its clips after it.
    """
    for part in figure.subfigs:
        part.bbox_relative.p0, part.bbox_relative.p1 = np.round(part.bbox_relative.get_points(), 9)
    for axes in figure.axes:
        axes.set_position(np.round(axes.get_position(original=True).bounds, 9))


def series_style(index: int) -> dict[str, str]:
    """Colour, marker and line of the index-th series: no two of the first 40 are alike."""
    return {
        "color": COLOURS[index % len(COLOURS)],
        "marker": MARKERS[index % len(MARKERS)],
        "linestyle": LINES[(index // len(COLOURS)) % len(LINES)],
    }
