"""Gradient-boosted trees."""

from sklearn.ensemble import HistGradientBoostingRegressor


def hist_gradient_boosting(**parameters) -> HistGradientBoostingRegressor:
    """Build scikit-learn's histogram gradient boosting; its defaults are the notes' model.

    Friedman, Ann. Stat. 29, 1189 (2001), doi:10.1214/aos/1013203451. The seed matters only above
    10,000 conformers, where scikit-learn stops early on a random part of them.
    """
    return HistGradientBoostingRegressor(random_state=0, **parameters)
