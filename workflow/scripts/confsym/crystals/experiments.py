"""What is tried on crystals: three representations, each with a model, and what each claims."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from ase import Atoms

from confsym import evaluation
from confsym.crystals import features
from confsym.crystals.motions import MOTIONS, moved
from confsym.files import Table
from confsym.models import fitted
from confsym.models.boosting import hist_gradient_boosting
from confsym.models.linear import ridge
from confsym.models.parameters import RIDGE
from confsym.registry import ORIGINAL
from confsym.split import TEST, TRAIN

ALL = frozenset(MOTIONS)


@dataclass(frozen=True)
class Experiment:
    """A representation and a model.

    Parameters
    ----------
    label
        What figures call it.
    features
        From crystals and the config's section `crystals` to values (n, columns).
    model
        Makes a new estimator.
    claimed
        Motions that its predictions are said not to see.
    """

    label: str
    features: Callable[[Sequence[Atoms], Mapping[str, Any]], np.ndarray]
    model: Callable[[], Any]
    claimed: frozenset[str]


_ridge = partial(ridge, alpha=RIDGE["alpha"]["default"])

EXPERIMENTS = {
    "listing": Experiment(
        "cell, positions, elements; boosting",
        features.listing,
        hist_gradient_boosting,
        frozenset(),
    ),
    "soap_sum": Experiment(
        "SOAP, sum over atoms; ridge", features.soap_sum, _ridge, ALL - {"supercell"}
    ),
    "soap_mean": Experiment("SOAP, mean over atoms; ridge", features.soap_mean, _ridge, ALL),
}


def predictions(
    crystals: Sequence[Atoms],
    energy: np.ndarray,
    partition: np.ndarray,
    settings: Mapping[str, Any],
) -> Table:
    """Fit every experiment to the training crystals; predict all, and the held-out ones moved.

    Parameters
    ----------
    crystals
        n crystals.
    energy : (n,)
        meV/atom.
    partition : (n,)
        "train" or "test".
    settings
        elements, cutoff (Å) and seed of the config's section `crystals`.

    Returns
    -------
    table
        experiment, crystal, partition, transform, energy, predicted: the last two in meV/atom.
    """
    train, held_out = partition == TRAIN, np.flatnonzero(partition == TEST)
    chosen = [crystals[index] for index in held_out]
    copies = {motion: moved(chosen, motion, settings["seed"]) for motion in MOTIONS}
    parts = []
    for name, experiment in EXPERIMENTS.items():
        values = experiment.features(crystals, settings)
        model = experiment.model().fit(values[train], energy[train])
        tables = {ORIGINAL: (np.arange(len(crystals)), values)}
        for motion, those in copies.items():
            tables[motion] = (held_out, experiment.features(those, settings))
        predict = partial(fitted.predict, model)
        table = evaluation.predictions(predict, tables, energy, np.zeros_like(energy), partition)
        crystal = table.pop("conformer")
        parts.append({"experiment": np.full(len(crystal), name), "crystal": crystal} | table)
    return {column: np.concatenate([part[column] for part in parts]) for column in parts[0]}


def of_experiment(table: Table, name: str) -> Table:
    """One experiment's rows of the table from `predictions`."""
    own = table["experiment"] == name
    return {column: values[own] for column, values in table.items()}
