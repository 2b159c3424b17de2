"""Extended tight binding: tblite as a study calls it."""

import numpy as np
import pytest
from ase import Atoms, units
from tblite.ase import TBLite
from threadpoolctl import threadpool_limits

from confsym import molecule
from confsym.energies import tight_binding
from confsym.energies.registry import LEVELS
from confsym.errors import StudyError
from confsym.registry import resolve

KCAL = units.kcal / units.mol
LABELS = {"gfn1_xtb": "GFN1-xTB", "gfn2_xtb": "GFN2-xTB"}


@pytest.fixture(autouse=True)
def _one_thread():
    """As in a job: more threads add in another order, which shows in a gradient's last digits."""
    with threadpool_limits(limits=1):
        yield


@pytest.mark.parametrize("level", LABELS)
@pytest.mark.parametrize(("smiles", "charge"), [("C[C@H](F)CO", 0), ("CC(=O)[O-]", -1)])
def test_energies_and_gradients_against_the_ase_calculator(level, smiles, charge, conformers):
    target, positions = conformers(smiles, 30)
    energies, gradients = resolve(LEVELS[level].gradients)(target, positions[:4], "x")
    numbers = [atom.GetAtomicNum() for atom in target.GetAtoms()]
    for i in range(4):
        atoms = Atoms(numbers, positions[i])
        settings = {"charge": charge, "accuracy": tight_binding.ACCURACY, "verbosity": 0}
        atoms.calc = TBLite(method=LABELS[level], multiplicity=1, **settings)
        assert energies[i] == pytest.approx(atoms.get_potential_energy() / KCAL, rel=1e-9)
        forces = atoms.get_forces() / KCAL
        np.testing.assert_allclose(gradients[i], -forces, rtol=0, atol=1e-5)


@pytest.mark.parametrize("level", LABELS)
def test_no_conformer_knows_of_the_others(level, conformers):
    """Any choice, any order, any chunk: the same bits."""
    target, positions = conformers("C[C@H](F)CO", 30)
    positions = positions[:9]
    function = resolve(LEVELS[level].gradients)
    energies, gradients = function(target, positions, "x")
    assert (resolve(LEVELS[level].function)(target, positions, "x") == energies).all()
    orders = [np.arange(9)[::-1], *np.array_split(np.arange(9), 4), np.array([], dtype=int)]
    for chosen in orders:
        some, slopes = function(target, positions, "x", chosen)
        assert (some == energies[chosen]).all()
        assert (slopes == gradients[chosen]).all()
        assert slopes.shape == (len(chosen), *positions.shape[1:])


@pytest.mark.parametrize("level", LABELS)
def test_tighter_thresholds_change_little(level, conformers, monkeypatch):
    target, positions = conformers("CNC(C)=O", 30)
    function = resolve(LEVELS[level].gradients)
    energies, gradients = function(target, positions[:5], "x")
    monkeypatch.setattr(tight_binding, "ACCURACY", 1e-4)
    converged, slopes = function(target, positions[:5], "x")
    np.testing.assert_allclose(energies, converged, rtol=0, atol=1e-6)
    np.testing.assert_allclose(gradients, slopes, rtol=0, atol=5e-3)


def test_nothing_is_printed(conformers, capfd):
    target, positions = conformers("CNC(C)=O", 30)
    tight_binding.gfn2_xtb(target, positions[:1], "x")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("smiles", "says"),
    [
        ("CC[CH2]", ["atom 2 (C) has an unpaired electron", "closed-shell"]),
        ("[Cu](C)C", ["paired"]),
        ("C[U]C", ["GFN2-xTB has no parameters for atom 1, element U", "try energies.level uff"]),
    ],
)
def test_molecules_that_it_cannot_have(smiles, says):
    target = molecule.build("odd", smiles)
    positions = np.zeros((1, target.GetNumAtoms(), 3))
    with pytest.raises(StudyError) as error:
        tight_binding.gfn2_xtb(target, positions, "odd")
    for part in ["molecules.odd", *says]:
        assert part in str(error.value)


def test_a_conformer_that_does_not_converge_is_named(conformers):
    target, positions = conformers("CNC(C)=O", 30)
    positions[7] *= 40
    positions[8] = 0
    for bad, says in [(7, "SCF not converged in 250 cycles"), (8, "close interatomic distances")]:
        with pytest.raises(StudyError, match=f"molecules.x: .* conformer {bad} ") as error:
            tight_binding.gfn2_xtb_gradients(target, positions, "x", np.array([5, bad]))
        assert says in str(error.value)
        assert "\n" not in str(error.value)
