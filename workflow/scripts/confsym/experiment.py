"""What an entry of the config's section experiments names."""

from collections.abc import Mapping
from typing import Any


def feature_sets(experiment: Mapping[str, Any]) -> list[str]:
    """Names of the feature sets whose columns an experiment puts side by side."""
    features = experiment["features"]
    return [features] if isinstance(features, str) else list(features)
