"""What a feature kind claims holds on random motions; what it does not claim is seen to fail."""

import itertools

import numpy as np
import pytest

from confsym.conformers.ensemble import Ensemble
from confsym.features.registry import FEATURES
from confsym.molecules import molecule
from confsym.molecules.topology import Topology
from confsym.registry import SYMMETRIES, arguments, resolve
from confsym.transforms.moved import moved
from confsym.transforms.order import topology_after

# Chiral; linear; many equivalent atoms; a ring with a hetero atom.
MOLECULES = {
    "chiral": "C[C@H](F)CO",
    "linear": "CC#CC#N",
    "equivalent": "CC(C)(C)CC(C)(C)C",
    "ring": "C1CCOC1C",
}
ATTEMPTS = 30
MOTIONS = {
    "translation": {"kind": "translation", "vector": [1.3, -2.1, 0.7]},
    "rotation": {"kind": "rotation", "seed": 5},
    "reflection": {"kind": "reflection", "normal": [1, 2, -1]},
    "relabelling": {"kind": "relabelling", "seed": 5},
    "equivalent_swap": {"kind": "equivalent_swap", "seed": 5},
}


def values_of(parameter: dict) -> list:
    """The values that a parameter lists; of a list of such values each alone, and the default."""
    if "enum" in parameter.get("items", {}):
        return [*([value] for value in parameter["items"]["enum"]), parameter["default"]]
    return parameter.get("enum", [parameter["default"]])


def entries() -> list[dict]:
    """Every feature kind with every combination of values that a parameter lists."""
    found = []
    for row in FEATURES.values():
        choices = {name: values_of(parameter) for name, parameter in row.parameters.items()}
        for values in itertools.product(*choices.values()):
            found.append({"kind": row.name} | dict(zip(choices, values, strict=True)))
    return found


def change(settings: dict, name: str, symmetry: str, conformers) -> float:
    """Largest change of a feature under a motion, relative to the largest value."""
    target, positions = conformers(MOLECULES[name], ATTEMPTS)
    topology = Topology.from_description(molecule.describe("x", MOLECULES[name]))
    ensemble = Ensemble(positions, topology.numbers, np.arange(len(positions)))
    everyone = np.ones(len(positions), dtype=bool)
    motion = MOTIONS[symmetry]
    copy = moved(ensemble, everyone, target, motion)
    function = resolve(FEATURES[settings["kind"]].function)
    _, before = function(positions, topology, **arguments(settings))
    _, after = function(copy.positions, topology_after(topology, motion), **arguments(settings))
    return float(np.abs(after - before).max() / np.abs(before).max())


def identity(settings: dict) -> str:
    """The kind, and the values of those parameters that have more than one here."""
    parameters = FEATURES[settings["kind"]].parameters
    chosen = [name for name, parameter in parameters.items() if len(values_of(parameter)) > 1]
    return "-".join([settings["kind"], *(str(settings[name]) for name in chosen)])


@pytest.mark.parametrize("symmetry", SYMMETRIES)
@pytest.mark.parametrize("settings", entries(), ids=identity)
def test_claims(settings, symmetry, conformers):
    changes = {name: change(settings, name, symmetry, conformers) for name in MOLECULES}
    if symmetry in FEATURES[settings["kind"]].claims(settings):
        assert max(changes.values()) < 1e-9, f"the row claims {symmetry}: {changes}"
    else:
        assert max(changes.values()) > 1e-3, f"the row has to claim {symmetry}: {changes}"


def test_reflection_of_a_chiral_molecule_is_seen_by_signed_dihedrals(conformers):
    settings = {"kind": "internal_coordinates", "dihedrals": "sin_cos", "multiples": 3}
    assert change(settings, "chiral", "reflection", conformers) > 0.1


def test_values_are_continuous_where_distances_are_nearly_tied(conformers):
    """Sorting values keeps a small displacement small, even through a change of order.

    RDKit rounds its 3D descriptors to 0.001, the largest step that anything may take.
    """
    _, positions = conformers(MOLECULES["equivalent"], ATTEMPTS)
    topology = Topology.from_description(molecule.describe("x", MOLECULES["equivalent"]))
    jitter = 1e-7 * np.random.default_rng(0).normal(size=positions.shape)
    for settings in entries():
        function = resolve(FEATURES[settings["kind"]].function)
        _, before = function(positions, topology, **arguments(settings))
        _, after = function(positions + jitter, topology, **arguments(settings))
        size = np.maximum(1, np.abs(before).max(axis=0))
        # A step of RDKit's rounding to 0.001 is not a jump.
        assert (np.abs(after - before) / size).max() < 1.001e-3, settings
