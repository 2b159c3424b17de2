"""Files of fitted models."""

from inspect import signature
from pathlib import Path
from typing import Any

import joblib
import numpy as np

from confsym.files import whole


def fit(model: Any, values: np.ndarray, target: np.ndarray, checkpoint: str | Path) -> None:
    """Fit a model; one that trains for long goes on from its checkpoint, and removes it at the end.

    Parameters
    ----------
    model
        A scikit-learn estimator.
    values : (n, features)
    target : (n,)
        kcal/mol.
    checkpoint
        Where a model whose `fit` takes a checkpoint keeps it.
    """
    if "checkpoint" in signature(model.fit).parameters:
        model.fit(values, target, checkpoint=checkpoint)
    else:
        model.fit(values, target)


def write(path: str | Path, model: Any) -> None:
    """Write a fitted scikit-learn estimator."""
    with whole(path) as part:
        joblib.dump(model, part)


def predict(model: Any, values: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """Predict (n,) kcal/mol, and its standard deviation where the model can tell."""
    if "return_std" in signature(model.predict).parameters:
        return model.predict(values, return_std=True)
    return model.predict(values), None


def read(path: str | Path) -> Any:
    """Read a fitted estimator; like any pickle, only from a source that you trust."""
    return joblib.load(path)
