"""Files of fitted models."""

from pathlib import Path
from typing import Any

import joblib

from confsym.files import whole


def write(path: str | Path, model: Any) -> None:
    """Write a fitted scikit-learn estimator."""
    with whole(path) as part:
        joblib.dump(model, part)


def read(path: str | Path) -> Any:
    """Read a fitted estimator; like any pickle, only from a source that you trust."""
    return joblib.load(path)
