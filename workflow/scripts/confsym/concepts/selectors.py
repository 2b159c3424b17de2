"""Ways to put columns in order of merit, each by training data alone."""

import numpy as np
from sklearn.linear_model import lars_path

from confsym.models.farthest_point import FarthestPointSelector


def by_filter(values: np.ndarray, target: np.ndarray, count: int) -> np.ndarray:
    """The columns of largest |correlation| with the target, each judged alone.

    Parameters
    ----------
    values : (n, p)
        Standardised columns.
    target : (n,)
    count
        How many columns to name.

    Returns
    -------
    (count,)
        Columns, the best first.
    """
    merit = np.abs(values.T @ (target - target.mean()))
    return np.argsort(-merit, kind="stable")[:count]


def by_wrapper(values: np.ndarray, target: np.ndarray, count: int) -> np.ndarray:
    """Forward selection: each next column lowers least squares' training error most.

    Columns are kept orthogonal to those chosen, so that a step is one product; see `by_filter`.
    """
    columns, residual = values.astype(float), target - target.mean()
    size = np.einsum("if,if->f", columns, columns)
    order: list[int] = []
    for _ in range(min(count, min(values.shape) - 1)):
        norm = np.einsum("if,if->f", columns, columns)
        usable = norm > 1e-8 * np.maximum(size, 1e-300)
        gain = np.where(usable, (columns.T @ residual) ** 2 / np.where(usable, norm, 1), -1)
        gain[order] = -1
        chosen = int(gain.argmax())
        if gain[chosen] < 0:
            break
        order.append(chosen)
        direction = columns[:, chosen] / np.sqrt(norm[chosen])
        residual = residual - direction * (direction @ residual)
        columns = columns - np.outer(direction, direction @ columns)
    return np.array(order)


def by_lasso(values: np.ndarray, target: np.ndarray, count: int) -> np.ndarray:
    """The order in which columns enter the LASSO's path; see `by_filter`.

    Tibshirani, J. R. Stat. Soc. B 58, 267 (1996), doi:10.1111/j.2517-6161.1996.tb02080.x.
    """
    _, _, path = lars_path(
        values, target - target.mean(), method="lasso", max_iter=2 * count, eps=1e-12
    )
    entered = np.where(path.any(axis=1), (path != 0).argmax(axis=1), path.shape[1])
    order = np.argsort(entered, kind="stable")
    return order[: min(count, int((entered < path.shape[1]).sum()))]


def by_farthest_point(values: np.ndarray, target: np.ndarray, count: int) -> np.ndarray:
    """Columns as unlike each other as can be; the target is not asked. See `by_filter`."""
    return FarthestPointSelector(count).fit(values).order_


SELECTORS = {
    "filter (correlation)": by_filter,
    "wrapper (forward)": by_wrapper,
    "embedded (LASSO path)": by_lasso,
    "farthest point": by_farthest_point,
}
