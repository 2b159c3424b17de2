"""Gradient-boosted trees."""

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

DECIMALS = 9  # of Å, rad or 1/Å: far below any difference that matters, far above round-off


def hist_gradient_boosting(**parameters) -> Pipeline:
    """Build scikit-learn's histogram gradient boosting; its defaults are the notes' model.

    Friedman, Ann. Stat. 29, 1189 (2001), doi:10.1214/aos/1013203451. It never stops early, on a
    random part of the data, as scikit-learn's default does above 10,000 conformers; the seed is
    only what the fitted model's file records. Features are rounded first: a split of a tree can
    coincide with a value, and then round-off alone would decide on which side a moved conformer is.
    """
    trees = HistGradientBoostingRegressor(early_stopping=False, random_state=0, **parameters)
    return make_pipeline(FunctionTransformer(np.round, kw_args={"decimals": DECIMALS}), trees)
