"""The kernel trick: the same predictions from products of conformers as from columns."""

import numpy as np
import pandas as pd

from confsym.concepts import kernels
from confsym.concepts.page import TopicResults
from confsym.concepts.sample import Sample, sizes, skeleton
from confsym.models.kernel import distances, rbf
from confsym.models.scaling import Standardizer
from confsym.storage.numbers import Number

TITLE = "The kernel trick"
CAPTION = """
**Upper left:** ridge regression on all squares and products of the first so many standardised
internal coordinates of the heavy atoms, fitted to {conformers} conformers, once for a weight of
each product and once, by the kernel (x·z + 1)², for a weight of each conformer. Up to {columns}
coordinates, that is {products} products, no held-out prediction differs by more than {difference}
kcal/mol, against energies that spread by {spread}. **Upper right:** the Gaussian kernel stands for
infinitely many columns; D random Fourier features stand for the kernel. Over {repeats} draws, the
root-mean-square error of a kernel value falls from {kernel_least} at D = {fourier_least} to
{kernel_most} at D = {fourier_most}, with a fitted power of D of {power} where theory has -1/2, and
predictions from D columns come as near to those of the exact kernel as {gap_most} kcal/mol.
**Below:** multiplications that a fit takes, counted, since seconds belong to a machine. Left:
against conformers, for {products} explicit columns or the kernel of {columns} coordinates; the
kernel is cheaper below {crossing} conformers. Right: against explicit columns at {conformers}
conformers.
"""

CONFORMERS, TEST = 1000, 500
PENALTY = 1e-2  # in units of a kernel value; the predictions are well determined
REPEATS = 5
FOURIER = (8, 4096)
SEED = 4


def measure(sample: Sample) -> TopicResults:
    """Agreement of both ways, convergence of random features, and counted costs."""
    learn, test = sample.train[:CONFORMERS], sample.held_out[:TEST]
    scaler = Standardizer()
    values = scaler.fit_transform(skeleton(sample)[1][learn])
    new = scaler.transform(skeleton(sample)[1][test])
    target = sample.energy[learn] - sample.energy[learn].mean()
    agreement = pd.DataFrame(
        [
            agree(values[:, :count], target, new[:, :count]) | {"energy_spread": target.std()}
            for count in sizes(1, values.shape[1], 7)
        ]
    )
    fourier = pd.DataFrame(random_features(values, target, new))
    products = int(agreement["products"].iloc[-1])
    cost = costs(len(learn), values.shape[1], products)
    numbers = [
        Number("conformers", len(learn), "", "training conformers"),
        Number("columns", values.shape[1], "", "internal coordinates"),
        Number("spread", target.std(), "kcal/mol", "standard deviation of the energies"),
        Number("crossing", crossing(values.shape[1], products), "", "conformers of equal cost"),
    ]
    tables = {"agreement": agreement, "fourier": fourier, "cost": cost}
    return TopicResults(tables, numbers + _numbers(agreement, fourier))


def agree(values: np.ndarray, target: np.ndarray, new: np.ndarray) -> dict:
    """Largest difference of predictions by columns and by the kernel, kcal/mol.

    Both are scaled so that the mean kernel value of a conformer with itself is 1.
    """
    columns, cross_kernel = kernels.quadratic_columns(values), kernels.quadratic_kernel(new, values)
    gram = kernels.quadratic_kernel(values, values)
    scale = np.trace(gram) / len(gram)
    new_columns = kernels.quadratic_columns(new) / np.sqrt(scale)
    by_columns = kernels.primal(columns / np.sqrt(scale), target, new_columns, PENALTY)
    by_kernel = kernels.dual(gram / scale, target, cross_kernel / scale, PENALTY)
    return {
        "coordinates": values.shape[1],
        "products": columns.shape[1],
        "difference": float(np.abs(by_columns - by_kernel).max()),
    }


def random_features(values: np.ndarray, target: np.ndarray, new: np.ndarray) -> list[dict]:
    """Errors of kernel values and of predictions for growing numbers of random columns."""
    rng = np.random.default_rng(SEED)
    distance = distances(values, values)
    length = float(np.sqrt(np.mean(distance**2)))
    exact_kernel, cross_kernel = rbf(distance / length), rbf(distances(new, values) / length)
    exact_prediction = kernels.dual(exact_kernel, target, cross_kernel, PENALTY)
    rows = []
    for count in sizes(*FOURIER, 10):
        for repeat in range(REPEATS):
            all_columns = kernels.fourier_columns(np.concatenate([values, new]), length, count, rng)
            columns, columns_new = np.split(all_columns, [len(values)])
            gram = columns @ columns.T
            predicted = (
                kernels.primal(columns, target, columns_new, PENALTY)
                if count < len(values)
                else kernels.dual(gram, target, columns_new @ columns.T, PENALTY)
            )
            rows.append(
                {
                    "features": count,
                    "repeat": repeat,
                    "kernel_rmse": float(np.sqrt(np.mean((gram - exact_kernel) ** 2))),
                    "prediction_rmse": float(np.sqrt(np.mean((predicted - exact_prediction) ** 2))),
                }
            )
    return rows


def costs(conformers: int, columns: int, products: int) -> pd.DataFrame:
    """Multiplications of both ways, against conformers and against explicit columns."""
    by_conformers = [
        ("conformers", n, kernels.primal_cost(n, products), kernels.dual_cost(n, columns))
        for n in sizes(10, 100_000, 30)
    ]
    by_columns = [
        ("columns", p, kernels.primal_cost(conformers, p), kernels.dual_cost(conformers, columns))
        for p in sizes(10, 100_000, 30)
    ]
    names = ["against", "count", "by_columns", "by_kernel"]
    return pd.DataFrame(by_conformers + by_columns, columns=names)


def crossing(columns: int, products: int) -> int:
    """The least number of conformers at which the kernel costs more than explicit columns."""
    count = np.arange(1, 100 * products)
    dearer = kernels.dual_cost(count, columns) > kernels.primal_cost(count, products)
    return int(count[dearer][0])


def _numbers(agreement: pd.DataFrame, fourier: pd.DataFrame) -> list[Number]:
    mean = fourier.groupby("features")[["kernel_rmse", "prediction_rmse"]].mean()
    power = np.polyfit(np.log(mean.index), np.log(mean["kernel_rmse"]), 1)[0]
    return [
        Number("products", agreement["products"].max(), "", "explicit columns"),
        Number("difference", agreement["difference"].max(), "kcal/mol", "largest difference"),
        Number("repeats", REPEATS, "", "draws of random features"),
        Number("fourier_least", mean.index[0], "", "fewest random features"),
        Number("fourier_most", mean.index[-1], "", "most random features"),
        Number("kernel_least", mean["kernel_rmse"].iloc[0], "", "kernel error of the fewest"),
        Number("kernel_most", mean["kernel_rmse"].iloc[-1], "", "kernel error of the most"),
        Number("power", power, "", "power of D that the kernel error follows"),
        Number("gap_most", mean["prediction_rmse"].iloc[-1], "kcal/mol", "prediction gap"),
    ]
