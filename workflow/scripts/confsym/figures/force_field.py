"""A force field at work beside its level: minima, vibrations, energies and forces on a torsion."""

from functools import partial
from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from confsym.figures.drawing import series_style
from confsym.molecules.torsions import ANGLE
from confsym.storage.numbers import significant

FAR = 10  # times the median error, and more than the level's range: that is not drawn
NARROW = 44  # letters of a title that one column has room for


def force_field(
    relaxations: pd.DataFrame,
    vibrations: pd.DataFrame,
    scan: pd.DataFrame,
    torsion_angles: tuple[str, np.ndarray] | None,
    level: str,
    title: str,
) -> Figure:
    """Draw a panel for each thing that there are numbers of.

    Parameters
    ----------
    relaxations, vibrations, scan
        From `evaluation.force_field_trial`; the first two are empty where the level cannot be
        computed.
    torsion_angles
        Label of the torsion, and its angles, degrees, in the training geometries; None where the
        molecule has no bond to turn about.
    level
        Its label.
    title
        What the model is.
    """
    panels = [
        partial(draw, table=table.dropna(), level=level)
        for draw, table in ((_minima, relaxations), (_vibrations, vibrations))
        if table.notna().all(axis=1).any()
    ]
    panels.append(partial(_torsion, scan=scan, torsion_angles=torsion_angles, level=level))
    if torsion_angles and not scan.empty and scan["force_mae_kcal_mol_angstrom"].notna().any():
        panels.append(partial(_forces, scan=scan, label=torsion_angles[0]))
    columns = 2 if len(panels) == 4 else len(panels)
    rows, wide = -(-len(panels) // columns), len(panels) > 1
    size = (6.85 if wide else 3.3, 2.7 * rows)
    figure, grid = plt.subplots(rows, columns, figsize=size, squeeze=False)
    figure.suptitle(title if wide else fill(title, NARROW), fontsize=9)
    for axes, draw in zip(grid.flat, panels, strict=True):
        draw(axes)
    return figure


def _minima(axes: Axes, table: pd.DataFrame, level: str) -> None:
    zero = table["level_kcal_mol"].min()
    computed, predicted = (table[f"{name}_kcal_mol"] - zero for name in ("level", "model"))
    _parity(axes, computed, predicted, "kcal/mol")
    axes.set(xlabel=f"relaxed by {level} (kcal/mol)", ylabel="relaxed by the model (kcal/mol)")


def _vibrations(axes: Axes, table: pd.DataFrame, level: str) -> None:
    _parity(axes, table["level_per_cm"], table["model_per_cm"], "cm⁻¹")
    axes.set(xlabel=f"vibrations of {level} (cm⁻¹)", ylabel="vibrations of the model (cm⁻¹)")


def _parity(axes: Axes, computed: pd.Series, predicted: pd.Series, unit: str) -> None:
    residual = (predicted - computed).abs()
    is_shown = residual <= max(np.ptp(computed), FAR * residual.median())
    values = np.concatenate([computed, predicted[is_shown]])
    margin = 0.05 * np.ptp(values) or 1.0
    limits = values.min() - margin, values.max() + margin
    style = series_style(0) | {"linestyle": "none", "alpha": 0.7}
    axes.plot(limits, limits, color="0.7", linewidth=0.8, zorder=0)
    axes.plot(computed[is_shown], predicted[is_shown], **style)
    typical, largest = (
        significant(size, extreme=3) for size in (residual.median(), residual.max())
    )
    lines = [f"n = {len(computed)}", f"median error {typical} {unit}", f"largest {largest} {unit}"]
    lines += [f"{(~is_shown).sum()} not shown"] if not is_shown.all() else []
    axes.text(0.05, 0.97, "\n".join(lines), transform=axes.transAxes, va="top", fontsize=6)
    axes.set(xlim=limits, ylim=limits, aspect="equal")


def _all_around(scan: pd.DataFrame) -> pd.DataFrame:
    """A scan with empty rows where nothing relaxed, so that a curve is broken there."""
    return scan.set_index("degrees").reindex(np.arange(0.0, 360, ANGLE)).reset_index()


def _forces(axes: Axes, scan: pd.DataFrame, label: str) -> None:
    scan = _all_around(scan)
    axes.plot(scan["degrees"], scan["force_mae_kcal_mol_angstrom"], **series_style(0))
    axes.set(xlabel=f"torsion {label} (°)", ylabel="force MAE (kcal/mol/Å)", xlim=(0, 360))
    axes.set_xticks(range(0, 361, 90))
    axes.set_ylim(bottom=0)


def _torsion(
    axes: Axes, scan: pd.DataFrame, torsion_angles: tuple[str, np.ndarray] | None, level: str
) -> None:
    if torsion_angles is None or scan.empty:
        axes.text(0.5, 0.5, "no torsion", transform=axes.transAxes, ha="center")
        axes.set_axis_off()
        return
    label, training_angles = torsion_angles
    scan = _all_around(scan)
    angle = scan["degrees"]
    model = scan["model_kcal_mol"] - scan["model_kcal_mol"].min()
    style = series_style(0)
    axes.plot(angle, model, label="model", **style)
    band = scan["deviation_kcal_mol"]
    if band.notna().any():
        axes.fill_between(angle, model - band, model + band, color=style["color"], alpha=0.2)
    if scan["level_kcal_mol"].notna().any():
        computed = scan["level_kcal_mol"] - scan["level_kcal_mol"].min()
        axes.plot(angle, computed, label=level, **series_style(1))
    axes.set(xlabel=f"torsion {label} (°)", ylabel="energy (kcal/mol)", xlim=(0, 360))
    axes.set_xticks(range(0, 361, 90))
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, fontsize=7)
    bars = axes.twinx()
    bars.hist(training_angles, bins=range(0, 361, ANGLE), color="0.85", zorder=0)
    bars.set_ylim(0, 4 * bars.get_ylim()[1])  # the lowest quarter
    bars.set_yticks([])
    bars.set_ylabel("training geometries", fontsize=7, loc="bottom")
    axes.set_zorder(bars.get_zorder() + 1)
    axes.patch.set_visible(False)
    low, high = axes.get_ylim()
    axes.set_ylim(low - 0.3 * (high - low), high)
