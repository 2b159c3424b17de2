"""Fit the experiments on crystals, and predict them moved and unmoved."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from ase import Atoms

from confsym.conformers.split import TEST, TRAIN
from confsym.crystals.motions import MOTIONS, moved
from confsym.crystals.registry import EXPERIMENTS
from confsym.evaluation import predictions
from confsym.models import fitted
from confsym.registry import ORIGINAL, resolve
from confsym.storage.files import Table


def fit_and_predict(
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
    held_out_crystals = [crystals[index] for index in held_out]
    copies = {motion: moved(held_out_crystals, motion, settings["seed"]) for motion in MOTIONS}
    tables_of_experiments = []
    for name, experiment in EXPERIMENTS.items():
        features = resolve(experiment.function)
        values = features(crystals, settings)
        model = resolve(experiment.model)(**experiment.settings)
        model.fit(values[train], energy[train])
        tables = {ORIGINAL: (np.arange(len(crystals)), values)}
        for motion, moved_crystals in copies.items():
            tables[motion] = (held_out, features(moved_crystals, settings))
        predict = partial(fitted.predict, model, False)
        table = predictions.predictions(predict, tables, energy, np.zeros_like(energy), partition)
        crystal = table.pop("conformer")
        tables_of_experiments.append(
            {"experiment": np.full(len(crystal), name), "crystal": crystal} | table
        )
    return {
        column: np.concatenate(
            [experiment_table[column] for experiment_table in tables_of_experiments]
        )
        for column in tables_of_experiments[0]
    }
