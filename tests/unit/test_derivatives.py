"""Derivatives of internal coordinates and of columns, against central differences."""

import itertools

import numpy as np
import pytest

import differences
from confsym.errors import StudyError
from confsym.features import differentiable
from confsym.features.functions import (
    Buffered147,
    BufferedInverse,
    Cosine,
    InversePower,
    Power,
    Sine,
)
from confsym.features.jointly import Jointly
from confsym.features.registry import FEATURES
from confsym.features.saturation import Saturation
from confsym.geometry import derivatives
from confsym.molecules import molecule
from confsym.molecules.topology import Topology
from confsym.registry import arguments, resolve

# A double bond; a triple bond and an amide; small and aromatic rings; halogens and sulfur.
SMILES = ["CC(O)C=C", "CC#CC(=O)NC", "C1CC1C(=O)O", "c1ccsc1F", "CS(=O)(=O)NCC(Cl)Br"]
STEP = 5e-5  # Å


def entry(kind: str, **chosen) -> dict:
    defaults = {name: p["default"] for name, p in FEATURES[kind].parameters.items()}
    return {"kind": kind} | defaults | chosen


def entries() -> list[dict]:
    """Kinds with derivatives, with every combination of values that a parameter lists."""
    found = []
    for row in FEATURES.values():
        listed = {name: p["enum"] for name, p in row.parameters.items() if "enum" in p}
        for values in itertools.product(*listed.values()):
            settings = entry(row.name, **dict(zip(listed, values, strict=True)))
            if row.derivatives and not row.why_no_derivatives(settings):
                found.append(settings)
    return found


ENTRIES = entries()


def name_of(settings: dict) -> str:
    return "-".join(str(settings[key]) for key in ("kind", "labels", "pairs") if key in settings)


def topology_of(smiles: str) -> Topology:
    return Topology.from_description(molecule.describe("x", smiles))


def columns_of(settings: dict, topology: Topology, floors: np.ndarray | None = None) -> Jointly:
    saturation = None if floors is None else Saturation(floors)
    return differentiable.columns_of([settings], topology, saturation)[0]


def angle_between(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.angle(one / other) if np.iscomplexobj(one) else one - other


MEASURES = {
    derivatives.distances: [[0, 1], [3, 2]],
    derivatives.angles: [[0, 1, 2], [3, 2, 0]],
    derivatives.angle_cosines: [[0, 1, 2], [3, 2, 0]],
    derivatives.dihedrals: [[0, 1, 2, 3], [3, 0, 1, 2]],
    derivatives.wedges: [[0, 1, 2, 3], [2, 0, 3, 1]],
}


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.__name__)
def test_coordinates(measure, rng):
    atoms = np.array(MEASURES[measure])
    positions = rng.normal(size=(4, 3))
    here, found = measure(positions[None], atoms)

    def from_here(some):
        return angle_between(measure(some, atoms)[0], here)

    slopes = differences.derivatives(from_here, positions, step=1e-4).reshape(4, 3, len(atoms))
    for number, each in enumerate(atoms):
        expected = slopes[each, :, number]
        np.testing.assert_allclose(found[0, number], expected, rtol=1e-6, atol=1e-7)


def test_a_line_of_atoms_has_finite_derivatives():
    line = np.array([[[0.0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 0, 0]]])
    for measure, atoms in MEASURES.items():
        assert np.isfinite(measure(line, np.array(atoms))[1]).all()


@pytest.mark.parametrize(
    "function",
    [
        Power(1),
        Power(4),
        Cosine(3),
        Sine(2),
        InversePower(6, 2.5),
        Buffered147(3.1),
        BufferedInverse(0.05),
    ],
    ids=repr,
)
def test_slopes_of_functions(function):
    def given(at):
        return np.exp(1j * at) if isinstance(function, Cosine | Sine) else at

    def value(at):
        return function.value(given(at))

    at = np.linspace(0.5, 4, 30)
    slope = differences.along(value, at, 1.0, step=1e-4)
    np.testing.assert_allclose(function.slope(given(at)), slope, rtol=1e-7, atol=1e-8)


def check(columns: Jointly, positions: np.ndarray) -> None:
    """Hold the Jacobian of a geometry against differences, and a weighted sum against it."""
    values, found = columns.jacobian(positions[None])
    expected = differences.derivatives(columns.values, positions, STEP)
    size = np.abs(found[0]).max(axis=0) + 1e-3
    assert (np.abs(found[0] - expected) / size).max() < 1e-6
    weights = np.random.default_rng(0).normal(size=len(columns.names))
    surface = columns.surface(weights)
    energy, gradient = surface.energies_and_gradients(positions[None])
    assert energy == pytest.approx(values @ weights, rel=1e-10, abs=1e-10)
    np.testing.assert_allclose(
        gradient.ravel(), found[0] @ weights, atol=1e-10 * np.abs(found).max()
    )


@pytest.mark.parametrize("settings", ENTRIES, ids=name_of)
@pytest.mark.parametrize("smiles", SMILES)
def test_columns(smiles, settings, conformers):
    _, positions = conformers(smiles, 5)
    topology = topology_of(smiles)
    columns = columns_of(settings, topology)
    table = resolve(FEATURES[settings["kind"]].function)
    names, values = table(positions, topology, **arguments(settings))
    assert columns.names == names
    for found in (columns.values(positions), columns.jacobian(positions)[0]):
        np.testing.assert_allclose(found, values, rtol=1e-10, atol=1e-10)
    check(columns, positions[0])


def near_degenerate(topology: Topology) -> list[np.ndarray]:
    """Butadiene, flat; with an eclipsed dihedral; with a nearly linear angle."""
    flat = np.array(
        [
            [-1.85, 0.38, 0],
            [-0.61, -0.15, 0],
            [0.61, 0.65, 0],
            [1.85, 0.12, 0],
            [-2.73, -0.25, 0],
            [-1.99, 1.45, 0],
            [-0.5, -1.23, 0],
            [0.5, 1.73, 0],
            [2.73, 0.75, 0],
            [1.99, -0.95, 0],
        ]
    )
    eclipsed = flat.copy()
    eclipsed[[3, 8, 9], 0] = flat[[3, 8, 9], 0] * 0.3 - [1.0, 2.0, 0]
    eclipsed[[3, 8, 9], 1] += 1.7
    bent = flat.copy()
    bent[2] = bent[1] + 1.4 * (bent[1] - bent[0]) / np.linalg.norm(bent[1] - bent[0]) + [0, 0.02, 0]
    return [flat, eclipsed, bent]


@pytest.mark.parametrize("settings", ENTRIES, ids=name_of)
def test_columns_of_flat_eclipsed_and_nearly_linear_molecules(settings, rng):
    topology = topology_of("C=CC=C")
    for positions in near_degenerate(topology):
        check(columns_of(settings, topology), positions + 1e-4 * rng.normal(size=(10, 3)))


@pytest.mark.parametrize("settings", ENTRIES, ids=name_of)
def test_saturated_columns(settings, conformers):
    smiles = SMILES[1]
    _, positions = conformers(smiles, 5)
    topology = topology_of(smiles)
    floors = np.full((len(topology.numbers),) * 2, 3.0)
    check(columns_of(settings, topology, floors), positions[0])


def test_saturated_columns_stay_finite_where_others_run_away(conformers):
    smiles = "CCCO"
    _, positions = conformers(smiles, 5)
    topology = topology_of(smiles)
    settings = entry("anharmonic_terms", labels="elements")
    plain = columns_of(settings, topology)
    level = columns_of(settings, topology, np.full((len(topology.numbers),) * 2, 2.0))
    squeezed = 0.3 * positions[:1]
    assert np.abs(plain.values(squeezed)).max() > 1e5
    assert np.abs(level.values(squeezed)).max() < 1e3


def test_every_kind_has_derivatives_or_says_why_not():
    for row in FEATURES.values():
        assert bool(row.derivatives) == any(settings["kind"] == row.name for settings in ENTRIES)
        assert row.derivatives or row.why_no_derivatives({})
    sorted_values = {"kind": "inverse_distances", "order": "sorted"}
    with pytest.raises(StudyError, match=r"inverse_distances has no derivatives.*kink"):
        differentiable.columns_of([sorted_values], topology_of("CO"))


def test_a_molecule_without_some_terms(conformers):
    _, positions = conformers("O", 2)
    topology = topology_of("O")
    for settings in ENTRIES:
        columns = columns_of(settings, topology)
        values, found = columns.jacobian(positions)
        assert found.shape == (len(positions), 9, values.shape[1])
