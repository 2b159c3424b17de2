"""Fitted models, and their files."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from sklearn.pipeline import Pipeline

from confsym.energies.labels import Labels
from confsym.errors import StudyError
from confsym.models.build import build
from confsym.models.labelled import ForceModel, Labelled
from confsym.models.leave_one_out import repeated
from confsym.molecules.topology import Topology
from confsym.own import blamed
from confsym.provenance import checksums
from confsym.registry import arguments, resolve
from confsym.storage.files import atomic_write


def fit(
    function: str,
    takes: Sequence[str],
    settings: Mapping[str, Any],
    widths: Sequence[int],
    conformer: np.ndarray,
    values: np.ndarray,
    target: np.ndarray,
    checkpoint: str | Path | None = None,
) -> Any:
    """Build a model and fit it.

    Where there are copies, a model that leaves out some of its rows to choose its settings takes
    `groups`, and leaves out a conformer with all its copies. It finds repeated geometries of a file
    by itself, see `leave_one_out.conformers`. One that trains for long goes on from its checkpoint,
    and removes it at the end.

    Parameters
    ----------
    function, takes, settings, widths
        As in `build`.
    conformer : (n,)
        Which conformer each row is of.
    values : (n, features)
    target : (n,)
        kcal/mol.
    checkpoint
        Where a model that takes a checkpoint keeps it.

    Raises
    ------
    StudyError
        If a class of the user's choice fails, or predicts anything but numbers.
    """
    model = build(function, takes, settings, widths)
    prefix = f"{model.steps[-1][0]}__" if isinstance(model, Pipeline) else ""
    optional = {"checkpoint": checkpoint} | ({"groups": conformer} if repeated(conformer) else {})
    keywords = {f"{prefix}{name}": value for name, value in optional.items() if name in takes}
    if "class" not in settings:
        return model.fit(values, target, **keywords)
    with blamed(f"fitting {settings['class']} to {len(values)} conformers"):
        return _checked(model.fit(values, target, **keywords), values[:2], settings["class"])


def fit_with_forces(
    function: str,
    settings: Mapping[str, Any],
    features: Sequence[Mapping[str, Any]],
    topology: Topology,
    positions: np.ndarray,
    labels: Labels,
    conformers: np.ndarray,
) -> ForceModel:
    """Fit a model to energies and forces of some conformers.

    Parameters
    ----------
    function
        Of the kind's row in the registry: what fits it to both.
    settings
        The model's entry in the config.
    features
        The experiment's entries in section features.
    topology
        The molecule.
    positions : (n, atoms, 3)
        Å, of all conformers.
    labels
        Of all conformers; what is learned is the difference from the cheaper level.
    conformers
        Which of them to learn from.

    Raises
    ------
    StudyError
        If there is no force at all to learn.
    """
    labelled = Labelled(
        topology,
        positions,
        labels.energy - labels.baseline,
        labels.forces - labels.baseline_forces,
    )
    training = labelled.of(np.sort(conformers))
    if not training.forces.any():
        raise StudyError(
            f"all forces on the {len(conformers)} training conformers are zero, so that there is "
            "nothing to learn; see whether the level has forces, or learn energies alone."
        )
    return resolve(function)(training, features, **arguments(settings))


def _checked(model: Any, values: np.ndarray, code: str) -> Any:
    """A fitted model of the user's choice, if it predicts one finite number for each conformer."""
    predicted = np.asarray(model.predict(values))
    if predicted.shape != values.shape[:1] or not np.isfinite(predicted).all():
        raise StudyError(
            f"the model's class {code} predicts {predicted.tolist()} for {len(values)} conformers; "
            "name a class that predicts one finite number for each."
        )
    return model


def write(path: str | Path, model: Any) -> None:
    """Write a fitted scikit-learn estimator."""
    with atomic_write(path) as part:
        joblib.dump(model, part)


def predict(
    model: Any, deviation: bool, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray | None]:
    """Predict (n,) kcal/mol, and its standard deviation where the model's kind knows it."""
    if deviation:
        return model.predict(values, return_std=True)
    return model.predict(values), None


def approximation(model: Any) -> str:
    """What a fitted estimator left out of its training rows, in words; empty if nothing."""
    regressor = model.steps[-1][1] if isinstance(model, Pipeline) else model
    return getattr(regressor, "approximation_", "")


def read(path: str) -> Any:
    """Read a fitted estimator. It is a pickle, which can run code when it is read.

    So it is read only if a job of this folder wrote it, or if it came with an archive that was
    unpacked here.

    Parameters
    ----------
    path
        From the working directory.

    Raises
    ------
    StudyError
        If its checksum is not known, or is another one.
    """
    checksums.require_known(path)
    return joblib.load(path)
