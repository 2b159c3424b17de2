"""What all matplotlib figures share: style, colours, and files that are the same every time."""

from collections.abc import Iterable
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from confsym.figures.colours import COLOURS
from confsym.files import whole

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "*")
LINES = ("-", "--", "-.", ":")


def use_style(path: str | Path) -> None:
    """Draw in the project's style from here on, whatever style the user's own settings ask for."""
    matplotlib.rcdefaults()
    plt.style.use(path)


def save(figure: Figure, paths: Iterable[str | Path]) -> None:
    """Write a figure in each format that the paths' endings name, without dates, and close it."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # laid out once, for all formats alike
    for path in map(Path, paths):
        dates = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
        with whole(path) as part:
            figure.savefig(part, metadata=dates.get(path.suffix, {}))
    plt.close(figure)


def series_style(index: int) -> dict[str, str]:
    """Colour, marker and line of the index-th series: no two of the first 40 are alike."""
    return {
        "color": COLOURS[index % len(COLOURS)],
        "marker": MARKERS[index % len(MARKERS)],
        "linestyle": LINES[(index // len(COLOURS)) % len(LINES)],
    }
