"""What augmentation buys: errors as embedded and in a random pose, against the number of copies."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from confsym.evaluation import errors
from confsym.experiment import feature_sets
from confsym.features.registry import FEATURES
from confsym.files import Table
from confsym.split import shuffled
from confsym.training import TrainingRows

POSE = frozenset({"translation", "rotation"})


HEADINGS = {
    "family": "Comparison",
    "experiment": "Experiment",
    "invariant": "Invariant features",
    "copies": "Copies of each conformer",
    "rows": "Rows to train on",
    "repeat": "Split",
    "mae_embedded_kcal_mol": "MAE as embedded (kcal/mol)",
    "mae_posed_kcal_mol": "MAE in a random pose (kcal/mol)",
}


def copies_of(experiment: Mapping[str, Any]) -> int:
    """How many moved copies of each training conformer an experiment adds."""
    return experiment.get("augmentation", {}).get("copies", 0)


def families(study: Mapping[str, Any]) -> dict[str, list[str]]:
    """Which experiments to compare: where copies are posed, those that differ in copies alone.

    Parameters
    ----------
    study
        The config's sections features and experiments.

    Returns
    -------
    dict
        For each family its experiments by number of copies, and then those with the same model on
        features that a pose leaves alone, which augmentation is held against. A family is called
        after its features, model and motions.
    """
    experiments = study["experiments"]
    found: dict[str, list[str]] = {}
    for experiment in experiments.values():
        motions = experiment["augmentation"]["motions"] if copies_of(experiment) else []
        if not POSE.intersection(motions):
            continue
        learner = f"{' + '.join(feature_sets(experiment))} and {experiment['model']}"
        title = f"{learner}, copies moved by {' and '.join(motions)}"
        alike = [other for other in experiments if _same(experiment, experiments[other], motions)]
        found[title] = sorted(alike, key=lambda other: copies_of(experiments[other])) + [
            other
            for other, entry in experiments.items()
            if entry["model"] == experiment["model"]
            and entry.get("baseline") == experiment.get("baseline")
            and not copies_of(entry)
            and all(
                FEATURES[study["features"][one]["kind"]].claims(study["features"][one]) >= POSE
                for one in feature_sets(entry)
            )
        ]
    return found


def _same(one: Mapping[str, Any], other: Mapping[str, Any], motions: list[str]) -> bool:
    keys = ("model", "baseline", "train_on")
    alike = all(one.get(key) == other.get(key) for key in keys)
    alike = alike and feature_sets(one) == feature_sets(other)
    return alike and (not copies_of(other) or other["augmentation"]["motions"] == motions)


def repeats(
    build: Callable[[], Any],
    rows: TrainingRows,
    posed: np.ndarray,
    energy: np.ndarray,
    baseline: np.ndarray,
    train: int,
    seed: int,
    repeats: int,
    own: Any,
) -> Table:
    """Fit on several splits, and test each on its held-out conformers as embedded and posed.

    Parameters
    ----------
    build
        Makes a new estimator.
    rows
        Features of every conformer, and of its copies.
    posed : (conformers, features)
        Features of every conformer in a random pose.
    energy, baseline : (conformers,)
        What is learned is their difference, kcal/mol.
    train, seed, repeats
        Training conformers of a split; repeat r is shuffled with seed + r, the first as the study.
    own
        The study's own model, which is what the first repeat comes to.

    Returns
    -------
    table
        repeat, rows (that the model was fitted to), mae_embedded_kcal_mol, mae_posed_kcal_mol.
    """
    found = []
    for repeat in range(repeats):
        order = shuffled(len(energy), seed + repeat)
        conformer, values = rows.of(order[:train])
        model = build().fit(values, (energy - baseline)[conformer]) if repeat else own
        test = order[train:]
        entry = {"repeat": repeat, "rows": len(values)}
        for pose, table in (("embedded", rows.values), ("posed", posed)):
            error = errors(energy[test], baseline[test] + model.predict(table[test]))
            entry[f"mae_{pose}_kcal_mol"] = error["mae"]
        found.append(entry)
    return {name: np.array([entry[name] for entry in found]) for name in found[0]}


def table(study: Mapping[str, Any], errors: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Put the splits of all compared experiments below each other.

    Parameters
    ----------
    study
        The config's sections features and experiments.
    errors
        From `repeats`, for each experiment that `families` names.

    Returns
    -------
    DataFrame
        Columns as in `HEADINGS`; `invariant` says that the features are unmoved by a pose.
    """
    parts = []
    for family, names in families(study).items():
        augmented = next(name for name in names if copies_of(study["experiments"][name]))
        sets = feature_sets(study["experiments"][augmented])
        for name in names:
            entry = study["experiments"][name]
            parts.append(
                errors[name].assign(
                    family=family,
                    experiment=name,
                    invariant=feature_sets(entry) != sets,
                    copies=copies_of(entry),
                )
            )
    return pd.concat(parts, ignore_index=True)[list(HEADINGS)]
