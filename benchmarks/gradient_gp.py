"""Errors of the Gaussian process on energies and forces of published data, and how long it takes.

    python benchmarks/gradient_gp.py FOLDER [ethanol_50 ethanol_200 ethanol_1000 acac b3lyp]

FOLDER holds ethanol_pbe_train.xyz, ethanol_pbe_test.xyz, ethanol_b3lyp.npz, acac_train_300K.xyz,
acac_test_MD_300K.xyz and acac_test_MD_600K.xyz; docs/own_data.md says where they come from.
"""

import logging
import sys
import time
from pathlib import Path

import numpy as np
from ase.io import read
from measuring import parser_of
from recording import load, record

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
    """Fit each run's model and predict its test sets."""
    parser = parser_of(__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("runs", nargs="*", default=list(RUNS), metavar="run")
    given, before = parser.parse_args(), load()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    rows = []
    for name in given.runs:
        file, count, tests = RUNS[name]
        settings = SETTINGS | QUICKER.get(name, {})
        if given.quick:
            count, settings = 20, {"steps": 5, "tuning_size": 10, "seed": 0}
        known = labelled(given.folder / file)
        start = time.process_time()
        model = gradient_gp(known.of(np.arange(count)), [], **settings)
        fitted = time.process_time() - start
        for test in tests:
            data = labelled(given.folder / test)
            data = data.of(np.arange(2000, 4000)) if test == file else data
            start = time.process_time()
            energy, forces = model.energies_and_forces(data.positions)
            each = (time.process_time() - start) / len(data.energy)
            rows.append({"geometries": Path(file).stem, "trained on": count})
            rows[-1]["tested on"] = Path(test).stem
            for what, missed in (("energy", energy - data.energy), ("force", forces - data.forces)):
                unit = "meV" if what == "energy" else "meV/Å"
                size = np.abs(missed) * 1e3 / EV
                rows[-1][f"{what} MAE ({unit})"] = float(np.mean(size))
                rows[-1][f"{what} RMSE ({unit})"] = float(np.sqrt(np.mean(size**2)))
            rows[-1] |= {"tuning and fit (s)": fitted, "a geometry (ms)": 1e3 * each}
            print(rows[-1], flush=True)
    record("gradient_gp", given, before, {"errors": rows})


if __name__ == "__main__":
    main()
