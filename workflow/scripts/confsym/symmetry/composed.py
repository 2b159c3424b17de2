"""What each experiment predicts from positions: features and model one after the other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from confsym.features import tables
from confsym.features.registry import feature_row
from confsym.models import fitted
from confsym.models.labelled import ForceModel
from confsym.molecules.topology import Topology
from confsym.study.experiments import feature_sets, with_forces

POSITIONS = "positions, Å"  # where a model reads these; no feature can be called so

Function = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Composed:
    """The experiments of a study as functions of positions.

    Parameters
    ----------
    features
        For each feature that is used, from positions (n, atoms, 3) to values (n, columns).
    models
        For each experiment its features, and a function from their columns to kcal/mol (n,).
    with_forces
        The models of those that learned forces.
    """

    features: Mapping[str, Function]
    models: Mapping[str, tuple[list[str], Function]]
    with_forces: Mapping[str, ForceModel]

    def energies(self, name: str, positions: np.ndarray) -> np.ndarray:
        """(n,) kcal/mol that an experiment predicts of (n, atoms, 3) Å."""
        sets, predict = self.models[name]
        return predict(np.concatenate([self.features[one](positions) for one in sets], axis=1))


def composed(study: Mapping[str, Any], paths: Sequence[str | Path], topology: Topology) -> Composed:
    """Read the fitted models of all experiments.

    What a model predicts is the difference from its cheaper level, where it has one.

    Parameters
    ----------
    study
        The config's sections features, models and experiments.
    paths
        The file of each experiment's fitted model.
    topology
        Elements and bonds, atoms in the order of the positions.
    """
    experiments = study["experiments"]
    loaded = {name: fitted.read(path) for name, path in zip(experiments, paths, strict=True)}
    force_models = {name: loaded[name] for name in with_forces(study)}
    models = {
        name: ([POSITIONS], _by_positions(model, len(topology.numbers)))
        if name in force_models
        else (feature_sets(experiments[name]), model.predict)
        for name, model in loaded.items()
    }
    used = {one for sets, _ in models.values() for one in sets}
    features = {POSITIONS: _flat} | {
        name: _table_of(name, settings, topology)
        for name, settings in study["features"].items()
        if name in used
    }
    return Composed(features, models, force_models)


def _flat(positions: np.ndarray) -> np.ndarray:
    return positions.reshape(len(positions), -1)


def _by_positions(model: ForceModel, atoms: int) -> Function:
    """Predictions of a model that reads positions, from rows of `_flat`."""

    def predict(rows: np.ndarray) -> np.ndarray:
        return model.energies_and_forces(rows.reshape(len(rows), atoms, 3))[0]

    return predict


def _table_of(name: str, settings: Mapping[str, Any], topology: Topology) -> Function:
    function = feature_row(settings).function
    return lambda positions: tables.compute(name, function, settings, positions, topology)[1]
