import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdForceFieldHelpers

from confsym import molecule
from confsym.energies import force_fields
from confsym.energies.registry import LEVELS
from confsym.errors import StudyError
from confsym.registry import resolve

FORCE_FIELDS = ("mmff94", "mmff94s", "uff")


def direct(level: str, target, positions) -> float:
    """One RDKit call a conformer, force field and all."""
    copy = Chem.Mol(target)
    holder = Chem.Conformer(copy.GetNumAtoms())
    holder.SetPositions(np.ascontiguousarray(positions))
    copy.AddConformer(holder)
    if level == "uff":
        return rdForceFieldHelpers.UFFGetMoleculeForceField(copy).CalcEnergy()
    variant = {"mmff94": "MMFF94", "mmff94s": "MMFF94s"}[level]
    properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(copy, mmffVariant=variant)
    return rdForceFieldHelpers.MMFFGetMoleculeForceField(copy, properties).CalcEnergy()


@pytest.mark.parametrize("level", FORCE_FIELDS)
@pytest.mark.parametrize("smiles", ["CC(CCC)CC(C)(CCCC)O", "CC(=O)Oc1ccccc1C(=O)O", "CNC(C)=O"])
def test_energies_against_direct_calls(level, smiles, conformers):
    target, positions = conformers(smiles, 30)
    energies = resolve(LEVELS[level].function)(target, positions, "x")
    expected = [direct(level, target, conformer) for conformer in positions]
    np.testing.assert_allclose(energies, expected, rtol=0, atol=1e-9)


def test_levels_differ(conformers):
    target, positions = conformers("CNC(C)=O", 30)
    energies = [resolve(row.function)(target, positions, "x") for row in LEVELS.values()]
    for one in range(len(energies)):
        for other in range(one):
            assert np.abs(energies[one] - energies[other]).max() > 1e-3


def test_minimisation_against_rdkit(conformers):
    iterations = 60
    target, positions = conformers("CCC(C)O", 30)
    moved, converged = force_fields.minimize_mmff94(target, positions, "x", iterations)
    copy = Chem.Mol(target)
    for conformer in positions:
        holder = Chem.Conformer(copy.GetNumAtoms())
        holder.SetPositions(np.ascontiguousarray(conformer))
        copy.AddConformer(holder, assignId=True)
    outcome = rdForceFieldHelpers.MMFFOptimizeMoleculeConfs(copy, maxIters=iterations, numThreads=1)
    assert [flag == 0 for flag, _ in outcome] == converged.tolist()
    assert 0 < converged.sum() < len(converged)
    energies = force_fields.mmff94(target, moved, "x")
    np.testing.assert_allclose(energies, [energy for _, energy in outcome], rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("level", "smiles", "says"),
    [
        ("mmff94", "CB(O)O", "atom 1, element B; set energies.level to uff"),
        ("mmff94s", "C[Se]C", "atom 1, element Se"),
        ("uff", "[Pt](Cl)(Cl)", "UFF has no parameters"),
    ],
)
def test_elements_without_parameters(level, smiles, says):
    target = molecule.build("odd", smiles)
    positions = np.zeros((1, target.GetNumAtoms(), 3))
    with pytest.raises(StudyError, match=says) as error:
        resolve(LEVELS[level].function)(target, positions, "odd")
    assert "molecules.odd" in str(error.value)
