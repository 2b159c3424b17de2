"""Gradient-boosted trees."""

from sklearn.ensemble import HistGradientBoostingRegressor


def hist_gradient_boosting(**parameters) -> HistGradientBoostingRegressor:
    """Build scikit-learn's histogram gradient boosting; its defaults are the notes' model.

    Friedman, Ann. Stat. 29, 1189 (2001), doi:10.1214/aos/1013203451. It never stops early, on a
    random part of the data, as scikit-learn's default does above 10,000 conformers; the seed is
    only what the fitted model's file records.
    """
    return HistGradientBoostingRegressor(early_stopping=False, random_state=0, **parameters)
