import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdDistGeom, rdMolAlign
from scipy.spatial.transform import Rotation

from confsym.conformers import embedding, pruning
from confsym.geometry import superposition


def kept_by_rdkit(
    target, attempts: int, threshold: float, options: dict, **rule: bool
) -> np.ndarray:
    parameters = embedding.parameters(options)
    for name, value in rule.items():
        setattr(parameters, name, value)
    parameters.pruneRmsThresh = threshold
    parameters.randomSeed = options["seed"]
    copy = Chem.Mol(target)
    rdDistGeom.EmbedMultipleConfs(copy, attempts, parameters)
    return np.array([conformer.GetPositions() for conformer in copy.GetConformers()])


@pytest.mark.parametrize(
    ("smiles", "attempts", "threshold"),
    [
        ("CC(CCC)CC(C)(CCCC)O", 400, 0.2),
        ("CC(CCC)CC(C)(CCCC)O", 400, 0.8),
        ("CCCC(C)(C)C", 200, 0.2),
        ("CCCC(=O)[O-]", 200, 0.2),
        ("CCCC(=O)O", 200, 0.2),
        ("CCC[N+](=O)[O-]", 200, 0.2),
        ("CP(=O)([O-])OC", 100, 0.1),
        ("NC(=N)CCC", 200, 0.2),
        ("C1CCCCC1", 200, 0.1),
        ("C1C2CC3CC1CC(C2)C3", 200, 0.02),
        ("FC(F)(F)C(F)(F)C(F)(F)F", 100, 0.2),
        ("c1ccccc1C", 300, 0.2),
        ("F" + "C(F)(F)" * 6 + "F", 40, 0.3),  # 1,152 symmetries: RDKit looks at the first 1,000
        ("O", 10, 0.2),
        ("CCO", 30, 0.0),
    ],
)
def test_keeps_what_rdkit_keeps(smiles, attempts, threshold, conformers, options):
    target, positions = conformers(smiles, attempts)
    kept = pruning.prune(positions, pruning.heavy_atom_matches(target), threshold)
    expected = kept_by_rdkit(target, attempts, threshold, options)
    assert len(kept) == len(expected)
    assert (positions[kept] == expected).all()


@pytest.mark.parametrize(
    ("smiles", "threshold"),
    [
        ("CCO", 0.2),
        ("CCO", 0.6),
        ("CC(=O)Oc1ccccc1C(=O)O", 0.4),
        ("CCCC(=O)[O-]", 0.5),
        ("CCC", 0.7),
        ("NCC(=O)O", 0.2),
        ("CC(CCC)CC(C)(CCCC)O", 1.0),
        ("C", 0.2),
        ("O", 0.2),
        ("CC(C)(C)C", 0.6),
        ("C1CCCCC1", 0.3),
        ("NC(=N)CCC", 0.5),
        ("[2H]C([2H])O", 0.2),
        ("CS(=O)(=O)NCCCO", 0.6),
    ],
)
def test_all_atoms_keep_what_rdkit_keeps_of_them(smiles, threshold, conformers, options):
    target, positions = conformers(smiles, 100)
    kept = pruning.prune(positions, pruning.compared_atoms(target, "all"), threshold)
    rule = {"onlyHeavyAtomsForRMS": False, "useSymmetryForPruning": False}
    expected = kept_by_rdkit(target, 100, threshold, options, **rule)
    assert len(kept) == len(expected)
    assert (positions[kept] == expected).all()


def test_fewer_pair_distances_keep_the_same(conformers, monkeypatch):
    target, positions = conformers("CC(CCC)CC(C)(CCCC)O", 400)
    atoms = pruning.compared_atoms(target, "all")
    kept = pruning.prune(positions, atoms, 1.0)
    monkeypatch.setattr(pruning, "COLUMNS", 40)
    monkeypatch.setattr(superposition, "CHUNK", 150)
    assert pruning.prune(positions, atoms, 1.0).tolist() == kept.tolist()


def test_symmetry_of_the_heavy_atoms_matters(conformers):
    target, positions = conformers("CCCC(C)(C)C", 200)
    matches = pruning.heavy_atom_matches(target)
    assert len(matches) == 6
    assert len(pruning.prune(positions, matches[:1], 0.2)) > len(
        pruning.prune(positions, matches, 0.2)
    )


@pytest.mark.parametrize("smiles", ["CCCC(C)(C)C", "CC(CCC)CC(C)(CCCC)O", "C1CCCCC1"])
def test_bound_never_exceeds_the_best_rmsd(smiles, conformers):
    target, positions = conformers(smiles, 30)
    matches = pruning.heavy_atom_matches(target)
    heavy = positions[:, matches[0]]
    symmetries = np.array([[matches[0].tolist().index(a) for a in match] for match in matches])
    vectors = superposition.rmsd_lower_bound_vectors(heavy, symmetries)
    copy = Chem.RemoveHs(target)
    copy.RemoveAllConformers()
    for conformer in heavy:
        holder = Chem.Conformer(copy.GetNumAtoms())
        holder.SetPositions(np.ascontiguousarray(conformer))
        copy.AddConformer(holder, assignId=True)
    for one in range(8):
        for other in range(one):
            best = rdMolAlign.GetBestRMS(Chem.Mol(copy), Chem.Mol(copy), one, other)
            bound = np.linalg.norm(vectors[one] - vectors[other])
            assert bound <= best + 1e-9


def test_superposed_rmsd_against_singular_values(rng):
    one, other = rng.normal(size=(2, 50, 7, 3))
    one -= one.mean(axis=1, keepdims=True)
    other -= other.mean(axis=1, keepdims=True)
    for index, value in enumerate(superposition.rmsd_superposed(one, other)):
        rotation, residual = Rotation.align_vectors(one[index], other[index])
        assert value == pytest.approx(residual / np.sqrt(7), rel=1e-9)
        moved = rotation.apply(other[index])
        direct = np.sqrt(((moved - one[index]) ** 2).sum() / 7)
        assert value == pytest.approx(direct, rel=1e-9)


def test_mirror_images_are_not_superposed(rng):
    shape = rng.normal(size=(1, 6, 3))
    shape -= shape.mean(axis=1, keepdims=True)
    assert superposition.rmsd_superposed(shape, shape * [-1, 1, 1])[0] > 0.1


def pairs_of_all_kinds(rng) -> tuple[np.ndarray, np.ndarray]:
    """Centred pairs of 7 atoms, 2,000 of each kind: in space, in a plane, in a line, mirrored."""
    first = rng.normal(size=(4, 2000, 7, 3))
    first[1, ..., 2] = first[2, ..., 1] = first[2, ..., 2] = 0
    turned = first @ Rotation.random(8000, rng=rng).as_matrix().reshape(4, 2000, 3, 3)
    moved = turned + rng.normal(scale=0.1, size=turned.shape)
    moved[2] = turned[2] * rng.uniform(0.9, 1.1, size=(2000, 1, 1))  # still in a line
    moved[3] = turned[3] * [-1, 1, 1]
    pairs = (one - one.mean(axis=2, keepdims=True) for one in (first, moved))
    return tuple(one.reshape(-1, 7, 3) for one in pairs)


@pytest.mark.parametrize("factor", [0.5, 0.99, 1 - 1e-13, 1 + 1e-13, 1.01, 2])
def test_nearness_without_eigenvalues(rng, factor):
    """Never far where the eigenvalue says near, and far wherever that is clear."""
    one, other = pairs_of_all_kinds(rng)
    rmsd = superposition.rmsd_superposed(one, other)
    for distance in factor * np.sort(rmsd)[::400]:
        far = superposition.surely_farther(one, other, distance)
        assert (rmsd[far] >= distance).all()
        assert far[rmsd**2 > distance**2 + 1e-5].all()
        assert np.array_equal(superposition.nearer(one, other, distance), rmsd < distance)
    # Each pair at its own distance, where round-off decides.
    for k in range(0, len(one), 10):
        here = slice(k, k + 1)
        if superposition.surely_farther(one[here], other[here], factor * rmsd[k]):
            assert factor < 1


def test_a_single_atom_is_near_itself():
    nothing = np.zeros((1, 1, 3))
    assert superposition.nearer(nothing, nothing, 0.1)


def test_things_are_labelled_by_what_they_turn_into_in_steps():
    images = np.array([[0, 1, 2, 3, 4], [1, 0, 2, 4, 3], [0, 2, 1, 3, 4]])
    labels = superposition.exchanged(images)
    assert labels[0] == labels[1] == labels[2] != labels[3] == labels[4]
