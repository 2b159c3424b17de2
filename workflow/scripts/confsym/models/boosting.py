"""Gradient-boosted trees."""

from sklearn.ensemble import HistGradientBoostingRegressor


def hist_gradient_boosting(**parameters) -> HistGradientBoostingRegressor:
    """Build scikit-learn's histogram gradient boosting; its defaults are the notes' model.

    Ke et al., Advances in Neural Information Processing Systems 30, 3149 (2017). The seed matters
    only above 10,000 conformers, where scikit-learn stops early on a random part of them.
    """
    return HistGradientBoostingRegressor(random_state=0, **parameters)
