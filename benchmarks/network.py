"""The network with scalar and with vector messages: error, time, and how well symmetries hold.

    .venv/bin/python benchmarks/network.py

Reads conformers, energies and molecule of the default study from results/, fits each network with
one thread to the first 2,500 conformers of the shuffled order in which the study splits them, and
prints the error on all held-out ones, the largest change of an energy when they are moved, and the
largest change of a force beyond turning along. About three minutes, on a core of its own.
"""

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from confsym.conformers import ensemble
from confsym.molecules import molecule
from confsym.storage import files
from confsym.energies import tables
from confsym.conformers.ensemble import Ensemble
from confsym.features.point_cloud import point_cloud
from confsym.models.build import build
from confsym.models.registry import MODELS
from confsym.conformers.split import shuffled
from confsym.molecules.topology import Topology
from confsym.transforms.order import topology_after
from confsym.transforms.moved import moved

SPLIT = {"train": 3000, "seed": 0}  # of config/config.yaml
MOTIONS = {
    "translated": {"kind": "translation", "vector": [1, 1, 1]},
    "rotated": {"kind": "rotation", "seed": 1},
    "reflected": {"kind": "reflection", "normal": [1, 0, 0]},
    "random pose": {"kind": "random_pose", "seed": 2, "displacement": 1.0},
    "relabelled": {"kind": "relabelling", "seed": 3},
    "swapped": {"kind": "equivalent_swap", "seed": 4},
}
KIND = MODELS["equivariant_network"]
DEFAULTS = {name: parameter["default"] for name, parameter in KIND.parameters.items()}


def defects(network, still: Ensemble, description: dict) -> dict[str, float]:
    """Largest change of a predicted energy under each motion, kcal/mol."""
    target = molecule.build(description["name"], description["smiles"])
    topology = Topology.from_description(description)
    before = network.predict(point_cloud(still.positions, topology)[1])
    found = {}
    for name, motion in MOTIONS.items():
        after = moved(still, np.ones(len(still), dtype=bool), target, motion)
        rows = point_cloud(after.positions, topology_after(topology, motion))[1]
        found[name] = float(np.abs(network.predict(rows) - before).max())
    return found


def force_defect(network, positions: np.ndarray, topology: Topology) -> float:
    """Largest change of a force beyond turning and mirroring with the conformer, kcal/mol/Å."""
    turn = -Rotation.random(rng=np.random.default_rng(0)).as_matrix()
    still, turned = (
        network.forces(point_cloud(places, topology)[1]) for places in (positions, positions @ turn)
    )
    return float(np.abs(turned - still @ turn).max())


def main() -> None:
    """Fit and print a table for each kind of message and number of training conformers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=Path("results/dimethyldecanol"))
    parser.add_argument("--size", type=int, nargs="+", default=[2500], help="training conformers")
    parser.add_argument("--settings", type=json.loads, default={}, help="others, as JSON")
    given = parser.parse_args()
    everyone = ensemble.read(given.results / "conformers/ensemble.npz")
    energy = tables.read(given.results / "energies/mmff94.csv")
    description = files.read_json(given.results / "molecule.json")
    topology = Topology.from_description(description)
    rows = point_cloud(everyone.positions, topology)[1]
    order = shuffled(len(energy), SPLIT["seed"])
    test = np.sort(order[SPLIT["train"] :])
    headings = ["messages", "N", "fit (s)", "MAE", "RMSE", *MOTIONS, "forces"]
    print("|", " | ".join(headings), "|\n" + "|---" * len(headings) + "|", flush=True)
    for size in given.size:
        for messages in ("scalar", "vector"):
            settings = DEFAULTS | {"messages": messages} | given.settings
            network = build(KIND.function, KIND.takes, settings, [rows.shape[1]])
            train = np.sort(order[:size])
            start = time.perf_counter()
            network.fit(rows[train], energy[train])
            took = time.perf_counter() - start
            error = network.predict(rows[test]) - energy[test]
            cells = [messages, str(size), f"{took:.0f}"]
            cells += [f"{np.abs(error).mean():.3f}", f"{np.sqrt(np.mean(error**2)):.3f}"]
            changes = defects(network, everyone.take(test), description)
            changes["forces"] = force_defect(network, everyone.positions[test[:50]], topology)
            cells += [f"{change:.0e}" for change in changes.values()]
            print("|", " | ".join(cells), "|", flush=True)


if __name__ == "__main__":
    main()
