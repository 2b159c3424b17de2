"""What kernels centred on some of the training rows cost in accuracy, on a study's own conformers.

    .venv/bin/python benchmarks/inducing.py --results results/dimethyldecanol

Reads the sorted inverse distances and the energies of a finished study. Fits each kernel method to
4,000 conformers, centred on all of them and on 500, 1,000 and 2,000: as unlike each other as can
be, or at random; and to the latter conformers alone. Prints the MAE on 2,000 others, kcal/mol, and
processor seconds of one thread. About two minutes.
"""

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import argparse
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from confsym.energies import tables
from confsym.models import inducing
from confsym.models.build import build
from confsym.models.registry import MODELS
from confsym.storage.parquet import read_feature_sets

TRAINED, TESTED = 4000, 2000
SIZES = (500, 1000, 2000, TRAINED)
KINDS = ("kernel_ridge", "additive_gp")
SEED = 0


def at_random(points: np.ndarray, count: int) -> np.ndarray:
    """Choose rows at random."""
    return np.sort(np.random.default_rng(SEED).permutation(len(points))[:count])


WAYS = {"farthest": inducing.farthest_rows, "random": at_random}
ALONE = "alone"


def row(kind: str, count: int, way: str, train: tuple, test: tuple) -> str:
    """Fit and test once, and say how it went."""
    registered = MODELS[kind]
    settings = {name: one["default"] for name, one in registered.parameters.items()}
    settings["inducing_points"] = count
    model = build(registered.function, registered.takes, settings, [train[0].shape[1]])
    if way == ALONE:
        train = tuple(part[at_random(train[0], count)] for part in train)
    else:
        inducing.farthest_rows = WAYS[way]
    start = time.process_time()
    model.fit(*train)
    fitted = time.process_time() - start
    start = time.process_time()
    error = np.abs(model.predict(test[0]) - test[1]).mean()
    predicted = 1e3 * (time.process_time() - start) / len(test[0])
    return f"{kind:14} {way:9} {count:6} {error:9.4f} {fitted:8.1f} {predicted:11.3f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--feature", default="sorted_distances")
    arguments = parser.parse_args()
    folder = arguments.results
    values = read_feature_sets([folder / f"features/{arguments.feature}/original.parquet"])[1]
    energy = tables.read(folder / "energies/mmff94.csv")
    order = np.random.default_rng(SEED).permutation(len(values))
    train, test = order[:TRAINED], order[TRAINED:][:TESTED]
    print("kind           way       points  MAE       fit (s)  predict (ms)")
    for kind in KINDS:
        for count in SIZES:
            for way in (*WAYS, ALONE) if count < TRAINED else (ALONE,):
                parts = ((values[part], energy[part]) for part in (train, test))
                print(row(kind, count, way, *parts), flush=True)


if __name__ == "__main__":
    main()
