import itertools
import logging

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import EnumerateStereoisomers, rdCIPLabeler, rdMolTransforms

from confsym.conformers import pruning
from confsym.molecules import molecule, stereo
from confsym.molecules.automorphisms import random_automorphism

DODECAHEDRANE = "C12C3C4C5C1C1C6C2C2C3C3C4C4C5C1C1C6C2C3C41"
C60 = (
    "c12c3c4c5c1c1c6c7c2c2c8c3c3c9c4c4c%10c5c5c1c1c6c6c%11c7c2c2c7c8c3c3c8c9c4c4c9c%10c5c5c1c1c6"
    "c6c%11c2c2c7c3c3c8c4c4c9c5c1c1c6c2c3c41"
)


def compounds(smiles: str) -> tuple[list[str], np.ndarray]:
    """Labels and first patterns of all configurations that the signs of a molecule can have."""
    target = molecule.build("x", smiles)
    elements = molecule.stereo_elements(target)
    patterns = np.array(list(itertools.product([False, True], repeat=len(elements))))
    first, _ = stereo.first_of_orbit(target, elements, patterns)
    found = np.unique(first, axis=0)
    return stereo._names(target, elements, found), found


@pytest.mark.parametrize(
    ("smiles", "labels"),
    [
        ("CC(CCC)CC(C)(CCCC)O", {"RR", "RS", "SR", "SS"}),
        ("C[C@H](F)Cl", {"R"}),
        ("C/C=C/C", {"E"}),
        ("CC=CC", {"E", "Z"}),
        ("CC=NO", {"E", "Z"}),
        ("CCC", {"none"}),
        ("CC=C=CC", {"+", "-"}),
        ("CP(CC)CCC", {"R", "S"}),
        ("CS(=O)[O-]", {"none"}),
        ("CN(CC)CCC", {"none"}),
        ("C1CCC/C=C/CC1", {"E"}),
        ("[13CH3]C(C)O", {"R", "S"}),
    ],
)
def test_labels(smiles, labels, conformers):
    target, positions = conformers(smiles, 40)
    found = stereo.stereoisomers(target, molecule.stereo_elements(target), positions)
    assert set(found.tolist()) == labels


@pytest.mark.parametrize("smiles", ["CC(CCC)CC(C)(CCCC)O", "CC=CC(F)C=NO"])
def test_every_conformer_against_rdkit_one_by_one(smiles, conformers):
    target, positions = conformers(smiles, 40)
    elements = molecule.stereo_elements(target)
    found = stereo.stereoisomers(target, elements, positions)
    for label, conformer in zip(found, positions, strict=True):
        holder = Chem.Conformer(len(conformer))
        holder.SetPositions(np.ascontiguousarray(conformer))
        copy = Chem.Mol(target)
        copy.AddConformer(holder)
        Chem.AssignStereochemistryFrom3D(copy)
        holders = [
            copy.GetAtomWithIdx(e["atoms"][0])
            if e["kind"] == "tetrahedral"
            else copy.GetBondBetweenAtoms(*e["atoms"])
            for e in elements
        ]
        codes = {"STEREOE": "E", "STEREOZ": "Z"}
        expected = [
            h.GetProp("_CIPCode") if isinstance(h, Chem.Atom) else codes[str(h.GetStereo())]
            for h in holders
        ]
        assert label == "".join(expected)


def test_a_mirror_image_has_the_opposite_label(conformers):
    target, positions = conformers("CC(CCC)CC(C)(CCCC)O", 40)
    elements = molecule.stereo_elements(target)
    here = stereo.stereoisomers(target, elements, positions)
    there = stereo.stereoisomers(target, elements, positions * [-1, 1, 1])
    opposite = str.maketrans("RS", "SR")
    assert [label.translate(opposite) for label in here.tolist()] == there.tolist()


def test_a_mixture_is_told_by_what_is_in_the_ensemble():
    elements = molecule.stereo_elements(molecule.build("x", "CC(F)C(Cl)Br"))
    sentence = stereo.mixture(np.array(["RS", "RR", "RS"]), "x", elements)
    assert "2 stereoisomers (RR: 1, RS: 2)" in sentence
    assert stereo.mixture(np.array(["RS", "RS"]), "x", elements) == ""
    many = stereo.mixture(np.array([f"R{i}" for i in range(30)]), "x", elements)
    assert "30 stereoisomers" in many
    assert "and 18 more" in many


@pytest.mark.parametrize(
    ("smiles", "count"),
    [
        ("C1C2CC3CC1CC(C2)C3", 1),  # adamantane
        ("C12C3C4C1C5C2C3C45", 1),  # cubane
        ("C1CN2CCN1CC2", 1),  # DABCO
        ("C1CC2CCC1C2", 1),
        ("OC[C@@H](O)C(O)[C@H](O)CO", 1),  # its middle carbon is no centre
        ("OC(C(O)C(=O)O)C(=O)O", 3),
        ("CC=CC=CC", 3),
        ("CC1CCC(C)CC1", 2),
        ("C[C@H](F)C(C)[C@H](F)C", 2),
        ("CC([C@H](C)F)[C@@H](C)F", 2),
        ("CC1CC2(C1)CC(C)C2", 2),  # RDKit's canonical SMILES does not tell the two hands
        ("CC=C1CCC(C)CC1", 2),
        ("CC(O)C=C=CC", 4),
        ("CC=[C@]=CC", 2),
        ("CC=C=C=CC", 2),
        ("CC=C=C1CCCCC1", 1),
        ("Cc1cccc(Cl)c1-c1c(C)cccc1C(O)C", 4),
        ("c1ccccc1-c1ccccc1C(O)C", 2),  # turns freely
        ("C[P@](F)CC", 1),
        ("FP(F)(F)(F)F", 1),
        ("C[C@:1]([CH3:2])(F)Cl", 1),
    ],
)
def test_stereoisomers_are_counted_as_compounds(smiles, count, conformers, caplog):
    target, positions = conformers(smiles, 60)
    description = molecule.describe("x", smiles)
    with caplog.at_level(logging.WARNING):
        labels = stereo.label(target, description, positions, logging.getLogger("x"))
    assert len(set(labels.tolist())) == count
    assert len(caplog.records) == (count > 1)


@pytest.mark.parametrize(
    "smiles",
    [
        "OC(C(O)C(=O)O)C(=O)O",
        "OCC(O)C(O)C(O)CO",
        "CC(F)C(C(C)F)C(C)F",
        "CC1CCC(C)CC1",
        "OC1C(O)C(O)C(O)C(O)C1O",
        "CC1CC2CCC1C2",
        "CS(=O)CC",
        "C[S+](CC)CC[S+](C)CC",
        "FC(Cl)C1CCC(CC1)C(F)Cl",
        "CC=CC=CC",
    ],
)
def test_as_many_compounds_as_rdkit_enumerates(smiles):
    labels, _ = compounds(smiles)
    options = EnumerateStereoisomers.StereoEnumerationOptions(unique=True, onlyUnassigned=False)
    plain = Chem.MolFromSmiles(smiles)
    expected = {
        Chem.MolToSmiles(Chem.MolFromSmiles(Chem.MolToSmiles(isomer)))
        for isomer in EnumerateStereoisomers.EnumerateStereoisomers(plain, options)
    }
    assert len(labels) == len(set(labels)) == len(expected)


@pytest.mark.parametrize(
    "smiles",
    ["CC=C=CC", "CC=C=C=C=CC", "CC=C=C=CC", "Cc1cccc(Cl)c1-c1c(C)cccc1Cl", "CC=[C@]=CC"],
)
def test_plus_is_a_positive_torsion_angle_or_cosine(smiles, conformers):
    """By RDKit's torsion angle of the neighbours over the ends; no symmetry exchanges the hands."""
    target, positions = conformers(smiles, 20)
    (element,) = molecule.stereo_elements(target)
    (one, other), ends = element["neighbours"], element["atoms"]
    expected = []
    for each in positions:
        conformer = Chem.Conformer(len(each))
        conformer.SetPositions(each)
        angle = rdMolTransforms.GetDihedralDeg(conformer, one, *ends, other)
        positive = np.cos(np.radians(angle)) if element["kind"] == "cumulene" else angle
        expected.append("+" if positive > 0 else "-")
    assert set(expected) == {"+", "-"}
    assert stereo.stereoisomers(target, [element], positions).tolist() == expected


@pytest.mark.parametrize(
    "smiles",
    ["C[P@](F)CC", "C[S@](=O)CC", "C[C@H](F)[C@H](C)Cl", "F/C=C/Cl", "C[C@H](F)[C@@H](C)/C=C\\C"],
)
def test_letters_are_those_of_rdkit_for_the_smiles(smiles, conformers):
    target, positions = conformers(smiles, 10)
    elements = molecule.stereo_elements(target)
    reference = Chem.AddHs(Chem.MolFromSmiles(smiles))
    rdCIPLabeler.AssignCIPLabels(reference)
    holders = [
        reference.GetAtomWithIdx(*element["atoms"])
        if element["kind"] == "tetrahedral"
        else reference.GetBondBetweenAtoms(*element["atoms"])
        for element in elements
    ]
    letters = "".join(holder.GetProp("_CIPCode") for holder in holders)
    assert set(stereo.stereoisomers(target, elements, positions).tolist()) == {letters}
    assert stereo.inverted(target, elements, positions, "x") == ""


@pytest.mark.parametrize(
    "smiles", ["OC(C(O)C(=O)O)C(=O)O", "CC=C=CC(C)C=C=CC", "CC=CC=CC", "C[S+](CC)CC[S+](C)CC"]
)
def test_the_same_label_when_equivalent_atoms_are_listed_otherwise(smiles, conformers, rng):
    target, positions = conformers(smiles, 30)
    elements = molecule.stereo_elements(target)
    labels = stereo.stereoisomers(target, elements, positions)
    for _ in range(5):
        moved = positions[:, random_automorphism(target, rng)]
        assert stereo.stereoisomers(target, elements, moved).tolist() == labels.tolist()
    each = [stereo.stereoisomers(target, elements, one[None])[0] for one in positions]
    assert each == labels.tolist()  # a label does not depend on who else is there


def test_a_specified_centre_that_came_out_inverted_is_told(conformers):
    smiles = "C[C@H](F)C(Cl)Br"
    target, positions = conformers(smiles, 10)
    elements = molecule.stereo_elements(target)
    assert stereo.inverted(target, elements, positions, "x") == ""
    mixed = np.concatenate([positions, -positions[:4]])
    assert "4 of 14 conformers" in stereo.inverted(target, elements, mixed, "x")
    meso = molecule.build("x", "C[C@H](F)[C@@H](C)F")  # its mirror image is the same
    _, positions = conformers("C[C@H](F)[C@@H](C)F", 10)
    assert stereo.inverted(meso, molecule.stereo_elements(meso), -positions, "x") == ""


@pytest.mark.parametrize(
    ("smiles", "told"),
    [
        ("Cl[Pt](Cl)(N)N", True),
        ("C[Pt@SP1](F)(Cl)Br", True),
        ("CCP(F)(F)(F)F", True),
        ("FP(F)(F)(F)F", False),
        ("FS(F)(F)(F)(F)Cl", False),
        ("FS(F)(F)(F)(C)Cl", True),
        ("C[Si](F)(Cl)CC", False),
    ],
)
def test_arrangements_that_no_label_tells_are_told(smiles, told):
    assert bool(stereo.unlabelled(molecule.build("x", smiles), "x")) == told


@pytest.mark.parametrize("smiles", [DODECAHEDRANE, C60])
def test_cages_end_in_time(smiles, rng, caplog):
    target = molecule.build("x", smiles)
    description = molecule.describe("x", smiles)
    positions = rng.normal(size=(1, target.GetNumAtoms(), 3))
    with caplog.at_level(logging.INFO):
        labels = stereo.label(target, description, positions, logging.getLogger("x"))
    assert labels.tolist() == ["?" if smiles == DODECAHEDRANE else "none"]
    assert ("no name" in caplog.text) == (smiles == DODECAHEDRANE)
    assert len(pruning.heavy_atom_matches(target)) == 120  # the order of both groups
    random_automorphism(target, rng)


def test_the_search_for_equal_patterns_is_bounded(monkeypatch, conformers, caplog):
    monkeypatch.setattr(stereo, "MOST_PATTERNS", 3)
    smiles = "OC1C(O)C(O)C(O)C(O)C1O"
    labels, _ = compounds(smiles)
    assert len(labels) == len(set(labels)) > 9
    target, positions = conformers(smiles, 10)
    stereo.label(target, molecule.describe("x", smiles), positions, logging.getLogger("x"))
    assert "one compound may have several labels" in caplog.text


@pytest.mark.parametrize(
    ("smiles", "kinds"),
    [
        ("CP=CC", ["double_bond"]),
        ("CP=PC", ["double_bond"]),
        ("CP=NC", ["double_bond"]),
        ("C[As]=C", []),
        ("CP=O", []),
        ("CP1C=PC=C1", ["tetrahedral"]),
    ],
)
def test_a_centre_has_three_neighbours_at_least(smiles, kinds, conformers):
    """RDKit calls two-bonded phosphorus and arsenic tetrahedral; their bonds lie in one plane."""
    target, positions = conformers(smiles, 10)
    description = molecule.describe("x", smiles)
    assert [element["kind"] for element in description["stereo"]] == kinds
    labels = stereo.label(target, description, positions, logging.getLogger("confsym"))
    assert set(labels) <= {"E", "Z", "R", "S", "none"}


@pytest.mark.parametrize(
    ("smiles", "shown", "other"),
    [
        ("C[C@H](O)C(O)C", "C[C@H](O)[C@H](O)C", []),  # meso
        ("C[C@H](O)C(O)C", "C[C@H](O)[C@@H](O)C", ["C[C@@H](O)[C@H](O)C"]),
        ("C/C=C/C=CC", r"C/C=C/C=C\C", [r"C/C=C\C=C/C"]),
        ("C[C@H](F)C(C)C(C)F", "C[C@H](F)C(C)[C@H](C)F", []),
        ("C[C@H](F)C(C)[C@@H](C)F", "C[C@H](F)C(C)[C@@H](C)F", ["C[C@H](F)C(C)[C@H](C)F"]),
        ("C[C@H](O)CC(O)C", "C[C@H](O)CC(O)C", []),
    ],
)
def test_a_partly_specified_smiles_means_each_compound_that_it_allows(
    smiles, shown, other, conformers, rng
):
    """However the atoms are listed, that is by whichever symmetry of the graph."""
    target = molecule.build("x", smiles)
    elements = molecule.stereo_elements(target)
    for written, expected in [(shown, False), *((one, True) for one in other)]:
        source, positions = conformers(written, 3)
        skeleton = Chem.Mol(target)
        Chem.RemoveStereochemistry(skeleton)
        positions = positions[:, list(source.GetSubstructMatch(skeleton))]
        for _ in range(6):
            moved = positions[:, random_automorphism(skeleton, rng)]
            assert (stereo.not_as_specified(target, elements, moved) == expected).all()
