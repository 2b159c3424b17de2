import numpy as np
import pytest

from confsym import molecule
from confsym.automorphisms import random_automorphism
from confsym.errors import StudyError
from confsym.topology import Topology

DEFAULT = "CC(CCC)CC(C)(CCCC)O"


def test_description_of_the_default_molecule():
    description = molecule.describe("dimethyldecanol", DEFAULT)
    assert description["formula"] == "C12H26O"
    assert len(description["atoms"]) == 39
    assert len(description["bonds"]) == 38
    assert [element["atoms"] for element in description["stereo"]] == [[1], [6]]
    assert not any(element["specified"] for element in description["stereo"])


def test_equivalence_classes_join_what_bonds_cannot_tell_apart():
    classes = molecule.equivalence_classes(molecule.build("propane", "CCC"))
    assert classes[0] == classes[2] != classes[1]
    methyl, methylene = classes[3], classes[6]
    assert (classes[[3, 4, 5, 8, 9, 10]] == methyl).all()
    assert (classes[[6, 7]] == methylene).all()


def test_atom_maps_are_no_difference():
    mapped = molecule.build("x", "[CH3:1][CH:2]([CH3:3])[OH:4]")
    plain = molecule.build("x", "CC(C)O")
    here, there = (molecule.equivalence_classes(m).tolist() for m in (mapped, plain))
    assert here == there


@pytest.mark.parametrize(
    ("smiles", "says"),
    [
        ("CC(C", "cannot read"),
        ("", "cannot read"),
        ("C(C)(C)(C)(C)C", "cannot read"),
        ("CC(=O)[O-].[Na+]", "2 separate fragments"),
        ("[Na+]", "1 atom"),
        ("[H][H]", "2 atom"),
        ("Cl", "2 atom"),
    ],
)
def test_smiles_that_no_study_can_use(smiles, says):
    with pytest.raises(StudyError, match=says) as error:
        molecule.build("bad", smiles)
    assert "molecules.bad" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("smiles", [DEFAULT, "CC(C)(C)CC#N", "C1CCCCC1", "FC(F)(F)C(F)(F)F", "CCC"])
def test_random_automorphisms_keep_elements_and_bonds(smiles, rng):
    target = molecule.build("x", smiles)
    topology = Topology.from_description(molecule.describe("x", smiles))
    bonds = {frozenset(bond) for bond in topology.bonds.tolist()}
    seen = set()
    for _ in range(20):
        mapped = random_automorphism(target, rng)
        assert sorted(mapped) == list(range(len(mapped)))
        assert (topology.numbers[mapped] == topology.numbers).all()
        assert {frozenset(mapped[list(bond)].tolist()) for bond in bonds} == bonds
        seen.add(tuple(mapped.tolist()))
    assert len(seen) > 10


def test_automorphisms_reach_every_pair_of_equivalent_atoms(rng):
    target = molecule.build("x", "CC(C)(C)CC#N")
    mapped = np.array([random_automorphism(target, rng) for _ in range(300)])
    classes = molecule.equivalence_classes(target)
    for atom, own in enumerate(classes):
        assert set(mapped[:, atom]) == set(np.flatnonzero(classes == own))
