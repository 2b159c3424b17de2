"""ensemble.sdf, as RDKit reads it back."""

from io import StringIO

import numpy as np
import pytest
from rdkit import Chem

from confsym.conformers import sdf
from confsym.conformers.ensemble import Ensemble
from confsym.molecules import molecule, stereo
from confsym.molecules.rdkit_conformer import with_conformer


def written(path, target: Chem.Mol, positions: np.ndarray) -> str:
    labels = stereo.stereoisomers(target, molecule.stereo_elements(target), positions)
    numbers = np.array([atom.GetAtomicNum() for atom in target.GetAtoms()])
    ensemble = Ensemble(positions, numbers, np.arange(len(positions)))
    sdf.write(path, target, ensemble, labels, "x")
    return path.read_text()


@pytest.mark.parametrize(
    "smiles",
    [
        "CC=CC",
        "C/C=C/C",
        "CC=NO",
        "CN=NC",
        "CC(F)C=NO",
        "C[C@H](F)C=CC",
        "C1CCCCCCC=C1",
        "CC=CC=CC",
        "CC(CCC)CC(C)(CCCC)O",
    ],
)
def test_a_record_has_the_configuration_of_its_positions(smiles, conformers, tmp_path):
    target, positions = conformers(smiles, 12)
    text = written(tmp_path / "x.sdf", target, positions)
    expected = []
    for each in positions:
        copy = with_conformer(target, each)
        Chem.AssignStereochemistryFrom3D(copy, replaceExistingTags=True)
        expected.append(Chem.MolToSmiles(Chem.RemoveHs(copy)))
    assert smiles in ("C/C=C/C",) or len(set(expected)) > 1
    with Chem.ForwardSDMolSupplier((tmp_path / "x.sdf").open("rb"), removeHs=False) as records:
        found = [Chem.MolToSmiles(Chem.RemoveHs(one)) for one in records]
    assert found == expected
    assert text.count("$$$$") == len(positions)


@pytest.mark.parametrize(
    "smiles", ["CC(CCC)CC(C)(CCCC)O", "C/C=C/C[C@H](F)Cl", "CC=C=CC", "C1CC=C1", "CC(C)=CC"]
)
def test_bytes_are_rdkits_where_no_double_bond_is_open(smiles, conformers, tmp_path):
    target, positions = conformers(smiles, 12)
    records = StringIO()
    labels = stereo.stereoisomers(target, molecule.stereo_elements(target), positions)
    with Chem.SDWriter(records) as writer:
        for k, each in enumerate(positions):
            copy = with_conformer(target, each)
            copy.SetProp("_Name", f"x conformer {k}")
            copy.SetIntProp("attempt", k)
            copy.SetProp("stereoisomer", str(labels[k]))
            writer.write(copy)
    assert written(tmp_path / "x.sdf", target, positions) == records.getvalue()
