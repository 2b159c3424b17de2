"""Which atom of a molecule each atom of a file is: double bonds, hands, configurations."""

from dataclasses import replace

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdForceFieldHelpers

from confsym.datasets import given, order, perception
from confsym.datasets.frames import Frames
from confsym.molecules import molecule, stereo

PLACE = "molecules.m.geometries"
ALTERNATING = [
    "C1=CC=CC=CC=C1",
    "C1=CC=C1",
    "C1=CC2=CC=CC2=C1",  # pentalene
    "C1=CC=C2C=CC=CC=C2C=C1",  # heptalene
    "C1=CC=CC=CC=CC=CC=C1",
    "C1=CN=CC=CN=C1",
    "CC1=C(C)C=CC=CC=C1",
    "CC1=CC=CC=CC=C1C",  # the same with its bonds shifted
    "CC(C)(C)C1=CC(C(C)(C)C)=CC(C(C)(C)C)=CC(C(C)(C)C)=C1",  # more ways than are looked for
]
OTHERS = ["CC(C)CC(=O)[O-]", "C[N+](=O)[O-]", "NC(N)=[NH2+]", "Cc1ccccc1", "C[C@H](O)CC(F)=O"]


def frames_of(target: Chem.Mol, positions: np.ndarray) -> Frames:
    numbers = np.array([atom.GetAtomicNum() for atom in target.GetAtoms()])
    return Frames(positions, numbers, np.arange(len(positions)), None, None, {}, ())


def listed(frames: Frames, order: np.ndarray) -> Frames:
    """The same frames with their atoms in another order."""
    return replace(frames, positions=frames.positions[:, order], numbers=frames.numbers[order])


def mmff(target: Chem.Mol, positions: np.ndarray) -> float:
    copy = Chem.Mol(target)
    copy.RemoveAllConformers()
    conformer = Chem.Conformer(len(positions))
    conformer.SetPositions(np.ascontiguousarray(positions))
    copy.AddConformer(conformer)
    properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(copy)
    return rdForceFieldHelpers.MMFFGetMoleculeForceField(copy, properties).CalcEnergy()


def relaxed(target: Chem.Mol, positions: np.ndarray) -> np.ndarray:
    copy = Chem.Mol(target)
    conformer = Chem.Conformer(len(positions))
    conformer.SetPositions(np.ascontiguousarray(positions))
    copy.AddConformer(conformer)
    rdForceFieldHelpers.MMFFOptimizeMolecule(copy, maxIters=2000)
    return copy.GetConformer().GetPositions()


@pytest.fixture(params=ALTERNATING)
def alternating(request, conformers, rng) -> tuple[Chem.Mol, Frames, str]:
    """A shaken molecule with double bonds where MMFF94 has them short."""
    target, (positions, *_) = conformers(request.param, 5)
    positions = relaxed(target, positions)
    shaken = positions + rng.normal(0, 0.01, (10, *positions.shape))
    return target, frames_of(target, shaken), request.param


@pytest.mark.parametrize("perceived", [False, True])
def test_double_bonds_are_where_bonds_are_short(alternating, perceived, rng):
    """MMFF94's energy, by RDKit called directly, is that of the molecule as it was made."""
    target, frames, smiles = alternating
    expected = mmff(target, frames.positions[0])
    for _ in range(4 if len(frames.numbers) < 40 else 2):
        order = rng.permutation(len(frames.numbers))
        again = listed(frames, order)
        described = given.describe("m", {} if perceived else {"smiles": smiles}, again)
        found = molecule.from_description(described)
        assert mmff(found, again.positions[0]) == pytest.approx(expected, abs=1e-6)


def test_double_bonds_of_a_further_file_are_where_bonds_are_short(alternating, rng):
    target, frames, smiles = alternating
    described = given.describe("m", {"smiles": smiles}, frames)
    found = molecule.from_description(described)
    expected = mmff(target, frames.positions[0])
    for _ in range(4 if len(frames.numbers) < 40 else 2):
        further = listed(frames, rng.permutation(len(frames.numbers)))
        further = given.in_molecule_order(described, frames.positions, further, PLACE)
        assert mmff(found, further.positions[0]) == pytest.approx(expected, abs=1e-6)


def test_a_further_file_with_the_same_bonds_may_have_its_double_bonds_elsewhere(conformers):
    """Turned by one carbon, the list has all the same bonds."""
    target, (positions, *_) = conformers("C1=CC=CC=CC=C1", 5)
    frames = frames_of(target, relaxed(target, positions)[None])
    described = given.describe("m", {"smiles": "C1=CC=CC=CC=C1"}, frames)
    turned = listed(
        frames, np.concatenate([np.roll(np.arange(8), 1), 8 + np.roll(np.arange(8), 1)])
    )
    further = given.in_molecule_order(described, frames.positions, turned, PLACE)
    expected = mmff(target, frames.positions[0])
    assert mmff(target, turned.positions[0]) > expected + 50
    assert mmff(target, further.positions[0]) == pytest.approx(expected, abs=1e-6)
    assert "listed in the order of the molecule's own file" in further.remarks[-1]


def test_frames_with_double_bonds_elsewhere_have_other_bonds(alternating):
    """The molecule turned by one bond stands where it was, its double bonds where they were not."""
    target, frames, smiles = alternating
    shifted = {"C1=CC=CC=CC=C1": 8, "C1=CC=C1": 4, "C1=CC=CC=CC=CC=CC=C1": 12}
    assert not perception.other_bonds(target, frames.positions).any()
    if size := shifted.get(smiles):
        carbons, hydrogens = np.arange(size), size + np.arange(size)
        turn = np.concatenate([np.roll(carbons, 1), np.roll(hydrogens, 1)])
        frames.positions[3] = frames.positions[3][turn]
        found = perception.other_bonds(target, frames.positions)
        assert found.tolist() == [k == 3 for k in range(len(found))]


@pytest.mark.parametrize("side", [1.36, 1.38, 1.4, 1.42])
def test_four_carbons_in_a_square_are_no_tetrahedron(side):
    corners = side / 2 * np.array([[1.0, 1, 0], [-1, 1, 0], [-1, -1, 0], [1, -1, 0]])
    outwards = corners / np.linalg.norm(corners, axis=1, keepdims=True)
    numbers = np.array([6] * 4 + [1] * 4)
    square = np.vstack([corners, corners + 1.08 * outwards])
    assert perception.perceive(numbers, square, 0, PLACE) == "C1=CC=C1"


def test_a_tetrahedron_of_carbons_is_one(conformers):
    target, (positions, *_) = conformers("C12C3C1C23", 3)
    numbers = np.array([atom.GetAtomicNum() for atom in target.GetAtoms()])
    found = perception.perceive(numbers, positions, 0, PLACE)
    assert found == Chem.CanonSmiles("C12C3C1C23")


@pytest.mark.parametrize("smiles", OTHERS)
def test_other_molecules_have_the_first_order_that_bonds_allow(smiles, conformers):
    target, positions = conformers(smiles, 10)
    frames = frames_of(target, positions)
    described = given.describe("m", {"smiles": smiles}, frames)
    _, orders = given.perception.recognised(target, frames.numbers, positions, PLACE)
    assert described["atom_order"] == np.argsort(orders[0]).tolist()


# Hands.

EXCHANGED = {
    "C[C@H](O)CC(F)=O": ("[CH2]([H])[H]", [1, 2]),  # two hydrogens of a CH2
    "CC(C)(F)C=O": ("C([H])([H])[H]", [1, 2]),  # two of a CH3
    "CC(F)(F)C=O": ("C(F)F", [1, 2]),
    "CS(=O)(=O)C=C": ("S(=O)=O", [1, 2]),
}


@pytest.fixture(params=EXCHANGED)
def exchanged(request, conformers, rng):
    """500 frames near one minimum, and 30 of them with two like atoms of one atom exchanged."""
    target, (positions, *_) = conformers(request.param, 5)
    shaken = positions + rng.normal(0, 0.02, (500, *positions.shape))
    pattern, places = EXCHANGED[request.param]
    found = target.GetSubstructMatch(Chem.MolFromSmarts(pattern))
    pair = [found[place] for place in places]
    which = rng.choice(500, 30, replace=False)
    mixed = shaken.copy()
    mixed[np.ix_(which, pair)] = shaken[np.ix_(which, pair[::-1])]
    return target, shaken, mixed, request.param


def test_exchanged_hydrogens_are_put_back_in_one_file(exchanged):
    target, shaken, mixed, _ = exchanged
    numbers = frames_of(target, shaken).numbers
    back = order.put_back(mixed, np.zeros(500, dtype=int), [numbers])
    assert len(back.permutations) == len(back.turned) == 30
    for k, permutation in back.permutations.items():
        mixed[k] = mixed[k][permutation]
    np.testing.assert_array_equal(mixed, shaken)
    assert not order.put_back(shaken, np.zeros(500, dtype=int), [numbers]).permutations


def test_exchanged_hydrogens_are_put_back_in_a_further_file(exchanged):
    target, shaken, mixed, smiles = exchanged
    described = given.describe("m", {"smiles": smiles}, frames_of(target, shaken))
    further = replace(frames_of(target, mixed), gradients=2 * mixed)
    again = given.in_molecule_order(described, shaken, further, PLACE)
    np.testing.assert_array_equal(again.positions, shaken)
    np.testing.assert_array_equal(again.gradients, 2 * shaken)
    assert "exchanged in 30 geometries" in again.remarks[-1]
    assert (
        given.in_molecule_order(described, shaken, frames_of(target, shaken), PLACE).remarks == ()
    )


def methyls(target: Chem.Mol) -> np.ndarray:
    """The atoms with two methyl groups exchanged, each with its hydrogens in turn."""
    groups = []
    for atom in target.GetAtoms():
        hydrogens = [one.GetIdx() for one in atom.GetNeighbors() if one.GetAtomicNum() == 1]
        if len(hydrogens) == 3:
            groups.append([atom.GetIdx(), *hydrogens])
    order = np.arange(target.GetNumAtoms())
    order[groups[0]], order[groups[1]] = groups[1], groups[0]
    return order


def test_exchanged_methyl_groups_are_put_back(conformers, rng):
    """Bonds are the same, and no CH3 has the wrong hand, but the atom between them has."""
    smiles = "CC(C)C(F)=O"
    target, (positions, *_) = conformers(smiles, 5)
    shaken = positions + rng.normal(0, 0.02, (200, *positions.shape))
    mixed, swap = shaken.copy(), methyls(target)
    mixed[50:60] = mixed[50:60][:, swap]
    numbers = frames_of(target, shaken).numbers
    back = order.put_back(mixed, np.zeros(200, dtype=int), [numbers])
    assert sorted(back.permutations) == sorted(back.turned) == list(range(50, 60))
    carbons = np.flatnonzero(numbers != 1)
    for k, permutation in back.permutations.items():
        np.testing.assert_array_equal(mixed[k][permutation][carbons], shaken[k][carbons])
    described = given.describe("m", {"smiles": smiles}, frames_of(target, shaken))
    again = given.in_molecule_order(described, shaken, frames_of(target, shaken[:, swap]), PLACE)
    np.testing.assert_array_equal(again.positions[:, carbons], shaken[:, carbons])


@pytest.mark.parametrize("smiles", ["C[C@H](O)F", "F[Xe](F)(F)F", "CC(F)C(F)C"])
def test_what_no_order_mends_stays(smiles, conformers, rng):
    """The other enantiomer, and a flat atom whose ligands vibrate through its plane."""
    if "Xe" in smiles:
        target = molecule.build("m", smiles)
        ring = [[1, 0, 0.03], [0, 1, -0.03], [-1, 0, 0.03], [0, -1, -0.03]]
        positions = 1.95 * np.array([ring[0], [0, 0, 0], *ring[1:]], dtype=float)
        shaken = positions + rng.normal(0, 0.08, (200, 5, 3))
    else:
        target, (positions, *_) = conformers(smiles, 5)
        shaken = positions + rng.normal(0, 0.02, (200, *positions.shape))
        shaken[:20] *= [1, 1, -1]
    numbers = frames_of(target, shaken).numbers
    back = order.put_back(shaken, np.zeros(200, dtype=int), [numbers])
    for k, permutation in back.permutations.items():  # hydrogens of CH3 alone
        assert k < 20
        assert (permutation[numbers != 1] == np.flatnonzero(numbers != 1)).all()
    assert ("Xe" in smiles) == (not back.permutations)


@pytest.mark.parametrize("shown", ["C[C@H](O)[C@H](O)C", "C[C@H](O)[C@@H](O)C"])
def test_a_partly_specified_smiles_fits_however_the_file_lists_its_atoms(shown, conformers, rng):
    target, positions = conformers(shown, 3)
    for _ in range(6):
        frames = listed(frames_of(target, positions), rng.permutation(positions.shape[1]))
        described = given.describe("m", {"smiles": "C[C@H](O)C(O)C"}, frames)
        found = molecule.from_description(described)
        assert not stereo.not_as_specified(found, described["stereo"], frames.positions).any()
