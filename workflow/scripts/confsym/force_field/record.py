"""A force field that was learned: the model, and all that a user of it has to know."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from confsym.force_field.ranges import Ranges, sorted_distances
from confsym.models.labelled import ForceModel
from confsym.molecules.topology import Topology

UNITS = {"length": "angstrom", "energy": "kcal/mol", "force": "kcal/mol/angstrom"}


@dataclass(frozen=True)
class Level:
    """A level of theory: its name in a study, and what figures call it."""

    name: str
    label: str


@dataclass(frozen=True)
class Training:
    """What the model learned from.

    Parameters
    ----------
    geometries
        How many.
    lowest, highest
        Their energies at the level, kcal/mol.
    lengths
        (bonds,) Å, of the molecule's bonds as they are listed, the mean of the training geometries.
    reach
        How far from them another geometry may be: no training geometry is farther from the others.
    ranges
        What tells how far a geometry is, where the model itself cannot; else None.
    """

    geometries: int
    lowest: float
    highest: float
    lengths: tuple[float, ...]
    reach: float
    ranges: Ranges | None


@dataclass(frozen=True, eq=False)
class ForceField:
    """A learned force field of one molecule.

    Parameters
    ----------
    experiment
        The study's name for it.
    molecule
        Elements, bonds and SMILES, as `molecule.json` has them.
    level
        What the model was fitted to.
    baseline
        The cheaper level that the model is the difference from; None if it is the whole.
    training
        What it learned from.
    kind
        Of the model, in the registry.
    model
        The fitted model.
    citation
        The text of a citation file.
    commit
        Of the code that wrote it, `-dirty` where files were changed; None if nothing says.
    """

    experiment: str
    molecule: Mapping[str, Any]
    level: Level
    baseline: Level | None
    training: Training
    kind: str
    model: ForceModel
    citation: str
    commit: str | None

    @cached_property
    def topology(self) -> Topology:
        """Elements and bonds, atoms in the order that the model knows."""
        return Topology.from_description(dict(self.molecule))

    def distance(self, positions: np.ndarray) -> np.ndarray:
        """(n,) how far from the training geometries.

        Of a model that knows: from the nearest one, in its own coordinates. Else in Å, how far
        outside of the training geometries' ranges any distance of two atoms is.
        """
        if self.training.ranges is None:
            return self.model.distance(positions)
        return self.training.ranges.outside(sorted_distances(positions, self.molecule))
