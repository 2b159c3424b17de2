import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdDistGeom

from confsym.conformers import embedding
from confsym.molecules import molecule


def test_shards_do_not_change_the_conformers(options):
    target = molecule.build("x", "CCC(C)O")
    whole, attempts = embedding.embed(target, 0, 20, options)
    parts = [embedding.embed(target, first, 5, options) for first in (0, 5, 10, 15)]
    assert (np.concatenate([positions for positions, _ in parts]) == whole).all()
    assert np.concatenate([attempt for _, attempt in parts]).tolist() == attempts.tolist()


def test_attempts_that_fail_are_left_out_by_number(options):
    smiles = "C[C@H]1CC[C@@H](C(C)(C)C)C[C@@H]1CC(C)C(C)CC"
    target = molecule.build("x", smiles)
    positions, attempt = embedding.embed(target, 0, 30, options | {"max_attempts": 1})
    assert 0 < len(attempt) < 30
    assert len(positions) == len(attempt)
    batch = embedding._embed(target, 0, 30, options | {"max_attempts": 1})
    assert (batch == positions).all()  # what a shard gives is what each attempt gives alone
    for row, number in enumerate(attempt.tolist()):
        single, _ = embedding.embed(target, number, 1, options | {"max_attempts": 1})
        assert (single[0] == positions[row]).all()


def test_no_conformer_at_all_is_an_empty_shard(options):
    target = molecule.build("x", "C1#CC1")  # no triangle has a linear corner
    positions, attempt = embedding.embed(target, 0, 3, options | {"max_attempts": 1})
    assert positions.shape == (0, target.GetNumAtoms(), 3)
    assert attempt.shape == (0,)


@pytest.mark.parametrize(
    ("key", "value", "attribute"),
    [
        ("max_attempts", 7, "maxIterations"),
        ("torsion_preferences", False, "useExpTorsionAnglePrefs"),
        ("basic_knowledge", False, "useBasicKnowledge"),
        ("enforce_chirality", False, "enforceChirality"),
        ("random_coordinates", True, "useRandomCoords"),
        ("legacy_implementation", False, "useLegacyImplementation"),
    ],
)
def test_each_option_reaches_rdkit(options, key, value, attribute):
    assert getattr(embedding.parameters(options), attribute) != value
    assert getattr(embedding.parameters(options | {key: value}), attribute) == value


def test_the_molecule_is_left_as_it_was_and_a_direct_call_agrees(options):
    target = molecule.build("x", "CCC(C)O")
    positions, _ = embedding.embed(target, 3, 2, options)
    assert target.GetNumConformers() == 0
    direct = rdDistGeom.ETKDGv3()
    direct.randomSeed, direct.maxIterations = 45, 1000
    direct.enableSequentialRandomSeeds = True
    copy = Chem.Mol(target)
    rdDistGeom.EmbedMultipleConfs(copy, 2, direct)
    assert (copy.GetConformer(1).GetPositions() == positions[1]).all()
