"""Paths between conformers, and what each feature kind claims along them."""

from itertools import pairwise

import numpy as np
import pytest
from test_symmetry import entries, identity

from confsym.features.registry import FEATURES
from confsym.molecules import molecule
from confsym.molecules.topology import Topology
from confsym.registry import arguments, resolve
from confsym.symmetry import paths
from confsym.symmetry.jumps import CONTINUOUS, jumps

RING = "C1CCOC1C"


def described(smiles: str) -> tuple[dict, Topology]:
    description = molecule.describe("x", smiles)
    return description, Topology.from_description(description)


def turn_of(smiles: str, positions: np.ndarray) -> tuple[paths.Path | None, str]:
    description, topology = described(smiles)
    classes = [atom["equivalence_class"] for atom in description["atoms"]]
    return paths.relabelling(positions, range(len(positions)), topology, classes)


def distances(positions: np.ndarray) -> np.ndarray:
    return np.linalg.norm(positions[:, :, None] - positions[:, None], axis=-1)


@pytest.mark.parametrize("smiles", ["CCC(C)O", "O", "O=C=O", "C", "CC(F)(F)F", "CN", "C=C"])
def test_a_relabelling_ends_where_it_began_with_other_labels(smiles, conformers):
    target, positions = conformers(smiles)
    path, why = turn_of(smiles, positions)
    assert why == ""
    start, *_, end = path.at(np.linspace(0, 1, 11))
    moved = np.abs(end - start).max(axis=1) > 1e-9
    assert 2 <= moved.sum() <= 3
    conformer = int(path.about.split("conformer ")[1].split()[0])
    np.testing.assert_allclose(start, positions[conformer], atol=1e-12)
    # Each atom that moves is where another of its element was.
    for atom in np.flatnonzero(moved):
        others = [other for other in np.flatnonzero(moved) if np.allclose(end[atom], start[other])]
        assert len(others) == 1
        assert others[0] != atom
        elements = [target.GetAtomWithIdx(int(one)).GetAtomicNum() for one in (atom, others[0])]
        assert elements[0] == elements[1]
    assert paths.clearance(path.at(paths.LOOKS)).min() > 0.6
    bonds = described(smiles)[1].bonds
    lengths = distances(path.at(paths.LOOKS))[:, bonds[:, 0], bonds[:, 1]]
    assert (np.ptp(lengths, axis=0) < 0.1).all()


def test_a_path_is_as_long_as_its_pieces(conformers):
    _, positions = conformers("CCC(C)O")
    path, _ = turn_of("CCC(C)O", positions)
    fine = path.at(np.linspace(0, 1, 4001))
    pieces = sum(np.sqrt(((b - a) ** 2).sum()) for a, b in pairwise(fine))
    assert path.length == pytest.approx(pieces, rel=1e-4)


@pytest.mark.parametrize(
    ("smiles", "why"),
    [
        ("C#N", "no two atoms of the molecule are equivalent"),
        ("c1ccccc1", "no two equivalent atoms hang on one atom, to turn about it"),
    ],
)
def test_a_molecule_without_such_a_path_says_why(smiles, why, conformers):
    _, positions = conformers(smiles)
    assert turn_of(smiles, positions) == (None, why)


def test_a_straight_path_joins_superposed_conformers_of_one_stereoisomer(conformers):
    _, positions = conformers("CCC(C)O", 60)
    isomers = np.where(np.arange(60) % 2, "R", "S")
    path, why = paths.straight(positions, np.arange(100, 160), isomers)
    assert why == ""
    here, there = (int(part.split()[0]) - 100 for part in path.about.split("conformer ")[1:])
    assert isomers[here] == isomers[there]
    start, middle, end = path.at(np.array([0, 0.5, 1.0]))
    for place, conformer in ((start, here), (end, there)):
        np.testing.assert_allclose(
            distances(place[None]), distances(positions[conformer][None]), atol=1e-12
        )
    np.testing.assert_allclose(middle, (start + end) / 2, atol=1e-12)
    # No further turn brings the end nearer: the moments of start and end are symmetric.
    moments = start.T @ end
    np.testing.assert_allclose(moments, moments.T, atol=1e-9)
    assert paths.clearance(path.at(paths.LOOKS)).min() >= paths.ROOM


def test_only_the_part_before_atoms_overlap_is_followed():
    """Two atoms that would pass through each other."""
    start = np.array([[0, 0, 0], [4, 0, 0], [0, 3, 0], [4, 3, 1.0]])
    end = np.array([[4, 0, 0], [0, 0.2, 0], [0, 3, 0], [4, 3, 1.0]])
    path, _ = paths.straight(np.array([start, end]), [7, 9], ["R", "R"])
    assert path.about.startswith("the first ")
    looks = path.at(np.linspace(0, 1, 50))
    assert distances(looks)[:, 0, 1].min() > 0.5 * distances(looks)[0, 0, 1]


def test_conformers_that_are_one_have_no_straight_path(rng):
    one = rng.normal(size=(1, 5, 3))
    assert paths.straight(np.repeat(one, 3, axis=0), range(3), ["R"] * 3) == (
        None,
        "no two held-out conformers are 0.01 Å apart",
    )
    assert paths.straight(rng.normal(size=(2, 5, 3)), range(2), ["R", "S"]) == (
        None,
        "no two held-out conformers of one stereoisomer",
    )


# What does not claim to be smooth, and is seen not to be on one of the two paths.
NOT_SMOOTH = {"inverse_distances-sorted", "soap", "rdkit_3d-['morse']", "rdkit_3d-['whim']"}


@pytest.mark.parametrize("settings", entries(), ids=identity)
def test_what_claims_to_be_smooth_is_so_along_paths(settings, conformers):
    """A sum of all columns, each in units of its spread, with random weights."""
    _, positions = conformers(RING, 60)
    description, topology = described(RING)
    function = resolve(FEATURES[settings["kind"]].function)

    def values(places):
        return function(places, topology, **arguments(settings))[1]

    spread = values(positions).std(axis=0)
    weight = np.random.default_rng(1).normal(size=len(spread)) * 20 / np.sqrt(len(spread))
    varies = spread > max(1e-3 * spread.max(), 1e-12)
    weight = np.divide(weight, spread, out=np.zeros_like(weight), where=varies)
    found = []
    for path, _ in paths.paths(positions, range(60), ["one"] * 60, topology, description).values():
        length = path.length
        along = jumps(
            lambda at, path=path, length=length: values(path.at(at / length)) @ weight, length
        )
        found.append(along.found)
    if FEATURES[settings["kind"]].is_smooth(settings):
        assert found == [CONTINUOUS, CONTINUOUS]
    elif identity(settings) in NOT_SMOOTH:
        assert found != [CONTINUOUS, CONTINUOUS]
