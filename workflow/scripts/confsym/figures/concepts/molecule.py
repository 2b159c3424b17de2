"""A molecule in the plane, its atoms and bonds coloured by what they are worth."""

import numpy as np
import pandas as pd
from matplotlib import colormaps, patheffects
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.patches import Circle

COLOURS = colormaps["cividis_r"]  # dark is much, in colour and in grey
BARE = "white"  # a place without a number
OUTLINE = [patheffects.withStroke(linewidth=7.5, foreground="0.3")]
CIRCLE = 0.42  # radius of an atom; bonds are 1.5 long
LEAST = 6.0  # width and height of the view, at least, so that a small molecule stays small
LUMINANCE = (0.299, 0.587, 0.114)


def draw_molecule(
    axes: Axes,
    atoms: pd.DataFrame,
    bonds: pd.DataFrame,
    worth: tuple[pd.Series, pd.Series, pd.Series | None],
    scale: Normalize,
) -> None:
    """Draw bonds as bars and atoms as circles in the colours of their numbers.

    Parameters
    ----------
    axes
        Where; its frame is taken away.
    atoms
        atom, element, x, y.
    bonds
        first, second: places in column atom.
    worth
        Numbers of bonds, of atoms, and of the rings around atoms or None; white where not a number.
    scale
        From numbers to 0 … 1.
    """
    of_bonds, of_atoms, of_rings = worth
    coordinates = atoms.set_index("atom")[["x", "y"]]
    for bond, value in zip(bonds.itertuples(), of_bonds, strict=True):
        ends = coordinates.loc[[bond.first, bond.second]]
        axes.plot(
            ends["x"],
            ends["y"],
            color=_colour(value, scale),
            linewidth=6,
            solid_capstyle="butt",
            path_effects=[*OUTLINE, patheffects.Normal()],
            zorder=1,
        )
    rings = [np.nan] * len(atoms) if of_rings is None else of_rings
    for atom, value, ring in zip(atoms.itertuples(), of_atoms, rings, strict=True):
        if not np.isnan(ring):
            _circle(axes, atom, CIRCLE * 1.55, _colour(ring, scale), 2)
        _circle(axes, atom, CIRCLE, _colour(value, scale), 3)
        shade = np.dot(_rgb(value, scale), LUMINANCE)
        axes.text(
            atom.x,
            atom.y - 0.02,
            f"{atom.element}{atom.atom}",
            color="white" if shade < 0.5 else "black",
            fontsize=5,
            ha="center",
            va="center",
            zorder=4,
        )
    middle = coordinates.mean().to_numpy()
    axes.update_datalim([middle - LEAST / 2, middle + LEAST / 2])
    axes.set_aspect("equal", adjustable="datalim")
    axes.margins(0.1)
    axes.axis("off")


def _circle(axes: Axes, atom, radius: float, colour, order: int) -> None:
    edge = {"edgecolor": "0.3", "linewidth": 0.7}
    axes.add_patch(Circle((atom.x, atom.y), radius, facecolor=colour, zorder=order, **edge))


def _colour(value: float, scale: Normalize):
    return BARE if np.isnan(value) else COLOURS(scale(value))


def _rgb(value: float, scale: Normalize) -> tuple[float, ...]:
    return (1.0, 1.0, 1.0) if np.isnan(value) else COLOURS(scale(value))[:3]
