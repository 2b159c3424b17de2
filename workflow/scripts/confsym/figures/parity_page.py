"""Interactive parity plots: a page that opens offline."""

import html
from pathlib import Path

import numpy as np
import pymatviz
from plotly.offline import get_plotlyjs

from confsym.figures.colours import COLOURS
from confsym.figures.panels import BINS, Panel, for_axes, point_density, shared_limits
from confsym.storage.files import write_text

SCRIPT = "plotly.min.js"

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<script>const alone = "{script} has to lie beside this page: copy it, too.";</script>
<script src="{script}" onerror="document.write(alone)"></script>
<style>
body {{ font-family: system-ui, sans-serif; margin: 1rem auto; color: #222; }}
body {{ max-width: 1200px; padding: 0 1rem; }}
section {{ min-width: 0; }}
main {{ display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem; }}
@media (max-width: 960px) {{ main {{ grid-template-columns: minmax(0, 1fr); }} }}
h1 {{ font-size: 1.3rem; }}
h2 {{ font-size: 1rem; margin: 0.5rem 0 0; }}
p {{ margin: 0.2rem 0; color: #444; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>Each point is a conformer: predicted against computed energy; the dashed line is a perfect
prediction. Brighter points lie where points are denser. Drag to zoom, double-click to go back.</p>
<main>
{panels}
</main>
</body>
</html>
"""

SECTION = """<section>
<h2>{title}</h2>
<p>{numbers}</p>
{plot}
</section>"""


def parity_page(panels: list[Panel], title: str) -> str:
    """Draw panels with pymatviz and put them on one HTML page, which loads `plotly.min.js`.

    Parameters
    ----------
    panels
        The panels.
    title
        What the model is.
    """
    shifted, unit = for_axes(panels)
    limits = shared_limits(shifted)
    sections = [
        SECTION.format(
            title=html.escape(panel.title),
            numbers=", ".join(original.lines).replace("\n", " "),
            plot=_plot(panel, limits, unit, f"panel-{index}"),
        )
        for index, (panel, original) in enumerate(zip(shifted, panels, strict=True))
    ]
    return PAGE.format(title=html.escape(title), script=SCRIPT, panels="\n".join(sections))


def write_plotly(path: str | Path) -> None:
    """Write the plotly.js that pages in the same folder load."""
    write_text(path, get_plotlyjs())


def _plot(panel: Panel, limits: tuple[float, float], unit: str, identifier: str) -> str:
    # pymatviz lays out the four subplots: 1 above, 3 main, 4 beside (2 is empty).
    figure = pymatviz.density_scatter_with_hist(
        panel.energy,
        panel.predicted,
        bins=BINS,
        n_bins=False,
        density="empirical",  # its kernel estimate has no answer where all predictions are equal
        identity_line=False,
        best_fit_line=False,
        stats=False,
    )
    low, high = limits
    figure.add_shape(
        type="line",
        x0=low,
        y0=low,
        x1=high,
        y1=high,
        row=2,
        col=1,
        line={"dash": "dash", "width": 1.5, "color": "black"},
    )
    figure.update_traces(
        row=2,
        col=1,
        marker={
            "color": point_density(panel.energy, panel.predicted, limits),
            "coloraxis": None,
            "colorscale": "Cividis",
            "size": 5,
        },
        customdata=panel.conformer,
        hovertemplate="conformer %{customdata}<br>computed %{x:.2f} "
        f"{unit}<br>predicted %{{y:.2f}} {unit}<extra></extra>",
    )
    for values, along, counted, subplot in (
        (panel.energy, "x", "y", {"row": 1, "col": 1}),
        (panel.predicted, "y", "x", {"row": 2, "col": 2}),
    ):
        counts, edges = np.histogram(values, bins=BINS, range=limits)
        bars = {along: (edges[:-1] + edges[1:]) / 2, counted: counts, "width": edges[1] - edges[0]}
        figure.update_traces(**bars, **subplot, marker_color=COLOURS[0])
    hidden = {"title": None, "showticklabels": False, "showgrid": False}
    figure.update_layout(
        template="plotly_white",
        height=520,
        margin={"l": 60, "r": 10, "t": 30, "b": 50},
        xaxis=hidden | {"range": limits},
        yaxis=hidden,
        xaxis2=hidden,
        yaxis2=hidden,
        xaxis3={"title": f"computed energy ({unit})", "range": limits},
        yaxis3={"title": f"predicted energy ({unit})", "range": limits},
        xaxis4=hidden,
        yaxis4=hidden | {"range": limits},
    )
    return figure.to_html(
        full_html=False,
        include_plotlyjs=False,
        div_id=identifier,
        config={"responsive": True, "displaylogo": False},
    )
