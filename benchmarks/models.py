"""Time fit and prediction of each kind of model against the number of training conformers.

    .venv/bin/python benchmarks/models.py

Each kind with its defaults on energies of MMFF94, and on forces where it learns no energies alone.
A kind that reads one kind of feature gets that one, others get sorted inverse distances. Each fit
runs in a process of its own, whose peak memory is that of the fit with the conformers. What fits a
class of the user's choice takes what that class takes, and is left out; so is the Gaussian process
on gradients, which the default molecule has too many symmetries for and `gradient_gp.py` measures.
About three minutes.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from measuring import alone, arguments, attempts, clocked, default_molecule, kept, processor_seconds
from recording import exponent, load, record, spread

from confsym.energies.force_fields import mmff94
from confsym.energies.labels import Labels
from confsym.features.registry import FEATURES
from confsym.features.tables import compute
from confsym.models import fitted
from confsym.models.registry import MODELS
from confsym.molecules import molecule
from confsym.molecules.topology import Topology

SORTED = {"kind": "inverse_distances", "order": "sorted"}
TERMS = {"kind": "force_field_terms", "labels": "mmff_types", "pairs": "mmff_radii"}
SIZES = [300, 1000, 3000]
OTHER_SIZES = {
    "symmetrised_kernel_ridge": [100, 300, 1000],
    "equivariant_network": [100, 300],
    "cartesian_gp": [10, 40],
    "linear_force_field": [30, 100, 300],
}
REFUSED = ("gradient_gp",)  # by the default molecule
TESTED = 300  # conformers
REPEATS = 3
LONG = 2.0  # processor seconds of a fit that is not repeated


class Cost(NamedTuple):
    """Processor seconds of fits, and of predictions for `TESTED` conformers."""

    fit: list[float]
    predict: list[float]


def with_defaults(row: Any, settings: dict[str, Any]) -> dict[str, Any]:
    """Settings of a kind, those left out at their defaults."""
    defaults = {name: one["default"] for name, one in row.parameters.items() if "default" in one}
    return defaults | settings


def fits(fit: Callable[[], Any]) -> tuple[Any, list[float]]:
    """The model, and processor seconds of each of `REPEATS` fits, or of one that takes long."""
    model, _, first = clocked(fit)
    return model, [first] + ([] if first > LONG else processor_seconds(fit, REPEATS - 1))


def fit_and_predict(kind: str, size: int, cache: Path) -> Cost:
    """Fit one kind to the first conformers and predict the next ones."""
    name, smiles = default_molecule()
    topology = Topology.from_description(molecule.describe(name, smiles))
    positions = attempts(size + TESTED, cache)
    energy, gradients = mmff94(molecule.build(name, smiles), positions, name)
    row = MODELS[kind]
    settings = with_defaults(row, {"kind": kind})
    asked = {"kind": row.reads} if row.reads else SORTED if row.function else TERMS
    feature = with_defaults(FEATURES[asked["kind"]], asked)
    train = np.arange(size)
    if row.function:
        function = FEATURES[feature["kind"]].function
        _, values = compute(name, function, feature, positions, topology)
        job = (row.function, row.takes, settings, [values.shape[1]], train)
        model, seconds = fits(lambda: fitted.fit(*job, values[train], energy[train]))
        return Cost(seconds, processor_seconds(lambda: model.predict(values[size:]), REPEATS))
    labels = Labels(energy, np.zeros_like(energy), -gradients, np.zeros_like(gradients))
    job = (row.forces, settings, [feature], topology, positions, labels, train)
    model, seconds = fits(lambda: fitted.fit_with_forces(*job))
    predict = lambda: model.energies_and_forces(positions[size:])  # noqa: E731
    return Cost(seconds, processor_seconds(predict, REPEATS))


def main() -> None:
    """Measure each kind at each size."""
    given, before = arguments(__doc__), load()
    kinds = ["linear_force_field"] if given.quick else MODELS
    rows, growth = [], []
    with kept(given.cache) as cache:
        attempts(max(SIZES) + TESTED if not given.quick else 20 + TESTED, cache)
        for kind in kinds:
            if MODELS[kind].names_code or kind in REFUSED:
                continue
            sizes = [10, 20] if given.quick else OTHER_SIZES.get(kind, SIZES)
            found = []
            for size in sizes:
                cost, memory = alone(fit_and_predict, kind, size, cache)
                found.append(spread(cost.fit)["median"])
                rows.append(
                    {
                        "model": kind,
                        "learns": "energies" if MODELS[kind].function else "energies and forces",
                        "training conformers": size,
                        "fit (s)": spread(cost.fit),
                        "prediction (ms each)": spread(1e3 * one / TESTED for one in cost.predict),
                        "peak memory (MB)": memory,
                    }
                )
                print(rows[-1], flush=True)
            row = {"model": kind, "from": sizes[0], "to": sizes[-1]}
            growth.append(row | {"exponent of the fit": exponent(sizes, found)})
    record("models", given, before, {"times": rows, "growth": growth})


if __name__ == "__main__":
    main()
