"""Files of fitted models."""

from inspect import signature
from pathlib import Path
from typing import Any

import joblib
import numpy as np

from confsym.files import whole


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
