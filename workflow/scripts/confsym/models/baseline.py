"""The model that learns nothing but the average."""

from sklearn.dummy import DummyRegressor


def mean() -> DummyRegressor:
    """Build a regressor that predicts the mean training energy: what any other has to beat."""
    return DummyRegressor(strategy="mean")
