"""Data that break formulas: finite numbers or one sentence, of every feature, model and table.

Warnings of NumPy are errors here, as in all tests.
"""

from collections import Counter
from functools import cache, partial
from itertools import product

import numpy as np
import pytest
from rdkit.Chem import rdDistGeom

from confsym.conformers.split import TEST, TRAIN
from confsym.energies.force_fields import mmff94
from confsym.energies.labels import Labels
from confsym.errors import StudyError
from confsym.evaluation import calibration, forces, geometries, intervals, predictions
from confsym.features import tables
from confsym.features.registry import FEATURES
from confsym.models import fitted
from confsym.models.registry import MODELS
from confsym.molecules import molecule
from confsym.molecules.topology import Topology
from confsym.registry import ORIGINAL

FINITE = "finite"
ROWS = 60


@cache
def embedded(smiles: str, count: int) -> np.ndarray:
    """(count, atoms, 3) Å: conformers, each atom moved by some 0.03 Å."""
    target = molecule.build("m", smiles)
    rdDistGeom.EmbedMultipleConfs(target, count, randomSeed=7)
    positions = np.array([one.GetPositions() for one in target.GetConformers()])
    return positions + np.random.default_rng(1).normal(scale=0.03, size=positions.shape)


def in_line(*places: float) -> np.ndarray:
    """All atoms on one axis, stretched a little from one geometry to the next."""
    positions = np.zeros((ROWS, len(places), 3))
    positions[:, :, 0] = np.linspace(0.95, 1.05, ROWS)[:, None] * places
    return positions


def flat(smiles: str) -> np.ndarray:
    """All atoms in one plane to the last digit."""
    positions = embedded(smiles, ROWS)
    middle = positions - positions.mean(axis=1, keepdims=True)
    turned = middle @ np.linalg.svd(middle)[2].transpose(0, 2, 1)  # widest axes first
    turned[:, :, 2] = 0.0
    return turned


GEOMETRIES = {  # the SMILES, and positions (n, atoms, 3) of its atoms
    "three atoms": ("O", lambda: embedded("O", ROWS)),
    "three atoms in line": ("O=C=O", lambda: in_line(-1.17, 0.0, 1.17)),
    "four atoms in line": ("C#C", lambda: in_line(-0.6, 0.6, -1.66, 1.66)),
    "flat": ("C=O", lambda: flat("C=O")),
    "flat ring": ("c1ccccc1", lambda: flat("c1ccccc1")),
    "a conformer many times": ("CO", lambda: np.repeat(embedded("CO", 1), ROWS, axis=0)),
    "four conformers many times": ("CCO", lambda: np.repeat(embedded("CCO", 4), 15, axis=0)),
    "many conformers": ("CCO", lambda: embedded("CCO", ROWS)),
    "200 atoms": ("C" * 66, lambda: embedded("C" * 66, 2)),
}
SMALL = [name for name in GEOMETRIES if name != "200 atoms"]


def topology_of(smiles: str) -> Topology:
    """Elements and bonds."""
    return Topology.from_description(molecule.describe("m", smiles))


def outcome(work, *arguments) -> str:
    """`FINITE`, or the sentence of a refusal; anything else fails."""
    try:
        found = work(*arguments)
    except StudyError as error:
        said = str(error)
        assert "\n" not in said
        assert said.endswith(".")
        return said
    for values in found:
        assert np.isfinite(values).all()
    return FINITE


# Features.


@cache
def columns(kind: str, name: str) -> np.ndarray:
    """(n, features) of a kind with its defaults."""
    smiles, positions = GEOMETRIES[name]
    row = FEATURES[kind]
    settings = {key: schema["default"] for key, schema in row.parameters.items()}
    return tables.compute(kind, row.function, settings, positions(), topology_of(smiles))[1]


def feature(kind: str, name: str) -> list[np.ndarray]:
    return [columns(kind, name)]


@pytest.mark.parametrize("kind", FEATURES)
@pytest.mark.parametrize("name", SMALL)
def test_features(kind, name):
    said = outcome(feature, kind, name)
    assert said == FINITE or kind in said


# Models of energies.

TWICE = np.repeat(np.arange(ROWS // 2), 2)
WAYS = {  # columns (n, features) and energies (n,), made hard in one way
    "as they are": lambda x, e: (x, e),
    "conformers twice": lambda x, e: (x[TWICE], e[TWICE]),
    "conformers twice, energies not": lambda x, e: (x[TWICE], e),
    "one conformer": lambda x, e: (x[[0] * ROWS], e[[0] * ROWS]),
    "constant energies": lambda x, e: (x, np.full(ROWS, -3.25)),
    "energies of 1e6": lambda x, e: (x, 1e6 * e),
    "energies about 1e6": lambda x, e: (x, 1e6 + e),
    "energies of 1e-12": lambda x, e: (x, 1e-12 * e),
    "few rows": lambda x, e: (x[:12], e[:12]),
}
WAYS_OF_COLUMNS = {  # the same, for models that need not know what their columns are
    "one column": lambda x, e: (x[:, -1:], e),
    "one constant column": lambda x, e: (np.full((ROWS, 1), 2.0), e),
    "nearly collinear": lambda x, e: (np.hstack([x, x + 1e-10 * np.sin(1e3 * x), x]), e),
    "columns of 1e6 and of 1e-12": lambda x, e: (np.hstack([1e6 * x, 1e-12 * x]), e),
}
OF_ENERGIES = [
    (kind, way)
    for kind, row in MODELS.items()
    for way in [*WAYS, *({} if row.reads else WAYS_OF_COLUMNS)]
    if row.function
]


def settings_of(kind: str) -> dict:
    """Defaults, examples of what has none, and few steps and conformers."""
    parameters = MODELS[kind].parameters.items()
    given = {
        key: one["default"] if "default" in one else one["examples"][0] for key, one in parameters
    }
    few = {"steps": 20, "conformers": 10}
    return given | {key: value for key, value in few.items() if key in given}


def of_energies(kind: str, way: str) -> list[np.ndarray]:
    """Numbers that a model fitted to two thirds predicts, and those of tables about them."""
    row, (smiles, positions) = MODELS[kind], GEOMETRIES["many conformers"]
    energy, _ = mmff94(molecule.build("m", smiles), positions(), "m")
    values = columns(row.reads or "raw_coordinates", "many conformers")
    values, energy = (WAYS | WAYS_OF_COLUMNS)[way](values, energy)
    train = np.arange(len(values)) % 3 > 0
    known = np.flatnonzero(train), values[train], energy[train]
    model = fitted.fit(row.function, row.takes, settings_of(kind), [values.shape[1]], *known)
    predict = partial(fitted.predict, model, row.deviation)
    poses = {ORIGINAL: values, "moved": values * (1 + 1e-9)}
    return of_tables(predict, poses, energy, train)


def of_tables(predict, poses: dict, energy: np.ndarray, train: np.ndarray) -> list[np.ndarray]:
    """Predicted numbers, and those of the tables about them; R² where it is defined."""
    every, none = np.arange(len(energy)), np.zeros_like(energy)
    partition = np.where(train, TRAIN, TEST)
    numbered = {name: (every, one) for name, one in poses.items()}
    table = predictions.predictions(predict, numbered, energy, none, partition)
    note = predictions.remark_on(table, none)
    predictions.absurd(table)  # says it, or nothing
    metrics = predictions.metrics(table, note)
    known = {
        one: np.ptp(energy[partition == one]) >= predictions.EQUAL_BELOW for one in (TRAIN, TEST)
    }
    defined = np.array([known[one] for one in metrics["partition"]])
    assert np.isnan(metrics["r2"][~defined]).all()
    assert note or defined.all()
    names = ("mae", "rmse", "max_error", "defect_rms", "defect_max")
    numbers = [table["predicted"], metrics["r2"][defined], *(metrics[name] for name in names)]
    missed = {("x", intervals.ENERGY): intervals.of_energies(table)}
    widths = intervals.table(missed)
    numbers.append(widths["half_width_kcal_mol"][widths["note"] != few(partition)])
    if "predicted_std" in table:
        assert (table["predicted_std"] >= 0).all()
        found = calibration.table(missed)
        numbers += [found["observed"], found["half_width_kcal_mol"]]
    return numbers


def few(partition: np.ndarray) -> str:
    """What the table of intervals says of so few held-out conformers."""
    return intervals.too_few(int((partition == TEST).sum()))


@pytest.mark.parametrize(("kind", "way"), [one for one in OF_ENERGIES if "network" not in one[0]])
def test_models_of_energies(kind, way):
    assert outcome(of_energies, kind, way) == FINITE


# Models of energies and forces.

SIZES = {"as they are": 1.0, "of 1e6": 1e6, "of 1e-12": 1e-12, "none": 0.0}
WITH_FORCES = [
    (kind, name, size)
    for kind, row in MODELS.items()
    for name in SMALL
    for size in SIZES
    if row.forces and (size == "as they are" or name == "many conformers")
]


def with_forces(kind: str, name: str, size: str) -> list[np.ndarray]:
    """Numbers of a model fitted to two thirds, and of the tables about them."""
    row, (smiles, place) = MODELS[kind], GEOMETRIES[name]
    positions, topology = place(), topology_of(smiles)
    energy, gradients = mmff94(molecule.build("m", smiles), positions, "m")
    energy, computed = SIZES[size] * energy, -SIZES[size] * gradients
    reads = FEATURES[row.reads or "force_field_terms"]
    settings = {key: one["default"] for key, one in reads.parameters.items()}
    train = np.arange(len(energy)) % 3 > 0
    model = fitted.fit_with_forces(
        row.forces,
        settings_of(kind),
        [{"kind": reads.name} | settings],
        topology,
        positions,
        Labels(energy, np.zeros_like(energy), computed, np.zeros_like(computed)),
        np.flatnonzero(train),
    )
    poses = {
        ORIGINAL: geometries.Geometries(positions, topology),
        "moved": geometries.Geometries(positions + 1, topology),
    }
    numbers = of_tables(geometries.predicting(model, topology), poses, energy, train)
    _, predicted = model.energies_and_forces(positions)
    deviation = None
    if hasattr(model, "deviations"):
        of_energy, deviation = model.deviations(positions)
        numbers += [of_energy, deviation]
    sets = {
        name: forces.Forces(
            np.flatnonzero(chosen),
            computed[chosen],
            predicted[chosen],
            None if deviation is None else deviation[chosen],
        )
        for name, chosen in ((TRAIN, train), (TEST, ~train))
    }
    table = forces.table(sets, topology.numbers)
    metrics = forces.metrics(table)
    errors = ("mae_kcal_mol_angstrom", "rmse_kcal_mol_angstrom", "max_error_kcal_mol_angstrom")
    widths = intervals.table({("x", intervals.FORCE): intervals.of_forces(table)})
    return [
        *numbers,
        predicted,
        *(metrics[name] for name in errors),
        widths["half_width_kcal_mol_angstrom"],
    ]


LINEAR = [one for one in WITH_FORCES if one[0] in ("linear_force_field", "cartesian_gp")]


@pytest.mark.parametrize(("kind", "name", "size"), LINEAR)
def test_models_of_forces(kind, name, size):
    said = outcome(with_forces, kind, name, size)
    assert ("are zero, so that there is nothing to learn" in said) == (size == "none")
    # Of one conformer there is nothing to leave out.
    assert (" different training " in said) == (name == "a conformer many times")
    assert said == FINITE or size == "none" or name == "a conformer many times"


@pytest.mark.long  # the network's own compiler takes minutes
def test_all_kinds_of_models_and_the_large_molecule(record):
    found = {
        "feature tables": [outcome(feature, *one) for one in product(FEATURES, GEOMETRIES)],
        "models of energies": [outcome(of_energies, *one) for one in OF_ENERGIES],
        "models of forces": [outcome(with_forces, *one) for one in WITH_FORCES],
    }
    counts = {what: (sum(one == FINITE for one in said), len(said)) for what, said in found.items()}
    sentences = Counter(one for said in found.values() for one in said if one != FINITE)
    record(
        "numerics",
        "fits every kind of model to copies of one conformer, constant energies, energies of 10⁶ "
        "and of 10⁻¹² kcal/mol, more columns than rows, single and nearly collinear columns; "
        "computes every kind of feature for 3 atoms, atoms in one line or plane, and 200 atoms",
        "; ".join(
            f"{finite} of {every} {what} are finite" for what, (finite, every) in counts.items()
        )
        + f"; the others are refused in a sentence ({len(sentences)} different ones)",
    )
