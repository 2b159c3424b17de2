"""How the torsion angles about the rotatable bonds are distributed."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from rdkit import Chem
from rdkit.Chem.rdDepictor import Compute2DCoords

from confsym.figures.colours import COLOURS
from confsym.molecules.torsions import Torsion, without_hydrogens

WIDTH = 10  # °, of a bin; 0, 60, 180 and 300 lie in the middle of one
EDGES = np.arange(-0.5, 360 / WIDTH) * WIDTH
COLUMNS = 6
PANEL = (6.85 / COLUMNS, 1.35)  # inches
LARGE = 16  # heavy atoms; the key to more of them takes more room


def torsions(
    bond_torsions: list[Torsion], positions: np.ndarray, molecule: Chem.Mol, title: str
) -> Figure:
    """Draw a histogram for each rotatable bond, and a key to the numbers of the atoms.

    Parameters
    ----------
    bond_torsions
        From `torsions.rotatable_torsions`.
    positions : (n, atoms, 3)
        Å.
    molecule
        Molecule with hydrogens.
    title
        Molecule and number of conformers.
    """
    key = 2 if molecule.GetNumHeavyAtoms() <= LARGE else 3  # panels whose place it takes
    columns = min(max(len(bond_torsions), 1), COLUMNS - key)
    rows = max(-(-len(bond_torsions) // columns), 1)
    figure = plt.figure(figsize=(PANEL[0] * (key + columns), PANEL[1] * rows + 0.4))
    grid = figure.add_gridspec(rows, key + columns)
    _skeleton(figure.add_subplot(grid[:, :key]), molecule, bond_torsions)
    first_axes = None
    for index, torsion in enumerate(bond_torsions):
        row, column = divmod(index, columns)
        axes = figure.add_subplot(grid[row, key + column], sharex=first_axes, sharey=first_axes)
        first_axes = first_axes or axes
        angles = torsion.degrees(positions)
        wrapped = np.where(angles >= EDGES[-1], angles - 360, angles)
        share = np.histogram(wrapped, bins=EDGES)[0] / len(angles)
        axes.stairs(share, EDGES, fill=True, color=COLOURS[0])
        axes.set(xlim=(-5, 365), xticks=(60, 180, 300))
        axes.set_title(torsion.label(molecule), fontsize=7)
        axes.grid(axis="x", color="0.85", linewidth=0.6)
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.tick_params(labelleft=column == 0, labelbottom=index + columns >= len(bond_torsions))
        if column == 0:
            axes.set_ylabel(f"conformers\nper {WIDTH}°")
        if index + columns >= len(bond_torsions):
            axes.set_xlabel("torsion angle (°)", fontsize=7)
    if not bond_torsions:
        axes = figure.add_subplot(grid[0, key:])
        axes.axis("off")
        sentence = "No rotatable bond:\nno torsion angle to draw."
        axes.text(0.5, 0.5, sentence, ha="center", va="center", transform=axes.transAxes)
    figure.suptitle(f"{title}, {len(positions):,} conformers", fontsize=8)
    return figure


def _skeleton(axes: Axes, molecule: Chem.Mol, bond_torsions: list[Torsion]) -> None:
    """The heavy atoms with their numbers; rotatable bonds are thick."""
    heavy, number = without_hydrogens(molecule)
    Compute2DCoords(heavy)
    coordinates = heavy.GetConformer().GetPositions()[:, :2]
    rotatable = {frozenset(torsion.atoms[0, 1:3].tolist()) for torsion in bond_torsions}
    for bond in heavy.GetBonds():
        bond_atoms = [bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()]
        thick = frozenset(number[bond_atoms].tolist()) in rotatable
        style = {"color": COLOURS[0], "lw": 2.4} if thick else {"color": "0.6", "lw": 1}
        axes.plot(*coordinates[bond_atoms].T, zorder=1, **style)
    for atom, point in zip(heavy.GetAtoms(), coordinates, strict=True):
        axes.text(
            *point,
            f"{atom.GetSymbol()}{number[atom.GetIdx()]}",
            fontsize=6,
            ha="center",
            va="center",
            bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"},
        )
    axes.set_aspect("equal", adjustable="datalim")
    axes.margins(0.1)
    axes.axis("off")
