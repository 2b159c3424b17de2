"""Parity plots of the components of forces."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from confsym.evaluation.forces import errors, vectors
from confsym.figures.panels import PARTITIONS, Panel
from confsym.figures.parity import draw_panels
from confsym.storage.numbers import significant


class ForcePanel(Panel):
    """A parity plot of components: `energy` and `predicted` are x, y and z of all forces."""

    unit = "kcal/mol/Å"
    has_zero = True

    @property
    def numbers(self) -> dict[str, str]:
        """Size and errors, ready to print."""
        shape = -1, 3
        found = errors(self.energy.reshape(shape), self.predicted.reshape(shape))
        return {
            "n": f"{len(self.energy):,} components",
            "MAE": f"{significant(found['mae_kcal_mol_angstrom'], extreme=3)} {self.unit}",
            "RMSE": f"{significant(found['rmse_kcal_mol_angstrom'], extreme=3)} {self.unit}",
        }


def force_parity(forces: pd.DataFrame, title: str) -> Figure:
    """Draw a panel for training and held-out conformers, and for each further set.

    Parameters
    ----------
    forces
        From `evaluation.forces.table`.
    title
        What the model is.
    """
    panels = []
    for partition, rows in forces.groupby("partition", sort=False):
        pair = (vectors(rows, name).ravel() for name in ("force", "predicted"))
        conformer = np.repeat(rows["conformer"].to_numpy(), 3)
        panels.append(ForcePanel(PARTITIONS.get(partition, partition), conformer, *pair))
    return draw_panels(panels, title, "force component")
