"""Each formula against a slower way of writing it."""

import itertools
import math
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdMolTransforms
from scipy import constants

from confsym.errors import StudyError
from confsym.features.coulomb import coulomb_eigenvalues
from confsym.features.distances import inverse_distances
from confsym.features.internal import internal_coordinates
from confsym.features.raw import raw_coordinates
from confsym.features.registry import FEATURES, feature_row
from confsym.features.tables import compute
from confsym.geometry.internal import dihedral_phases
from confsym.molecules import molecule
from confsym.molecules.topology import Topology
from confsym.registry import arguments, resolve

SMILES = ["CC(CCC)CC(C)(CCCC)O", "CC#CC(O)Cl", "C1CC1C=O", "O"]


@pytest.fixture(params=SMILES)
def case(request, conformers):
    target, positions = conformers(request.param, 6)
    return target, positions, Topology.from_description(molecule.describe("x", request.param))


def test_raw_coordinates(case):
    _, positions, topology = case
    names, values = raw_coordinates(positions, topology)
    assert names[:4] == ["x_0", "y_0", "z_0", "x_1"]
    assert values[2, names.index("z_1")] == positions[2, 1, 2]
    assert values.shape == (6, 3 * len(topology.numbers))


def test_internal_coordinates_against_rdkit(case):
    target, positions, topology = case
    names, values = internal_coordinates(positions, topology, "cos", 3)
    _, signed = internal_coordinates(positions, topology, "sin_cos", 3)
    signed_names, _ = internal_coordinates(positions, topology, "sin_cos", 3)
    holder = Chem.Conformer(len(topology.numbers))
    holder.SetPositions(np.ascontiguousarray(positions[0]))
    for name, value in [*zip(names, values[0]), *zip(signed_names, signed[0])]:  # noqa: B905
        what, *atoms = name.split("_")
        atoms = [int(atom) for atom in atoms]
        if what == "bond":
            expected = rdMolTransforms.GetBondLength(holder, *atoms)
        elif what == "angle":
            expected = rdMolTransforms.GetAngleRad(holder, *atoms)
        elif what == "sin":
            expected = math.sin(rdMolTransforms.GetDihedralRad(holder, *atoms))
        else:
            multiple = int(what[3:] or 1)
            expected = math.cos(multiple * rdMolTransforms.GetDihedralRad(holder, *atoms))
        assert value == pytest.approx(expected, abs=1e-9), name
    assert len(set(names)) == len(names)
    assert len([n for n in names if n.startswith("bond")]) == target.GetNumBonds()


def test_a_flat_dihedral_is_a_number():
    line = np.array([[[0.0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 1, 0]]])
    assert dihedral_phases(line, np.array([[0, 1, 2, 3]])) == 1


def test_inverse_distances_in_the_order_of_the_atoms(case):
    _, positions, topology = case
    names, values = inverse_distances(positions, topology, "atoms")
    pairs = list(itertools.combinations(range(len(topology.numbers)), 2))
    assert names == [f"inverse_{i}_{j}" for i, j in pairs]
    for column, (i, j) in enumerate(pairs):
        distance = math.dist(positions[3, i], positions[3, j])
        assert values[3, column] == pytest.approx(1 / distance, rel=1e-12)


def test_sorted_inverse_distances_against_loops(case):
    _, positions, topology = case
    names, values = inverse_distances(positions, topology, "sorted")
    for conformer in range(6):
        sets = defaultdict(list)
        for i, j in itertools.combinations(range(len(topology.numbers)), 2):
            elements = sorted([int(topology.numbers[i]), int(topology.numbers[j])])
            key = (*elements, int(topology.bond_distances[i, j]))
            sets[key].append(1 / math.dist(positions[conformer, i], positions[conformer, j]))
        expected = {
            f"inverse_{'_'.join(map(str, key))}_{rank}": value
            for key, members in sets.items()
            for rank, value in enumerate(sorted(members, reverse=True))
        }
        assert set(names) == set(expected)
        found = dict(zip(names, values[conformer], strict=True))
        assert found == pytest.approx(expected, rel=1e-12)


def test_coulomb_eigenvalues_against_loops(case):
    _, positions, topology = case
    names, values = coulomb_eigenvalues(positions, topology)
    size = len(topology.numbers)
    matrix = np.empty((size, size))
    for i, j in itertools.product(range(size), repeat=2):
        charge = topology.numbers[i] * topology.numbers[j]
        if i == j:
            matrix[i, j] = 0.5 * topology.numbers[i] ** 2.4
        else:
            distance = math.dist(positions[4, i], positions[4, j]) * constants.angstrom
            matrix[i, j] = charge * constants.value("Bohr radius") / distance
    expected = sorted(np.linalg.eigvals(matrix).real, reverse=True)
    np.testing.assert_allclose(values[4], expected, rtol=1e-9, atol=1e-9)
    assert len(names) == size


def test_chunks_change_nothing(conformers, monkeypatch):
    _, positions = conformers("CCC(C)O", 30)
    topology = Topology.from_description(molecule.describe("x", "CCC(C)O"))
    settings = {"kind": "inverse_distances", "order": "sorted"}
    function = "confsym.features.distances:inverse_distances"
    names, whole = compute("x", function, settings, positions, topology)
    monkeypatch.setattr("confsym.features.tables.CHUNK", 7)
    again, parts = compute("x", function, settings, positions, topology)
    assert names == again
    assert (whole == parts).all()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda p: p.__setitem__((2, 0, 0), np.nan), "features.mine: conformer 2"),
        (lambda p: p.__setitem__((2, 0), p[2, 1]), "features.mine: column inverse_0_1"),
    ],
)
def test_positions_that_are_no_molecule(conformers, spoil, says):
    _, positions = conformers("CCC(C)O", 30)
    spoil(positions)
    topology = Topology.from_description(molecule.describe("x", "CCC(C)O"))
    function = "confsym.features.distances:inverse_distances"
    settings = {"kind": "inverse_distances", "order": "atoms"}
    with np.errstate(divide="ignore"), pytest.raises(StudyError, match=says):
        compute("mine", function, settings, positions, topology)


RDKITS = ("energy_terms", "rdkit_3d", "morgan")  # RDKit builds their molecule of the bonds


def _cases():
    for kind, row in FEATURES.items():
        if kind in RDKITS:
            continue
        defaults = {name: entry["default"] for name, entry in row.parameters.items()}
        yield pytest.param(row, defaults, id=kind)
        for name, value in row.needs_none_when:
            yield pytest.param(row, defaults | {name: value}, id=f"{kind} {name} {value}")


@pytest.mark.parametrize(("row", "settings"), list(_cases()))
def test_what_says_that_it_needs_no_bonds_has_the_same_values_with_others(
    row, settings, conformers
):
    """Of acetylacetone's enol: its proton on either oxygen, at the same positions."""
    smiles = "CC(=O)C=C(C)O"
    _, positions = conformers(smiles, 3)
    description = molecule.describe("x", smiles)
    here = Topology.from_description(description)
    atoms = description["atoms"]
    proton = next(
        bond["atoms"]
        for bond in description["bonds"]
        if {atoms[k]["number"] for k in bond["atoms"]} == {1, 8}
    )
    ketone = next(k for k, atom in enumerate(atoms) if atom["number"] == 8 and k not in proton)
    enol = next(k for k in proton if atoms[k]["number"] == 8)
    place = [sorted(bond) for bond in here.bonds.tolist()].index(sorted(proton))
    bonds = here.bonds.copy()
    bonds[place] = [ketone, next(k for k in proton if k != enol)]
    there = replace(here, bonds=bonds)
    parameters = arguments(settings)
    one, other = (resolve(row.function)(positions, of, **parameters)[1] for of in (here, there))
    same = one.shape == other.shape and np.array_equal(one, other)
    if not row.takes_bonds(settings):
        assert same
    else:
        assert not same  # it could do without them


def test_what_rdkit_or_the_user_computes_is_taken_to_need_bonds():
    for kind in RDKITS:
        assert FEATURES[kind].takes_bonds({"kind": kind})
    assert feature_row({"kind": "mine.py:radius"}).takes_bonds({"kind": "mine.py:radius"})
