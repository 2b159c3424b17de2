"""The network on point clouds.

scikit-learn's own checks of estimators do not apply: they fit to tables of any shape, and this one
reads point clouds alone.
"""

import logging
import os
import pickle
import subprocess
import sys
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.base import clone

import warm
from confsym.conformers.ensemble import Ensemble
from confsym.energies import force_fields
from confsym.errors import StudyError
from confsym.features.point_cloud import Clouds, point_cloud
from confsym.models.labelled import Labelled
from confsym.models.network import training
from confsym.models.network.checkpoint import Checkpoint
from confsym.models.network.design import design, initial, inputs
from confsym.models.network.equivariant import EquivariantNetwork
from confsym.models.network.layers import basis, energies, forces, vector_messages
from confsym.models.network.pairs import Pairs, pairs_of, ranges
from confsym.models.network.with_forces import ForceNetwork, with_forces
from confsym.molecules import molecule
from confsym.molecules.topology import Topology
from confsym.provenance import imports
from confsym.transforms.moved import moved
from confsym.transforms.order import topology_after
from differences import along
from studies import ROOT

SMILES = "C[C@H](F)CO"
SMALL = {"channels": 8, "gaussians": 8, "steps": 200, "batch": 16, "learning_rate": 0.02}
MOTIONS = {
    "translation": {"kind": "translation", "vector": [13.0, -21.0, 7.0]},
    "rotation": {"kind": "rotation", "seed": 5},
    "reflection": {"kind": "reflection", "normal": [1, 2, -1]},
    "random_pose": {"kind": "random_pose", "seed": 5, "displacement": 3.0},
    "relabelling": {"kind": "relabelling", "seed": 5},
    "equivalent_swap": {"kind": "equivalent_swap", "seed": 5},
}
VARIANTS = [("scalar", True), ("vector", True), ("vector", False)]
JAX_IN = {"equivariant", "layers", "training", "one_thread", "with_forces", "tuning"}


@pytest.fixture(scope="module")
def topology() -> Topology:
    return Topology.from_description(molecule.describe("x", SMILES))


@pytest.fixture(scope="module")
def data(conformers):
    """Conformers of every shape, shaken so that bonds and angles vary as well, and energies."""
    target, found = conformers(SMILES, 200)
    shaken = found + 0.02 * np.random.default_rng(1).normal(size=found.shape)
    energy, _ = force_fields.mmff94(target, shaken, "x")
    whole = energy < 60  # embedding tears one in a hundred of so small a molecule
    return shaken[whole], energy[whole]


@pytest.fixture(scope="module")
def positions(data):
    return data[0]


@pytest.fixture(scope="module")
def energy(data):
    return data[1]


@pytest.fixture(scope="module")
def rows(positions, topology):
    return point_cloud(positions, topology)[1]


@pytest.fixture(scope="module")
def fitted(rows, energy):
    """A network of each variant, fitted once: function of (messages, bonds)."""
    known: dict = {}

    def fit(messages: str, bonds: bool) -> EquivariantNetwork:
        if (messages, bonds) not in known:
            network = EquivariantNetwork(messages, bonds, **SMALL)
            known[messages, bonds] = network.fit(rows[:150], energy[:150])
        return known[messages, bonds]

    return fit


def leaves(network: EquivariantNetwork) -> bytes:
    return b"".join(leaf.tobytes() for leaf in jax.tree.leaves(network.parameters_))


def test_it_is_a_scikit_learn_regressor(fitted, rows, energy):
    network = fitted("vector", True)
    assert clone(network).get_params() == network.get_params()
    assert network.set_params(seed=0) is network
    copy = pickle.loads(pickle.dumps(network))
    assert (copy.predict(rows[150:]) == network.predict(rows[150:])).all()
    assert network.score(rows[150:], energy[150:]) > 0.5
    kinds = {type(leaf) for leaf in jax.tree.leaves(network.parameters_)}
    assert kinds == {np.ndarray}
    assert b"jaxlib" not in pickle.dumps(network)


@pytest.mark.parametrize(("messages", "bonds"), VARIANTS)
def test_it_learns(messages, bonds, fitted, rows, energy):
    network = fitted(messages, bonds)
    error = np.abs(network.predict(rows[150:]) - energy[150:]).mean()
    of_the_mean = np.abs(energy[:150].mean() - energy[150:]).mean()
    assert error < (0.5 if bonds else 0.95) * of_the_mean
    assert network.validation_mae_ < (0.5 if bonds else 0.95) * of_the_mean


@pytest.mark.parametrize("motion", MOTIONS)
@pytest.mark.parametrize(("messages", "bonds"), VARIANTS)
def test_no_motion_changes_an_energy(
    messages, bonds, motion, fitted, conformers, positions, topology
):
    target, _ = conformers(SMILES, 200)
    before = Ensemble(positions, topology.numbers, np.arange(len(positions)))
    everyone = np.ones(len(positions), dtype=bool)
    after = moved(before, everyone, target, MOTIONS[motion])
    assert np.abs(after.positions - positions).max() > 0.1
    other = point_cloud(after.positions, topology_after(topology, MOTIONS[motion]))[1]
    network = fitted(messages, bonds)
    change = network.predict(other) - network.predict(point_cloud(positions, topology)[1])
    assert np.abs(change).max() < 1e-10  # kcal/mol


def test_exchanging_atoms_that_bonds_tell_apart_changes_the_energy(fitted, positions, topology):
    order = np.arange(len(topology.numbers))
    hydrogens = np.flatnonzero(topology.numbers == 1)[[0, -1]]  # of CH3 and of OH
    order[hydrogens] = hydrogens[::-1]
    rows, swapped = (point_cloud(p, topology)[1] for p in (positions, positions[:, order]))
    network = fitted("vector", True)
    assert np.abs(network.predict(swapped) - network.predict(rows)).mean() > 1
    blind = fitted("vector", False)  # sees a molecule without bonds, in which nothing has changed
    assert np.abs(blind.predict(swapped) - blind.predict(rows)).max() < 1e-10


@pytest.mark.parametrize(("messages", "bonds"), VARIANTS)
def test_forces_against_differences(messages, bonds, fitted, positions, topology, rng):
    network = fitted(messages, bonds)
    some = positions[:5]
    found = network.forces(point_cloud(some, topology)[1])
    assert found.shape == some.shape

    def energy(positions):
        return network.predict(point_cloud(positions, topology)[1])

    for _ in range(5):
        direction = rng.normal(size=some.shape)
        expected = -np.einsum("nax,nax->n", found, direction)
        slopes = along(energy, some, direction, step=1e-4)
        np.testing.assert_allclose(slopes, expected, rtol=1e-6, atol=1e-5)
    assert np.abs(found.sum(axis=1)).max() < 1e-10
    assert np.abs(found).max() > 1


@pytest.mark.parametrize("sign", [1, -1], ids=["rotation", "reflection"])
@pytest.mark.parametrize("messages", ["scalar", "vector"])
def test_forces_turn_with_the_molecule(messages, sign, fitted, positions, topology, rng):
    turn = orthogonal(rng, sign)
    network = fitted(messages, True)
    still, turned = (
        network.forces(point_cloud(p, topology)[1]) for p in (positions, positions @ turn)
    )
    np.testing.assert_allclose(turned, still @ turn, rtol=0, atol=1e-9)
    assert np.abs(turned - still).max() > 1


@pytest.mark.parametrize("sign", [1, -1], ids=["rotation", "reflection"])
def test_vector_channels_turn_with_the_molecule(sign, rng):
    atoms, pairs, batch, channels = 4, 6, 3, 5
    first, second = np.triu_indices(atoms, 1)
    unit = rng.normal(size=(pairs, 3, batch, 1))
    vectors = rng.normal(size=(atoms, 3, batch, channels))
    filters = rng.normal(size=(pairs, batch, 2 * channels))
    sent = rng.normal(size=(atoms, batch, 2 * channels))
    turned = partial(np.einsum, "xy,ayic->axic", orthogonal(rng, sign))
    with jax.enable_x64(True):
        still = vector_messages(filters, sent, vectors, unit, first, second)
        after = vector_messages(filters, sent, turned(vectors), turned(unit), first, second)
    np.testing.assert_allclose(after, turned(still), rtol=0, atol=1e-12)
    assert np.abs(after - still).max() > 0.1


def orthogonal(rng, sign: int) -> np.ndarray:
    """A random rotation, or with sign -1 one with a reflection."""
    matrix = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    return matrix * sign * np.sign(np.linalg.det(matrix))


def random_network(pairs: Pairs, places, vector: bool, cutoff: float, rng):
    """The plan, parameters and inputs of a network that has learned nothing, in float64."""
    plan = design(pairs, vector, 2, cutoff)
    elements = len(np.unique(pairs.elements))
    start = initial(plan, elements, 6, 7, rng)
    start["pair_energy"] = start["pair_energy"] + 0.5
    start["layers"] = [layer | {"bias": rng.normal(size=6)} for layer in start["layers"]]
    parameters = jax.tree.map(lambda x: np.asarray(x, dtype=float), start)
    return plan, parameters, inputs(pairs, ranges(pairs, places, cutoff))


@pytest.mark.parametrize(("messages", "bonds"), VARIANTS)
def test_energies_against_loops_over_atoms(messages, bonds, positions, topology, rows, rng):
    clouds = Clouds.from_rows(rows)
    pairs = pairs_of(clouds, bonds)
    plan, parameters, fixed = random_network(pairs, positions, messages == "vector", 3.0, rng)
    with jax.enable_x64(True):
        found = np.asarray(energies(plan, parameters, fixed, positions[:3]))
    spans = dict(
        zip(map(tuple, pairs.classes.tolist()), ranges(pairs, positions, 3.0), strict=True)
    )
    expected = [loops(plan, parameters, spans, place, topology, bonds) for place in positions[:3]]
    np.testing.assert_allclose(found, expected, rtol=1e-10)
    assert np.ptp(expected) > 1e-3


def loops(plan, p, spans, place, topology, bonds) -> float:
    """The energy of one conformer, from each atom's point of view."""
    atoms, channels = range(len(place)), len(p["atom_bias"])
    kinds = sorted(spans)
    near = [kind for kind in kinds if kind[0] in (1, 2)]
    pointing = (near or kinds) if plan.vector else []

    def silu(x):
        return x / (1 + np.exp(-x))

    def kind_of(i, j):
        apart = min(int(topology.bond_distances[i, j]), 4) if bonds else 0
        return apart, *sorted((int(topology.numbers[i]), int(topology.numbers[j])))

    def values(i, j):
        kind, distance = kind_of(i, j), np.linalg.norm(place[i] - place[j])
        low, high = spans[kind]
        width = (high - low) / 6
        bells = [np.exp(-((distance - low - k * width) ** 2) / (2 * width**2)) for k in range(7)]
        inside = 0.5 * (1 + np.cos(np.pi * distance / 3.0)) if distance < 3.0 else 0.0
        return np.array(bells) * (1.0 if kind in near else inside)

    def part(name, i, j, number):
        weights = p[name][kinds.index(kind_of(i, j))]
        return values(i, j) @ weights[:, number * channels : (number + 1) * channels]

    size = (len(place) - 1) ** -0.5
    directed = [(i, j) for i in atoms for j in atoms if i != j and kind_of(i, j) in pointing]
    elements = sorted(set(topology.numbers.tolist()))
    s = [p["element"][elements.index(number)] for number in topology.numbers.tolist()]
    v = [np.zeros((3, channels)) for _ in atoms]
    for number, layer in enumerate(p["layers"]):
        sent = [np.split(one @ layer["send"], 3 if plan.vector else 1) for one in s]
        mixed = [
            size
            * sum(part("filters", i, j, number) * sent[j][0] for j in atoms if j != i)
            @ layer["scalar"]
            + s[i] @ layer["keep"]
            + layer["bias"]
            for i in atoms
        ]
        if plan.vector:
            came = [np.zeros((3, channels)) for _ in atoms]
            for i, j in directed:
                unit = (place[j] - place[i]) / np.linalg.norm(place[j] - place[i])
                came[i] += np.outer(unit, part("directed", i, j, 2 * number) * sent[j][1])
                came[i] += v[j] * part("directed", i, j, 2 * number + 1) * sent[j][2]
            scale = (len(directed) / len(place)) ** -0.5
            v = [v[i] + scale * came[i] for i in atoms]
            for i in atoms:
                inner = ((v[i] @ layer["left"]) * (v[i] @ layer["right"])).sum(axis=0)
                mixed[i] = mixed[i] + inner @ layer["dot"]
        s = [s[i] + silu(mixed[i]) @ layer["update"] for i in atoms]
        if plan.vector:
            v = [v[i] + (v[i] @ layer["left"]) * (silu(mixed[i]) @ layer["gate"]) for i in atoms]
    partner = [1 + one @ p["pair_partner"] for one in s]
    total = sum(silu(one @ p["atom_hidden"] + p["atom_bias"]) @ p["atom_energy"] for one in s)
    for i in atoms:
        for j in range(i):
            last = part("filters", i, j, len(p["layers"]))
            total += (last * partner[i] * partner[j]) @ p["pair_energy"]
    return float(total)


@pytest.mark.parametrize("messages", ["scalar", "vector"])
def test_energy_and_slope_are_continuous_at_the_cutoff(messages, rng):
    """Two atoms, not bonded; beyond the cut-off neither knows of the other."""
    apart = np.array([1.0, 2.0, 2.9, 3 - 1e-4, 3 + 1e-4, 5.0])
    places = np.zeros((len(apart), 2, 3))
    places[:, 1, 0] = apart
    pairs = Pairs(np.array([1, 9]), *np.array([[0], [1]]), np.array([[0, 1, 9]]), np.array([1]))
    network = random_network(pairs, places, messages == "vector", 3.0, rng)
    with jax.enable_x64(True):
        found = np.asarray(energies(*network, places))
        slopes = np.abs(np.asarray(forces(*network, places))).max(axis=(1, 2))
    assert np.ptp(found[3:]) < 1e-7 < np.abs(found[2] - found[5])
    assert slopes[3] < 1e-3 < slopes[2]
    assert (slopes[4:] == 0).all()


def test_the_basis_spans_its_range():
    span = np.array([[1.0, 3.0]])
    found = np.asarray(basis(jnp.array([[1.0, 2.0, 3.0]]), span, 5))[0]
    assert found.argmax(axis=1).tolist() == [0, 2, 4]
    np.testing.assert_allclose(found.max(axis=1), 1)
    np.testing.assert_allclose(found[1, 1], np.exp(-0.5), rtol=1e-6)


def test_few_conformers_are_not_gone_through_more_than_300_times():
    rest = {"learning_rate": 1e-3, "weight_decay": 0.0}
    assert training.schedule(2250, 4000, 32, **rest).steps == 4000
    plan = training.schedule(90, 4000, 32, **rest)
    assert plan.steps == 600
    order = training.batches(90, plan, 0)
    assert order.shape == (20, 30, 32)
    for turn in order.reshape(300, 64):
        assert len(set(turn.tolist())) == 64
    assert training.schedule(9, 30, 32, **rest).steps == 40


PROGRAM = """
import hashlib, os, sys
os.sched_setaffinity(0, map(int, sys.argv[1:]))
import numpy as np
from confsym.features.point_cloud import point_cloud
from confsym.models.network.equivariant import EquivariantNetwork
from molecules import three_atoms
import jax
places = np.random.default_rng(0).normal(size=(600, 3, 3))
rows = point_cloud(places, three_atoms(6, 6, 6))[1]
network = EquivariantNetwork("scalar", False, channels=64, layers=1, batch=256, steps=20)
network.fit(rows, places[:, 0, 0] ** 2)
known = hashlib.sha256(network.predict(rows).tobytes())
for leaf in jax.tree.leaves(network.parameters_):
    known.update(leaf.tobytes())
print(known.hexdigest())
"""


def test_the_number_of_cores_changes_no_bit():
    cores = sorted(os.sched_getaffinity(0))
    found = []
    free = {name: value for name, value in os.environ.items() if name not in warm.ONE_THREAD}
    for some, told in ((cores[:1], "1"), (cores, "4")):
        paths = os.pathsep.join([str(ROOT / "workflow/scripts"), str(ROOT / "tests")])
        process = subprocess.run(
            [sys.executable, "-c", PROGRAM, *map(str, some)],
            env=free | {"PYTHONPATH": paths, "PJRT_NPROC": told, "XLA_FLAGS": ""},
            capture_output=True,
            text=True,
            check=True,
        )
        found.append(process.stdout)
    assert found[0] == found[1]
    assert len(found[0]) == 65


def killed(monkeypatch, network, rows, energy, path) -> None:
    """Fit, and die when the third checkpoint has been written."""
    written = []

    def write(self, arrays):
        original(self, arrays)
        written.append(1)
        if len(written) == 3:
            raise KeyboardInterrupt

    original = Checkpoint.write
    with monkeypatch.context() as patch:
        patch.setattr(Checkpoint, "write", write)
        with pytest.raises(KeyboardInterrupt):
            network.fit(rows, energy, checkpoint=path)
    assert path.exists()


def test_a_killed_fit_goes_on_to_the_same_bits(fitted, rows, energy, tmp_path, monkeypatch, caplog):
    path = tmp_path / "model.joblib.checkpoint"
    whole = fitted("vector", True)
    again = clone(whole)
    killed(monkeypatch, again, rows[:150], energy[:150], path)
    caplog.clear()
    with caplog.at_level(logging.INFO, logger="confsym"):
        again.fit(rows[:150], energy[:150], checkpoint=path)
    assert "going on from the checkpoint" in caplog.text
    assert caplog.text.count("MAE") == training.ROUNDS - 3
    assert leaves(again) == leaves(whole)
    assert again.validation_mae_ == whole.validation_mae_
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("change", ["settings", "energies", "garbage"])
def test_a_checkpoint_of_something_else_is_left(
    change, fitted, rows, energy, tmp_path, monkeypatch, caplog
):
    path = tmp_path / "checkpoint"
    whole = fitted("vector", True)
    if change == "garbage":
        path.write_bytes(b"PK\x03\x04 cut off")
    else:
        other = clone(whole).set_params(seed=1 if change == "settings" else 0)
        killed(monkeypatch, other, rows[:150], energy[:150] + (change == "energies"), path)
    with caplog.at_level(logging.INFO, logger="confsym"):
        again = clone(whole).fit(rows[:150], energy[:150], checkpoint=path)
    assert "starting anew" in caplog.text
    assert leaves(again) == leaves(whole)
    assert not path.exists()


def test_a_checkpoint_that_was_cut_off_or_has_another_bit_is_left(tmp_path, rng):
    checkpoint = Checkpoint(tmp_path / "checkpoint", "digest")
    checkpoint.write([rng.normal(size=(2, 2))])
    content = checkpoint.path.read_bytes()
    assert len(checkpoint.read()) == 1
    for place in range(len(content)):
        flipped = content[:place] + bytes([content[place] ^ 1 << place % 8]) + content[place + 1 :]
        for damaged in (flipped, content[:place]):
            checkpoint.path.write_bytes(damaged)
            assert checkpoint.read() is None


def test_a_checkpoint_depends_on_all_that_the_training_does(monkeypatch):
    """Data, settings, conformers, the package's code, and the packages that it imports."""
    data, member = (np.zeros((3, 2)), np.zeros(3)), np.arange(3)
    digest = EquivariantNetwork()._digest(*data, member)
    assert digest == EquivariantNetwork()._digest(*data, member)
    found = [
        EquivariantNetwork(seed=1)._digest(*data, member),
        EquivariantNetwork()._digest(*data, member // 2),
        EquivariantNetwork()._digest(data[0] + 1, data[1], member),
        EquivariantNetwork()._digest(data[0], data[1] + 1, member),
    ]
    version = imports.version
    for package in ("jax", "jaxlib", "optax", "numpy"):
        with monkeypatch.context() as patch:
            patch.setattr(imports, "version", lambda n, p=package: "0" if n == p else version(n))
            found.append(EquivariantNetwork()._digest(*data, member))
    read = Path.read_bytes
    for module in ("point_cloud.py", "layers.py", "training.py"):
        with monkeypatch.context() as patch:
            patch.setattr(Path, "read_bytes", lambda p, m=module: read(p) + b"#" * (p.name == m))
            found.append(EquivariantNetwork()._digest(*data, member))
    assert len({digest, *found}) == len(found) + 1


def refusal(function, *arguments) -> str:
    with pytest.raises(StudyError) as caught:
        function(*arguments)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def cloud(conformers, smiles: str) -> np.ndarray:
    _, places = conformers(smiles, 3)
    return point_cloud(places, Topology.from_description(molecule.describe("x", smiles)))[1]


@pytest.mark.parametrize(
    ("smiles", "wanted"),
    [
        ("CCO", "9 atoms, but the network was trained on a molecule of 12"),
        ("C[C@H](Cl)CO", "atomic number 17, which the network was not trained on"),
        ("FCCCO", "of another molecule than the network was trained on"),
    ],
)
def test_other_molecules_are_refused(smiles, wanted, fitted, conformers):
    assert wanted in refusal(fitted("vector", True).predict, cloud(conformers, smiles))


def test_rows_that_no_network_can_read_are_refused(fitted, rows, energy):
    network = clone(fitted("scalar", True))
    assert "9 training conformers and needs at least 10" in refusal(
        network.fit, rows[:9], energy[:9]
    )
    broken = rows[:20].copy()
    broken[7, 3] = np.nan
    assert "row 7 of the point clouds" in refusal(network.fit, broken, energy[:20])
    assert "row 7 of the point clouds" in refusal(fitted("scalar", True).predict, broken)
    mixed = rows[:20].copy()
    mixed[4, [36, 37]] = mixed[4, [37, 36]] + [0, 1]
    assert "differ in their elements or bonds" in refusal(network.fit, mixed, energy[:20])
    with pytest.raises(ValueError, match="7 columns are no point cloud"):
        network.fit(np.zeros((20, 7)), energy[:20])


def test_a_training_that_diverges_says_so(fitted, rows, energy):
    wild = clone(fitted("scalar", True)).set_params(learning_rate=1e30)
    assert "diverged" in refusal(wild.fit, rows[:50], energy[:50])


def test_nothing_else_imports_jax():
    """But lessons that are about it: other jobs need not have it, nor wait for it."""
    found = set()
    for path in (ROOT / "workflow/scripts").rglob("*.py"):
        tops = {name.partition(".")[0] for name in imports.imports(path)}
        if tops & {"jax", "jaxlib", "optax"} and "concepts" not in path.parts:
            found.add(path.stem)
    assert found == JAX_IN
    program = "import sys, confsym.models.registry, confsym.study.check, confsym.models.fitted\n"
    program += "sys.exit('jax' in sys.modules)"
    env = os.environ | {"PYTHONPATH": str(ROOT / "workflow/scripts")}
    assert subprocess.run([sys.executable, "-c", program], env=env, check=False).returncode == 0


# Trained on forces.


@pytest.fixture(scope="module")
def learned(data, topology, conformers):
    target, _ = conformers(SMILES, 1)
    positions, energy = data
    _, gradients = force_fields.mmff94(target, positions, "x")
    known = Labelled(topology, positions, energy, -gradients)
    train = known.of(np.arange(len(energy) - 40))
    return with_forces(train, [], **SMALL | {"steps": 400}), known.of(np.arange(40) - 40)


def test_a_network_learns_forces(learned):
    model, unseen = learned
    energy, forces = model.energies_and_forces(unseen.positions)
    assert np.abs(energy - unseen.energy).mean() < 0.6 * np.abs(unseen.energy).mean()
    assert np.abs(forces - unseen.forces).mean() < 0.5 * np.abs(unseen.forces).mean()


@pytest.mark.parametrize("height", [1, 1e-6])  # of 1e-6, all atoms all but in a plane
def test_its_forces_are_minus_the_gradient(height, learned, rng):
    model, unseen = learned
    positions = unseen.positions[0] * [1, 1, height]
    _, (forces,) = model.energies_and_forces(positions[None])

    def energy(positions):
        return model.energies_and_forces(positions)[0]

    directions = rng.normal(size=(5, *positions.shape))
    directions /= np.linalg.norm(directions, axis=(1, 2), keepdims=True)
    slopes, expected = along(energy, positions, directions), -np.tensordot(directions, forces, 2)
    np.testing.assert_allclose(slopes, expected, rtol=0, atol=1e-6 * np.linalg.norm(forces))


def test_its_state_gives_the_same_network_back(learned):
    model, unseen = learned
    again = ForceNetwork.from_state(*model.state())
    for one, other in zip(
        model.energies_and_forces(unseen.positions),
        again.energies_and_forces(unseen.positions),
        strict=True,
    ):
        assert np.array_equal(one, other)
    assert repr(again) == repr(model)
    energy, forces = again.energies_and_forces(unseen.positions[:0])
    assert (energy.shape, forces.shape) == ((0,), (0, *unseen.positions.shape[1:]))
