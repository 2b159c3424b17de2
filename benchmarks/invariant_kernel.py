"""An invariant kernel and invariant features are one thing: shown on a study's own conformers.

    .venv/bin/python benchmarks/invariant_kernel.py --results results/dimethyldecanol

Reads conformers, energies and split of a finished study. Prints how far the symmetrised kernel as
a double sum over pairs of distances is from the dot product of pair correlations, and how far
kernel ridge with the one is from ridge on the other, with processor times of one thread. Energies
in kcal/mol; the fits' times are the kernel's (features and choice of penalty with it) and ridge's
alone. Less than a minute.
"""

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import Ridge

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from confsym.conformers import ensemble
from confsym.storage import files
from confsym.features.pair_correlations import pair_correlations
from confsym.features.point_cloud import Clouds, point_cloud
from confsym.features.tables import compute
from confsym.models.build import build
from confsym.models.registry import MODELS
from confsym.models.symmetrised_kernel import double_sum
from confsym.conformers.split import TRAIN
from confsym.molecules.topology import Topology

KIND = MODELS["symmetrised_kernel_ridge"]
DEFAULTS = {name: entry["default"] for name, entry in KIND.parameters.items()}
PENALTY = 1e-4  # of the small model that is fitted to double sums
KERNEL = {name: DEFAULTS[name] for name in ("width", "cutoff", "separated")}


def timed(function: Callable, *arguments: Any) -> tuple[Any, float]:
    """What a call returns, and its processor seconds."""
    start = time.process_time()
    found = function(*arguments)
    return found, time.process_time() - start


def compare_kernels(positions: np.ndarray, topology: Topology) -> None:
    """Print how far the double sum is from the dot product of features."""
    clouds = Clouds.from_rows(point_cloud(positions, topology)[1])
    exact, slow = timed(lambda: double_sum(clouds, clouds, **KERNEL))
    (_, columns), fast = timed(lambda: pair_correlations(positions, topology, **KERNEL))
    found, product = timed(lambda: columns @ columns.T)
    apart = np.abs(found / exact - 1).max()
    print(f"kernel of {len(positions)} x {len(positions)} conformers, {columns.shape[1]} columns")
    print(f"  largest relative difference of the two routes   {apart:.1e}")
    print(f"  double sum                                      {1e3 * slow:.0f} ms")
    print(f"  features and their product                      {1e3 * (fast + product):.1f} ms")


def compare_models(positions: np.ndarray, topology: Topology, energy: np.ndarray) -> None:
    """Print how far a model of double sums alone is from the one that a study fits.

    The first two thirds train. The matrix is centred by its own means, not through features.
    """
    clouds = point_cloud(positions, topology)[1]
    known = np.arange(2 * len(positions) // 3)
    new = np.arange(len(known), len(positions))
    model = build(KIND.function, KIND.takes, DEFAULTS | {"alpha": [PENALTY]}, [])
    by_study = model.fit(clouds[known], energy[known]).predict(clouds[new])

    both = Clouds.from_rows(clouds)
    gram = double_sum(both, Clouds.from_rows(clouds[known]), **KERNEL)
    centred = gram - gram.mean(axis=1, keepdims=True) - gram[known].mean(axis=0)
    centred += gram[known].mean()
    centred /= np.trace(centred[known]) / len(known)
    mean = energy[known].mean()
    penalised = centred[known] + PENALTY * np.eye(len(known))
    by_double_sum = mean + centred[new] @ np.linalg.solve(penalised, energy[known] - mean)
    apart = np.abs(by_study - by_double_sum).max()
    print(f"predictions for {len(new)} conformers after {len(known)}, penalty {PENALTY:.0e}")
    print(f"  largest difference of the two routes (kcal/mol) {apart:.1e}")


def compare_predictions(
    cloud: np.ndarray, columns: np.ndarray, energy: np.ndarray, train: np.ndarray, test: np.ndarray
) -> None:
    """Print kernel ridge on clouds beside ridge on features, for each penalty and the chosen one.

    Round-off in the kernel's matrix weighs the more the smaller the penalty.
    """
    centred = columns - columns[train].mean(axis=0)
    centred /= np.sqrt(np.mean(np.sum(centred[train] ** 2, axis=1)))
    mean, spread = energy[train].mean(), energy[train].std()
    for alphas in ([1e-2], [1e-4], [1e-6], [1e-8], DEFAULTS["alpha"]):
        model = build(KIND.function, KIND.takes, DEFAULTS | {"alpha": alphas}, [])
        _, dual_s = timed(model.fit, cloud[train], energy[train])
        by_kernel, predict_s = timed(model.predict, cloud[test])
        ridge = Ridge(model.alpha_, fit_intercept=False, solver="svd")
        _, primal_s = timed(ridge.fit, centred[train], (energy[train] - mean) / spread)
        by_features = mean + spread * ridge.predict(centred[test])
        apart = np.abs(by_kernel - by_features).max()
        maes = [np.abs(found - energy[test]).mean() for found in (by_kernel, by_features)]
        chosen = "chosen" if len(alphas) > 1 else "given"
        print(
            f"| {len(train)} | {model.alpha_:.0e}, {chosen} | {maes[0]:.6f} | {maes[1]:.6f} "
            f"| {apart:.1e} | {dual_s:.1f} | {primal_s:.1f} | {1e3 * predict_s / len(test):.2f} |",
            flush=True,
        )


def main() -> None:
    """Read a study and print both comparisons."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=ROOT / "results/dimethyldecanol")
    parser.add_argument("--level", default="mmff94")
    given = parser.parse_args()
    if not (given.results / "split.csv").exists():
        sys.exit(f"{given.results} holds no finished study; run the default study first: make run")
    topology = Topology.from_description(files.read_json(given.results / "molecule.json"))
    positions = ensemble.read(given.results / "conformers/ensemble.npz").positions
    energy = files.read_csv(given.results / f"energies/{given.level}.csv")["energy_kcal_mol"]
    trains = files.read_csv(given.results / "split.csv")["partition"] == TRAIN
    train, test = np.flatnonzero(trains), np.flatnonzero(~trains)

    compare_kernels(positions[train[:20]], topology)
    compare_models(positions[train[:90]], topology, energy[train[:90]])
    name = "confsym.features.pair_correlations:pair_correlations"
    (_, columns), took = timed(compute, "pair_correlations", name, KERNEL, positions, topology)
    print(f"features of a conformer: {1e3 * took / len(positions):.3f} ms")
    _, cloud = point_cloud(positions, topology)
    print("| N | penalty | MAE, kernel | MAE, features | apart | fit, s | fit, s | predict, ms |")
    print("|---|---|---|---|---|---|---|---|")
    for size in (300, 1000, len(train)):
        part = np.random.default_rng(0).permutation(train)[:size]
        compare_predictions(cloud, columns, energy, part, test)


if __name__ == "__main__":
    main()
