"""Whether levels of theory keep the symmetries that models are tried for."""

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem.rdForceFieldHelpers import MMFFGetMoleculeForceField, MMFFGetMoleculeProperties

from confsym.conformers.ensemble import Ensemble
from confsym.energies import symmetries, tables
from confsym.energies.registry import LEVELS
from confsym.energies.terms import mmff_terms
from confsym.features.energy_terms import energy_terms
from confsym.molecules import molecule
from confsym.molecules.topology import Topology
from confsym.storage import files
from confsym.transforms.moved import moved

TRANSFORMS = {
    "rotated": {"kind": "rotation", "seed": 1},
    "relabelled": {"kind": "relabelling", "seed": 2},
    "swapped": {"kind": "equivalent_swap", "seed": 3},
    "torn": {"kind": "same_element_swap", "seed": 4},
}
# Two azulenes, whose MMFF94 depends on the Kekulé form; and rings of which it does not.
BROKEN = ["c1ccc2cccc-2cc1", "CCc1ccc2cccc-2cc1"]
KEPT = ["Cc1ccccc1", "c1ccc2ccccc2c1", "O=c1cc[nH]c(=O)[nH]1", "C[N+](=O)[O-]", "CC(=O)[O-]"]


def trial(smiles: str, level: str, conformers, transforms=TRANSFORMS) -> dict:
    target, positions = conformers(smiles, 8)
    numbers = np.array([atom.GetAtomicNum() for atom in target.GetAtoms()])
    ensemble = Ensemble(positions, numbers, np.arange(len(positions)))
    held_out = np.ones(len(positions), dtype=bool)
    copies = {
        name: moved(ensemble, held_out, target, settings) for name, settings in transforms.items()
    }
    row = LEVELS[level]
    target = molecule.kekulized(target) if row.kekule_form else target
    return symmetries.trial(row.function, target, ensemble, copies, transforms, "x")


def direct(target: Chem.Mol, positions: np.ndarray) -> float:
    """RDKit's own MMFF94 energy."""
    copy = Chem.Mol(target)
    copy.RemoveAllConformers()
    conformer = Chem.Conformer(len(positions))
    conformer.SetPositions(np.ascontiguousarray(positions))
    copy.AddConformer(conformer)
    properties = MMFFGetMoleculeProperties(copy)
    return MMFFGetMoleculeForceField(copy, properties, nonBondedThresh=1e6).CalcEnergy()


@pytest.mark.parametrize("smiles", BROKEN)
def test_mmff94_breaks_the_swap_of_equivalent_atoms_of_an_azulene(smiles, conformers, tmp_path):
    table = trial(smiles, "mmff94", conformers)
    assert table["transform"].tolist() == ["rotated", "relabelled", "swapped"]
    assert table["kept"].tolist() == [True, True, False]
    assert table["largest_change_kcal_mol"][2] > 1
    atoms = [int(atom) for atom in table["atoms"][2].split()]
    classes = molecule.equivalence_classes(molecule.build("x", smiles))
    assert all((classes[atoms] == classes[atom]).sum() > 1 for atom in atoms)
    (sentence,) = symmetries.complaint(table, "MMFF94", "azulene")
    assert "exchanging atoms " + table["atoms"][2] in sentence
    files.write_csv(tmp_path / "trial.csv", table)
    assert tables.read_broken(tmp_path / "trial.csv") == ["swapped"]
    files.write_csv(tmp_path / "other.csv", table | {"kept": np.array([False, True, False])})
    both = [tmp_path / "trial.csv", tmp_path / "other.csv"]
    assert tables.broken_by_any(both) == ["swapped", "rotated"]


@pytest.mark.parametrize("level", ["mmff94", "mmff94s", "uff"])
@pytest.mark.parametrize("smiles", KEPT)
def test_levels_keep_the_symmetries_of_other_molecules(smiles, level, conformers):
    table = trial(smiles, level, conformers)
    assert table["kept"].all()
    assert set(table["atoms"]) == {""}


def test_tight_binding_keeps_what_mmff94_breaks(conformers):
    some = {name: TRANSFORMS[name] for name in ("relabelled", "swapped")}
    assert trial(BROKEN[0], "gfn2_xtb", conformers, some)["kept"].all()


@pytest.mark.parametrize("smiles", [*BROKEN, *KEPT, "c1ccsc1", "C[n+]1ccccc1", "[O-]c1ccccc1"])
def test_one_kekule_form_has_rdkits_energy_in_any_order(smiles, conformers, rng):
    target, positions = conformers(smiles, 8)
    expected = [direct(target, one) for one in positions]
    topology = Topology.from_description(molecule.describe("x", smiles))
    np.testing.assert_allclose(
        mmff_terms(target, positions, "x").sum(axis=1), expected, rtol=0, atol=1e-9
    )
    order = rng.permutation(len(topology.numbers))
    for places, atoms in ((positions, topology), (positions[:, order], topology.relabelled(order))):
        _, terms = energy_terms(places, atoms, "mmff94")
        np.testing.assert_allclose(terms.sum(axis=1), expected, rtol=0, atol=1e-9)


def test_an_energy_that_is_no_number_keeps_nothing(conformers, monkeypatch):
    def level(molecule, positions, name):
        return np.full(len(positions), np.nan), np.zeros_like(positions)

    monkeypatch.setattr(symmetries, "resolve", lambda function: level)
    assert not trial("CCO", "mmff94", conformers)["kept"].any()
