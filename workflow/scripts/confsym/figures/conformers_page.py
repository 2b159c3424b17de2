"""A page of conformers to turn: a grid of them, and all laid over one another."""

import html
import json
from collections.abc import Mapping
from string import Template

import numpy as np
from rdkit.Chem import GetPeriodicTable

from confsym.conformers.gallery import Gallery
from confsym.figures.colours import COLOURS
from confsym.molecules.stereo import NO_STEREO
from confsym.molecules.topology import Topology

DIGITS = 3  # of a coordinate, Å
ONE_COLOUR = "#707070"  # of carbon, where there is one stereoisomer
STEPS = 200  # of the slider of energies
PERIODIC_TABLE = GetPeriodicTable()

FIGURE = """<figure>
<canvas role="img" tabindex="0" aria-label="{label}"></canvas>
<figcaption><strong>+{above} kcal/mol</strong>{stereoisomer}<br>
<small>{energy} kcal/mol · conformer {conformer}</small></figcaption>
</figure>"""
FILTER = (
    '<label><input type="checkbox" name="stereoisomer" value="{name}" checked> '
    '<span class="swatch" style="background: {colour}"></span> {name}</label>'
)
FILTERS = "<fieldset>\n<legend>Stereoisomer</legend>\n{filters}\n</fieldset>"
LEAD = (
    "Drag a conformer to turn it, or choose it with the Tab key and use the arrow keys; "
    "+ and −, or the wheel with Ctrl, change its size; a double click or Home turns it back. "
)


def conformers_page(
    gallery: Gallery, topology: Topology, title: str, level: str, texts: Mapping[str, str]
) -> str:
    """Write the page. It holds all that it needs and loads nothing.

    Parameters
    ----------
    gallery
        The conformers.
    topology
        Elements and bonds.
    title
        Molecule.
    level
        What the energies are.
    texts
        Texts of the page (`page`), its `style`, its `script`, and of 3Dmol.js (`library`).
    """
    count = len(gallery.conformer)
    colours = _colours(gallery)
    overlay = f"{count} conformers laid over the lowest by their heavy atoms, in one picture"
    filters = [FILTER.format(name=html.escape(n), colour=colour) for n, colour in colours.items()]
    return Template(texts["page"]).substitute(
        title=html.escape(f"{title}: {gallery.which}"),
        lead=LEAD + f"Under each: {html.escape(level)} energy above the lowest, and as computed.",
        style=texts["style"],
        script=texts["script"],
        library=texts["library"].strip(),
        filters=FILTERS.format(filters="\n".join(filters)) if filters else "",
        figures="\n".join(_figure(gallery, index) for index in range(count)),
        steps=STEPS,
        overlay_label=html.escape(f"{overlay}. Arrow keys turn it, + and - change its size."),
        overlay_caption="Heavy atoms, turned onto those of the lowest conformer "
        f"(Kabsch; equivalent atoms exchanged where that fits better; none mirrored). "
        f"Root-mean-square distance from it: median {np.median(gallery.rmsd):.2f} Å, "
        f"largest {gallery.rmsd.max():.2f} Å."
        + (" Carbon has the colour of its stereoisomer." if filters else ""),
        data=_in_script(_data(gallery, topology, colours)),
    )


def _in_script(content: dict) -> str:
    """JSON that cannot end the element it stands in."""
    return json.dumps(content, separators=(",", ":")).replace("<", r"\u003c")


def _colours(gallery: Gallery) -> dict[str, str]:
    """A colour for each stereoisomer, if there are several."""
    names = sorted(set(gallery.stereoisomer.tolist()))
    colours = {name: COLOURS[index % len(COLOURS)] for index, name in enumerate(names)}
    return colours if len(names) > 1 else {}


def _figure(gallery: Gallery, index: int) -> str:
    name = gallery.stereoisomer[index]
    label = f"Conformer {gallery.conformer[index]}, {gallery.above[index]:.2f} kcal/mol above the"
    label += " lowest" + (f", {name}" if name != NO_STEREO else "") + ". Arrow keys turn it."
    return FIGURE.format(
        label=html.escape(label),
        above=f"{gallery.above[index]:.2f}",
        stereoisomer=f" · {html.escape(name)}" if name != NO_STEREO else "",
        energy=f"{gallery.energy[index]:.2f}".replace("-", "−"),
        conformer=gallery.conformer[index],
    )


def _data(gallery: Gallery, topology: Topology, colours: Mapping[str, str]) -> dict:
    return {
        "elements": [PERIODIC_TABLE.GetElementSymbol(n) for n in topology.numbers.tolist()],
        "bonds": [
            [*bond, order]
            for bond, order in zip(topology.bonds.tolist(), topology.orders.tolist(), strict=True)
        ],
        "skeleton": np.flatnonzero(topology.numbers > 1).tolist(),
        "filtered": bool(colours),
        "conformers": [
            {
                "above": round(float(gallery.above[index]), 6),
                "stereoisomer": str(gallery.stereoisomer[index]),
                "colour": colours.get(str(gallery.stereoisomer[index]), ONE_COLOUR),
                "positions": _rounded(gallery.positions[index]),
                "overlaid": _rounded(gallery.overlaid[index]),
            }
            for index in range(len(gallery.conformer))
        ],
    }


def _rounded(positions: np.ndarray) -> list[float]:
    return (np.round(positions, DIGITS) + 0.0).ravel().tolist()
