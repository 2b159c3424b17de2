"""Permutation importance: how much worse a model predicts when columns are shuffled."""

from collections.abc import Callable, Sequence

import numpy as np


def permutation_importance(
    predict: Callable[[np.ndarray], np.ndarray],
    values: np.ndarray,
    target: np.ndarray,
    groups: Sequence[Sequence[int]],
    repeats: int,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Shuffle each group of columns among held-out rows, the columns of a group together.

    Breiman, Mach. Learn. 45, 5 (2001), doi:10.1023/A:1010933404324, with groups as in Gregorutti,
    Michel and Saint-Pierre, Comput. Stat. Data Anal. 90, 15 (2015),
    doi:10.1016/j.csda.2015.04.002. Of columns that say the same, a model can lean on the others
    when one is shuffled; it cannot when they are shuffled together.

    Parameters
    ----------
    predict
        From (n, p) to (n,).
    values : (n, p)
        Rows that the model was not fitted to.
    target : (n,)
    groups
        Columns of each group.
    repeats
        Shuffles of each group; all groups have the same ones.
    seed
        Of the shuffles.

    Returns
    -------
    mean, spread : (groups,)
        Increase of the mean absolute error, and its standard deviation over the shuffles, in the
        unit of the target.
    """
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(len(values)) for _ in range(repeats)]
    unshuffled_error = np.abs(predict(values) - target).mean()
    shuffled = values.copy()
    increase = np.empty((len(groups), repeats))
    for row, group in enumerate(groups):
        columns = list(group)
        for repeat, order in enumerate(orders):
            shuffled[:, columns] = values[np.ix_(order, columns)]
            increase[row, repeat] = np.abs(predict(shuffled) - target).mean() - unshuffled_error
        shuffled[:, columns] = values[:, columns]
    return increase.mean(axis=1), increase.std(axis=1, ddof=1)
