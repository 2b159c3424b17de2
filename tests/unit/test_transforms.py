import numpy as np
import pytest
from rdkit import Chem

from confsym.conformers.ensemble import Ensemble
from confsym.energies.force_fields import mmff94
from confsym.energies.tight_binding import gfn2_xtb
from confsym.molecules import molecule
from confsym.transforms.motions import exchanged, same_element_swap
from confsym.transforms.moved import moved, moved_with_vectors, unmoving
from confsym.transforms.order import relabelled_order
from confsym.transforms.registry import TRANSFORMS

SMILES = "CC(CCC)CC(C)(CCCC)O"


def settings_of(kind: str) -> dict:
    row = TRANSFORMS[kind]
    return {"kind": kind} | {name: p["default"] for name, p in row.parameters.items()}


@pytest.fixture
def parts(conformers):
    target, positions = conformers(SMILES, 30)
    numbers = np.array([atom.GetAtomicNum() for atom in target.GetAtoms()])
    held_out = np.arange(30) % 3 == 0
    return Ensemble(positions, numbers, np.arange(30)), held_out, target


@pytest.mark.parametrize("kind", TRANSFORMS)
def test_conformers_move_and_stay_whole(kind, parts):
    ensemble, held_out, target = parts
    copy = moved(ensemble, held_out, target, settings_of(kind))
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
    ensemble, held_out, target = parts
    copy = moved(ensemble, held_out, target, settings_of(kind))
    before = ensemble.take(ensemble.find(copy)).positions
    np.testing.assert_allclose(
        mmff94(target, copy.positions, "x")[0],
        mmff94(target, before, "x")[0],
        rtol=1e-10,
        atol=1e-9,
    )


def test_the_probe_exchanges_two_atoms_of_one_element(parts):
    ensemble, held_out, target = parts
    copy = moved(ensemble, held_out, target, settings_of("same_element_swap"))
    before = ensemble.take(ensemble.find(copy)).positions
    for one, other in zip(before, copy.positions, strict=True):
        first, second = np.flatnonzero((one != other).any(axis=1))
        assert ensemble.numbers[first] == ensemble.numbers[second]
        assert (one[[first, second]] == other[[second, first]]).all()
    changes = np.abs(mmff94(target, copy.positions, "x")[0] - mmff94(target, before, "x")[0])
    assert np.median(changes) > 1000  # a force field's bonds stay, torn apart


def test_quantum_chemistry_does_not_see_the_probe(conformers):
    target, positions = conformers("CCO", 3)
    swapped = same_element_swap(positions, target, 3)
    assert np.abs(swapped - positions).max() > 0.5
    before, after = (gfn2_xtb(target, place, "x")[0] for place in (positions, swapped))
    np.testing.assert_allclose(after, before, atol=1e-6)


def test_a_molecule_without_two_alike_is_left_alone(rng):
    positions = rng.normal(size=(4, 3, 3))
    alone = molecule.build("x", "C#N")
    assert (same_element_swap(positions, alone, 0) == positions).all()


def test_relabelling_moves_elements_and_bonds_along(parts):
    ensemble, held_out, target = parts
    copy = moved(ensemble, held_out, target, settings_of("relabelling"))
    assert (copy.numbers != ensemble.numbers).any()
    order = np.array(
        [np.flatnonzero((ensemble.positions[0] == p).all(axis=1))[0] for p in copy.positions[0]]
    )
    assert (copy.numbers == ensemble.numbers[order]).all()
    renumbered = Chem.RenumberAtoms(target, order.tolist())
    before = ensemble.take(ensemble.find(copy)).positions
    after, expected = mmff94(renumbered, copy.positions, "x")[0], mmff94(target, before, "x")[0]
    np.testing.assert_allclose(after, expected, rtol=1e-10, atol=1e-9)


@pytest.mark.parametrize("atoms", [2, 3, 4])
def test_no_seed_leaves_the_atoms_in_their_order(atoms):
    same = np.arange(atoms)
    first = [np.random.default_rng(seed).permutation(atoms) for seed in range(100)]
    found = [relabelled_order(atoms, seed) for seed in range(100)]
    assert any((order == same).all() for order in first)
    assert not any((order == same).all() for order in found)
    assert all(sorted(order) == same.tolist() for order in found)
    # Other orders are those that they were before any was drawn again.
    kept = [(order != same).any() for order in first]
    assert (np.array(found)[kept] == np.array(first)[kept]).all()
    assert relabelled_order(1, 0).tolist() == [0]


@pytest.mark.parametrize(
    ("smiles", "kind", "more", "expected"),
    [
        ("OF", "equivalent_swap", {}, False),
        ("O", "equivalent_swap", {}, True),
        ("OF", "same_element_swap", {}, False),
        ("OF", "relabelling", {}, True),
        ("OF", "translation", {"vector": [0, 0, 0]}, False),
        ("OF", "translation", {}, True),
        ("OF", "reflection", {"normal": [0, 0, 1]}, False),
        ("OF", "reflection", {}, True),
    ],
)
def test_whether_anything_moves(smiles, kind, more, expected, rng):
    target = molecule.build("x", smiles)
    numbers = np.array([atom.GetAtomicNum() for atom in target.GetAtoms()])
    positions = rng.normal(size=(20, len(numbers), 3))
    positions[..., 2] = 0.3  # flat
    ensemble, held_out = Ensemble(positions, numbers, np.arange(20)), np.arange(20) > 9
    copies = moved(ensemble, held_out, target, settings_of(kind) | more)
    assert unmoving(ensemble, [(kind, copies)]) == ([] if expected else [kind])


def test_seeds_decide(parts):
    ensemble, held_out, target = parts
    for kind in ("rotation", "random_pose", "relabelling", "equivalent_swap", "same_element_swap"):
        settings = settings_of(kind)
        one, same, other = (
            moved(ensemble, held_out, target, settings | {"seed": seed}).positions
            for seed in (1, 1, 2)
        )
        assert (one == same).all()
        assert (one != other).any()


def test_the_choice_among_automorphisms_has_a_stream_of_its_own():
    """Its seed has drawn the automorphisms; the same numbers must not choose among them too."""
    automorphisms = np.arange(64)[:, None] * np.ones((1, 64), dtype=int)
    positions = np.arange(64.0)[None, :, None] * np.ones((500, 1, 3))
    chosen = {}
    for seed in (0, 4, 5, [4, 0, 0], [4, 1, 0], [4, 1]):
        chosen[str(seed)] = exchanged(positions, automorphisms, seed)[:, 0, 0].astype(int)
        again = exchanged(positions, automorphisms, seed)[:, 0, 0]
        assert (again == chosen[str(seed)]).all()
        drawn = np.random.default_rng(seed).integers(64, size=500)
        assert (chosen[str(seed)] == drawn).mean() < 0.1
        assert len(np.unique(chosen[str(seed)])) == 64
    for one, other in (("0", "4"), ("4", "5"), ("[4, 0, 0]", "[4, 1, 0]"), ("4", "[4, 1]")):
        assert (chosen[one] == chosen[other]).mean() < 0.1


def test_rotations_are_uniform(rng):
    """The mean of a rotated vector over all rotations is zero, of its square a third each."""
    from confsym.transforms.motions import rotation

    arrow = np.zeros((4000, 2, 3))
    arrow[:, 0, 0], arrow[:, 1, 0] = 1, -1
    turned = rotation(arrow, seed=7)[:, 0]
    assert np.abs(turned.mean(axis=0)).max() < 5 / np.sqrt(3 * 4000)
    assert np.abs((turned**2).mean(axis=0) - 1 / 3).max() < 5 * 0.3 / np.sqrt(4000)


@pytest.mark.parametrize("kind", TRANSFORMS)
def test_vectors_move_as_differences_of_positions_do(kind, parts):
    ensemble, _, target = parts
    before = ensemble.positions
    places, arrows = moved_with_vectors(before, from_centroid(before), target, settings_of(kind))
    np.testing.assert_allclose(arrows, from_centroid(places), atol=1e-12)
    assert (np.abs(arrows - from_centroid(before)).max() > 0.1) == (kind != "translation")


def from_centroid(positions: np.ndarray) -> np.ndarray:
    return positions - positions.mean(axis=1, keepdims=True)


@pytest.mark.parametrize("kind", ["rotation", "reflection"])
def test_conformers_turn_about_their_centroid(kind, parts):
    ensemble, held_out, target = parts
    far = Ensemble(ensemble.positions + 5.0, ensemble.numbers, ensemble.attempt)
    copy = moved(far, held_out, target, settings_of(kind))
    before = far.take(far.find(copy)).positions
    np.testing.assert_allclose(copy.positions.mean(axis=1), before.mean(axis=1), atol=1e-12)
