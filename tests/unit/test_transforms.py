import numpy as np
import pytest
from rdkit import Chem

from confsym import molecule
from confsym.energies.force_fields import mmff94
from confsym.energies.tight_binding import gfn2_xtb
from confsym.ensemble import Ensemble
from confsym.topology import Topology
from confsym.transforms.motions import same_element_swap
from confsym.transforms.moved import moved
from confsym.transforms.registry import TRANSFORMS

SMILES = "CC(CCC)CC(C)(CCCC)O"


def settings_of(kind: str) -> dict:
    row = TRANSFORMS[kind]
    return {"kind": kind} | {name: p["default"] for name, p in row.parameters.items()}


@pytest.fixture
def parts(conformers):
    target, positions = conformers(SMILES, 30)
    numbers = np.array([atom.GetAtomicNum() for atom in target.GetAtoms()])
    topology = Topology.from_description(molecule.describe("x", SMILES))
    held_out = np.arange(30) % 3 == 0
    return Ensemble(positions, numbers, np.arange(30)), held_out, target, topology


@pytest.mark.parametrize("kind", TRANSFORMS)
def test_conformers_move_and_stay_whole(kind, parts):
    ensemble, held_out, target, topology = parts
    copy = moved(ensemble, held_out, target, topology, settings_of(kind))
    expected = ensemble.attempt if TRANSFORMS[kind].every_conformer else np.flatnonzero(held_out)
    assert copy.attempt.tolist() == expected.tolist()
    before = ensemble.take(ensemble.find(copy)).positions
    assert np.abs(copy.positions - before).max() > 0.1

    def distances(positions):
        vectors = positions[:, :, None] - positions[:, None, :]
        return np.sort(np.linalg.norm(vectors, axis=-1).reshape(len(positions), -1), axis=1)

    np.testing.assert_allclose(distances(copy.positions), distances(before), atol=1e-12)


KEEPING = sorted(row.name for row in TRANSFORMS.values() if row.keeps_energy)


@pytest.mark.parametrize("kind", sorted(set(KEEPING) - {"relabelling"}))
def test_no_transform_changes_the_energy(kind, parts):
    ensemble, held_out, target, topology = parts
    copy = moved(ensemble, held_out, target, topology, settings_of(kind))
    before = ensemble.take(ensemble.find(copy)).positions
    np.testing.assert_allclose(
        mmff94(target, copy.positions, "x"), mmff94(target, before, "x"), rtol=1e-10, atol=1e-9
    )


def test_the_probe_exchanges_two_atoms_of_one_element(parts):
    ensemble, held_out, target, topology = parts
    copy = moved(ensemble, held_out, target, topology, settings_of("same_element_swap"))
    before = ensemble.take(ensemble.find(copy)).positions
    for one, other in zip(before, copy.positions, strict=True):
        first, second = np.flatnonzero((one != other).any(axis=1))
        assert ensemble.numbers[first] == ensemble.numbers[second]
        assert (one[[first, second]] == other[[second, first]]).all()
    changes = np.abs(mmff94(target, copy.positions, "x") - mmff94(target, before, "x"))
    assert np.median(changes) > 1000  # a force field's bonds stay, torn apart


def test_quantum_chemistry_does_not_see_the_probe(conformers):
    target, positions = conformers("CCO", 3)
    numbers = np.array([atom.GetAtomicNum() for atom in target.GetAtoms()])
    swapped = same_element_swap(positions, 3, numbers)
    assert np.abs(swapped - positions).max() > 0.5
    before, after = (gfn2_xtb(target, place, "x") for place in (positions, swapped))
    np.testing.assert_allclose(after, before, atol=1e-6)


def test_a_molecule_without_two_alike_is_left_alone(rng):
    positions = rng.normal(size=(4, 3, 3))
    assert (same_element_swap(positions, 0, np.array([1, 6, 7])) == positions).all()


def test_relabelling_moves_elements_and_bonds_along(parts):
    ensemble, held_out, target, topology = parts
    copy = moved(ensemble, held_out, target, topology, settings_of("relabelling"))
    assert (copy.numbers != ensemble.numbers).any()
    order = np.array(
        [np.flatnonzero((ensemble.positions[0] == p).all(axis=1))[0] for p in copy.positions[0]]
    )
    assert (copy.numbers == ensemble.numbers[order]).all()
    renumbered = Chem.RenumberAtoms(target, order.tolist())
    before = ensemble.take(ensemble.find(copy)).positions
    np.testing.assert_allclose(
        mmff94(renumbered, copy.positions, "x"), mmff94(target, before, "x"), rtol=1e-10, atol=1e-9
    )


def test_seeds_decide(parts):
    ensemble, held_out, target, topology = parts
    for kind in ("rotation", "random_pose", "relabelling", "equivalent_swap", "same_element_swap"):
        settings = settings_of(kind)
        one, same, other = (
            moved(ensemble, held_out, target, topology, settings | {"seed": seed}).positions
            for seed in (1, 1, 2)
        )
        assert (one == same).all()
        assert (one != other).any()


def test_rotations_are_uniform(rng):
    """The mean of a rotated vector over all rotations is zero, of its square a third each."""
    from confsym.transforms.motions import rotation

    arrow = np.zeros((4000, 2, 3))
    arrow[:, 0, 0], arrow[:, 1, 0] = 1, -1
    turned = rotation(arrow, seed=7)[:, 0]
    assert np.abs(turned.mean(axis=0)).max() < 5 / np.sqrt(3 * 4000)
    assert np.abs((turned**2).mean(axis=0) - 1 / 3).max() < 5 * 0.3 / np.sqrt(4000)
