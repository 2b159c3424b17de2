import numpy as np
import pytest
from rdkit import Chem

from confsym import molecule, stereo


@pytest.mark.parametrize(
    ("smiles", "labels"),
    [
        ("CC(CCC)CC(C)(CCCC)O", {"RR", "RS", "SR", "SS"}),
        ("C[C@H](F)Cl", {"R"}),
        ("C/C=C/C", {"E"}),
        ("CC=CC", {"E", "Z"}),
        ("CC=NO", {"E", "Z"}),
        ("CCC", {"none"}),
        ("CC=C=CC", {"none"}),
        ("CP(CC)CCC", {"+", "-"}),
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
    sentence = stereo.mixture(np.array(["RS", "RR", "RS"]), "x")
    assert "2 stereoisomers (RR: 1, RS: 2)" in sentence
    assert stereo.mixture(np.array(["RS", "RS"]), "x") == ""
