"""Errors of the Gaussian process on energies and forces of published data, and how long it takes.

    python benchmarks/gradient_gp.py FOLDER [ethanol_50 ethanol_200 ethanol_1000 acac b3lyp]

FOLDER holds ethanol_pbe_train.xyz, ethanol_pbe_test.xyz, ethanol_b3lyp.npz, acac_train_300K.xyz,
acac_test_MD_300K.xyz and acac_test_MD_600K.xyz; docs/own_data.md says where they come from.
"""

import argparse
import json
import logging
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow/scripts"))

import numpy as np
from ase.io import read

from confsym.datasets.order import bonds_of
from confsym.datasets.units import ENERGY_UNITS
from confsym.models.gradient_gp.process import gradient_gp
from confsym.models.labelled import Labelled
from confsym.molecules.topology import Topology

EV = ENERGY_UNITS["eV"]  # kcal/mol
SETTINGS = {"steps": 150, "tuning_size": 60, "seed": 0}  # the defaults
QUICKER = {
    "acac": {"steps": 100, "tuning_size": 50}
}  # 72 relabellings of 105 pairs take their time
RUNS = {
    "ethanol_50": ("ethanol_pbe_train.xyz", 50, ("ethanol_pbe_test.xyz",)),
    "ethanol_200": ("ethanol_pbe_train.xyz", 200, ("ethanol_pbe_test.xyz",)),
    "ethanol_1000": ("ethanol_pbe_train.xyz", 1000, ("ethanol_pbe_test.xyz",)),
    "acac": ("acac_train_300K.xyz", 500, ("acac_test_MD_300K.xyz", "acac_test_MD_600K.xyz")),
    "b3lyp": ("ethanol_b3lyp.npz", 1000, ("ethanol_b3lyp.npz",)),
}


def labelled(path: Path) -> Labelled:
    """Read all geometries of a file, with energies and forces."""
    if path.suffix == ".npz":
        data = np.load(path)
        order = np.random.default_rng(0).permutation(len(data["R"]))[:4000]
        numbers, positions = data["z"], data["R"][order].astype(float)
        energy, forces = data["E"][order].ravel().astype(float), data["F"][order].astype(float)
    else:
        frames = read(path, ":")
        numbers = frames[0].numbers
        positions = np.array([frame.positions for frame in frames])
        energy = EV * np.array([frame.get_potential_energy() for frame in frames])
        forces = EV * np.array([frame.get_forces() for frame in frames])
    bonds = bonds_of(positions[0], numbers)
    none = np.zeros(len(numbers))
    single = np.ones(len(bonds))
    topology = Topology(numbers, bonds, single, single, none, none.astype(bool))
    return Labelled(topology, positions, energy, forces)


def main() -> None:
    """Print a row for each run and test set, and write them to gradient_gp.json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("runs", nargs="*", default=list(RUNS), metavar="run")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    rows = []
    for name in arguments.runs:
        file, count, tests = RUNS[name]
        known = labelled(arguments.folder / file)
        start = time.process_time()
        model = gradient_gp(known.of(np.arange(count)), [], **SETTINGS | QUICKER.get(name, {}))
        fitted = time.process_time() - start
        for test in tests:
            data = labelled(arguments.folder / test)
            data = data.of(np.arange(2000, 4000)) if test == file else data
            start = time.process_time()
            energy, forces = model.energies_and_forces(data.positions)
            each = (time.process_time() - start) / len(data.energy)
            errors = {}
            for unit, size in (("meV", 1e3 / EV), ("kcal_mol", 1)):
                for what, missed in (("e", energy - data.energy), ("f", forces - data.forces)):
                    errors[f"{what}_mae_{unit}"] = float(size * np.mean(np.abs(missed)))
                    errors[f"{what}_rmse_{unit}"] = float(size * np.sqrt(np.mean(missed**2)))
            times = {"fit_s": fitted, "predict_ms": 1e3 * each}
            rows.append({"run": name, "test": test} | times | errors)
            numbers = ", ".join(f"{key} {value:.3g}" for key, value in (times | errors).items())
            print(f"{name} on {test}: {numbers}", flush=True)
    Path("gradient_gp.json").write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
