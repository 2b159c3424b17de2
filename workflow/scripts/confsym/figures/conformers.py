"""Conformers drawn as balls and sticks, for print.

Drawn with matplotlib, as all other figures, after a look at what else there is. RDKit's drawings of
a conformer are flat lines, in which near and far are alike. xyzrender's are as good as these, but
each is of one molecule, a page of fifty would have to be put together, and it needs some forty more
packages. PyMOL's are pixels. One figure gives SVG, PDF and PNG of a journal's width, with captions
in its letters, the same bytes each time.
"""

from dataclasses import dataclass

import numpy as np
from ase.data import covalent_radii
from ase.data.colors import jmol_colors
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.path import Path

from confsym.conformers.gallery import Gallery
from confsym.molecules.stereo import NO_STEREO
from confsym.molecules.topology import Topology

WIDTH = 6.85  # inches
TALLEST = 9.1  # inches: a page
COLUMNS = range(5, 11)
CAPTION = 1.2  # Å below each conformer
MARGIN = 0.4  # Å around the outermost atoms
BALL = 0.42  # of the covalent radius
STICK = 0.16  # Å, half the width
FADE = 0.55  # how far the farthest atoms go towards white
SHALLOW = 2.0  # Å: no conformer fades over less
EDGE = 0.35  # brightness of outlines, of the colour inside
CENTRED = {"ha": "center", "va": "center"}


GLINT = Path.unit_regular_polygon(8)  # so small that it looks round
TOWARDS_LIGHT = np.array([-0.3, 0.3])  # of the radius


@dataclass(frozen=True, eq=False)
class Shapes:
    """What one conformer is drawn of, farthest first: outlines (Å) and colours (…, 3)."""

    paths: list[Path]
    faces: np.ndarray
    edges: np.ndarray


def conformers(gallery: Gallery, topology: Topology, title: str) -> Figure:
    """Draw conformers in a grid, row by row, all at one scale.

    Hydrogens on carbon are left out: at this size they hide the skeleton.

    Parameters
    ----------
    gallery
        The conformers.
    topology
        Elements and bonds.
    title
        Molecule and level.
    """
    positions = gallery.positions
    shown_atoms = drawn_atoms(topology)
    projected, depth = (
        positions[:, shown_atoms, :2],
        np.ptp(positions[:, shown_atoms, 2], axis=1).max(),
    )
    low, high = projected.min(axis=(0, 1)) - MARGIN, projected.max(axis=(0, 1)) + MARGIN
    cell = high - low + [0, CAPTION]
    columns = _columns(len(positions), cell)
    rows = -(-len(positions) // columns)
    inches = WIDTH / max(columns * cell[0], COLUMNS[0] * cell[1])  # an Å, on paper
    figure, axes = plt.subplots(figsize=(WIDTH, inches * rows * cell[1] + 0.4))
    for number, (conformer, caption) in enumerate(zip(positions, _captions(gallery), strict=True)):
        row, column = divmod(number, columns)
        corner = np.array([column, -row - 1]) * cell
        _add(
            axes,
            shapes(conformer, topology, shown_atoms, max(depth, SHALLOW)),
            corner + [0, CAPTION] - low,
        )
        axes.text(*(corner + cell * [0.5, 0] + [0, CAPTION / 2]), caption, fontsize=6, **CENTRED)
    axes.set(xlim=(0, columns * cell[0]), ylim=(-rows * cell[1], 0), aspect="equal")
    axes.axis("off")
    below = f"kcal/mol above the lowest, which is {gallery.energy[0]:.2f} kcal/mol"
    below += "" if NO_STEREO in gallery.stereoisomer else ", and stereoisomer"
    figure.suptitle(f"{title}: {gallery.which}\nunder each: {below}", fontsize=8)
    return figure


def _captions(gallery: Gallery) -> list[str]:
    names = ["" if name == NO_STEREO else f"  {name}" for name in gallery.stereoisomer.tolist()]
    return [f"{above:.2f}{name}" for above, name in zip(gallery.above, names, strict=True)]


def _columns(count: int, cell: np.ndarray) -> int:
    """As few columns as leave the grid no taller than a page."""
    for columns in COLUMNS:
        if WIDTH / (columns * cell[0]) * -(-count // columns) * cell[1] <= TALLEST:
            return columns
    return COLUMNS[-1]


def drawn_atoms(topology: Topology) -> np.ndarray:
    """(drawn,) atoms that are drawn: all but hydrogens on carbon."""
    bonded_to_carbon = [
        any(topology.numbers[neighbour] == 6 for neighbour in neighbours)
        for neighbours in topology.neighbours
    ]
    return np.flatnonzero((topology.numbers != 1) | ~np.array(bonded_to_carbon))


def shapes(positions: np.ndarray, topology: Topology, atoms: np.ndarray, fade: float) -> Shapes:
    """Outline balls and half-sticks of one conformer, and sort them by depth.

    Parameters
    ----------
    positions : (atoms, 3)
        Å, seen along z.
    topology
        Elements and bonds.
    atoms : (drawn,)
        Which atoms.
    fade
        Å behind the nearest atom at which colours have faded.
    """
    radii = BALL * covalent_radii[topology.numbers]
    pieces = []
    for atom in atoms.tolist():
        colour = jmol_colors[topology.numbers[atom]]
        ball = Path.circle(positions[atom, :2], radii[atom])
        glint = GLINT.vertices * radii[atom] / 3 + positions[atom, :2] + radii[atom] * TOWARDS_LIGHT
        pieces.append((positions[atom, 2], ball, colour, EDGE * colour))
        pieces.append((positions[atom, 2], Path(glint, GLINT.codes), *[0.4 * colour + 0.6] * 2))
    for i, j in topology.bonds.tolist():
        if np.isin([i, j], atoms).all():
            pieces.extend(_sticks(positions, topology.numbers, i, j))
    pieces.sort(key=_depth)
    depth = np.array([piece[0] for piece in pieces])
    pale = FADE * np.minimum((depth.max() - depth) / fade, 1)[:, None]
    faces, edges = (np.array([piece[k] for piece in pieces]) for k in (2, 3))
    return Shapes(
        [piece[1] for piece in pieces], faces + pale * (1 - faces), edges + pale * (1 - edges)
    )


def _depth(piece: tuple) -> float:
    return piece[0]


def _sticks(positions: np.ndarray, numbers: np.ndarray, i: int, j: int) -> list[tuple]:
    """One stick, or two halves in the colours of their elements."""
    centre = (positions[i] + positions[j]) / 2
    halves = [(positions[i], centre, numbers[i]), (centre, positions[j], numbers[j])]
    if numbers[i] == numbers[j]:
        halves = [(positions[i], positions[j], numbers[i])]
    return [
        ((begin[2] + end[2]) / 2, _stick(begin, end), jmol_colors[n], EDGE * jmol_colors[n])
        for begin, end, n in halves
    ]


def _stick(begin: np.ndarray, end: np.ndarray) -> Path:
    along = end[:2] - begin[:2]
    across = np.array([-along[1], along[0]]) * STICK / max(np.hypot(*along), 1e-9)
    corners = [begin[:2] + across, end[:2] + across, end[:2] - across, begin[:2] - across]
    return Path([*corners, corners[0]], closed=True)


def _add(axes: Axes, conformer_shapes: Shapes, shift: np.ndarray) -> None:
    moved = [Path(path.vertices + shift, path.codes) for path in conformer_shapes.paths]
    axes.add_collection(
        PathCollection(
            moved,
            facecolors=conformer_shapes.faces,
            edgecolors=conformer_shapes.edges,
            linewidths=0.35,
        )
    )
