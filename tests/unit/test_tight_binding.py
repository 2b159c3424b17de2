"""Extended tight binding: tblite as a study calls it."""

import numpy as np
import pytest
from ase import Atoms, units
from tblite.ase import TBLite
from tblite.interface import Calculator
from threadpoolctl import threadpool_limits

from confsym.atomic_units import BOHR, HARTREE
from confsym.energies import parts, tight_binding
from confsym.energies.registry import LEVELS
from confsym.errors import StudyError
from confsym.molecules import molecule
from confsym.registry import resolve

KCAL = units.kcal / units.mol
GFN2 = "confsym.energies.tight_binding:gfn2_xtb"
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
    energies, gradients = resolve(LEVELS[level].function)(target, positions[:4], "x")
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
    function = resolve(LEVELS[level].function)
    energies, gradients = function(target, positions, "x")
    orders = [np.arange(9)[::-1], *np.array_split(np.arange(9), 4), np.array([], dtype=int)]
    for chosen in orders:
        some, slopes = function(target, positions[chosen], "x")
        assert (some == energies[chosen]).all()
        assert (slopes == gradients[chosen]).all()
        assert slopes.shape == (len(chosen), *positions.shape[1:])


@pytest.mark.parametrize("level", LABELS)
def test_tighter_thresholds_change_little(level, conformers, monkeypatch):
    target, positions = conformers("CNC(C)=O", 30)
    function = resolve(LEVELS[level].function)
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
        ("[CH2][CH2]", ["atom 0 (C) has an unpaired electron", "give a closed-shell molecule."]),
        ("C[C]C", ["atom 1 (C) has 2 electrons too few in bonds"]),
        ("Cl[Cr](Cl)Cl", ["odd number of electrons", "give a closed-shell"]),
        ("C[U]C", ["GFN2-xTB has no parameters for atom 1, element U", "no other level takes"]),
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
    far, none = 40 * positions[7], 0 * positions[7]
    for bad, place, says in [(7, far, "SCF not converged in 250 cycles"), (8, none, "close inter")]:
        positions[bad] = place
        with pytest.raises(StudyError, match=f"molecules.x: .* conformer {bad} ") as error:
            parts.compute(GFN2, target, positions[: bad + 1], "x", bad, bad + 1)
        assert says in str(error.value)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("smiles", "charge"),
    [
        ("[Mg+2](<-O)<-O", 2),
        ("[Zn+2](<-O)<-O", 2),
        ("[K+](<-O)<-O", 1),
        ("Cl[Sn]Cl", 0),
        ("C[Si]C", 0),
        ("[O]<-n1ccccc1", 0),
    ],
)
def test_closed_shells_that_rdkit_gives_unpaired_electrons(smiles, charge, conformers):
    """Waters of a metal, divalent tin and silicon, an acceptor: against tblite's own calculator."""
    target, positions = conformers(smiles, 3)
    energy, _ = tight_binding.gfn2_xtb(target, positions[:1], "x")
    numbers = np.array([atom.GetAtomicNum() for atom in target.GetAtoms()])
    direct = Calculator("GFN2-xTB", numbers, positions[0] / BOHR, charge, uhf=0)
    direct.set("accuracy", tight_binding.ACCURACY)
    direct.set("verbosity", 0)
    expected = HARTREE * direct.singlepoint().get("energy")
    assert energy[0] == pytest.approx(expected, rel=1e-9)


def test_the_spin_of_a_metal_is_said():
    (remark,) = tight_binding.gfn2_xtb_remarks(molecule.build("iron", "[Fe+2](<-O)(<-O)<-O"))
    assert "GFN2-xTB energies are those of paired electrons" in remark
    assert "atom 0 (Fe)" in remark
    assert tight_binding.gfn2_xtb_remarks(molecule.build("x", "CCO")) == []


def test_parts_put_together_are_the_whole(conformers):
    target, positions = conformers("CNC(C)=O", 30)
    found = [parts.compute(GFN2, target, positions[:3], "x", part, 4) for part in range(4)]
    energies, gradients = tight_binding.gfn2_xtb(target, positions[:3], "x")
    assert parts.join(found, "conformer").tolist() == [0, 1, 2]
    assert (parts.join(found, "energy_kcal_mol") == energies).all()
    assert (parts.join(found, "gradients") == gradients).all()


def test_an_energy_that_is_no_number_is_refused(conformers):
    target, positions = conformers("CNC(C)=O", 30)
    positions[2] = np.nan
    with pytest.raises(parts.NoEnergy, match=r"molecules.x: mmff94 .* conformer 2 \(it is not a"):
        parts.compute("confsym.energies.force_fields:mmff94", target, positions, "x", 0, 2)


def test_an_infinite_energy_is_refused(monkeypatch, conformers):
    target, positions = conformers("CNC(C)=O", 30)

    def level(molecule, positions, name):
        return np.full(len(positions), np.inf), np.zeros_like(positions)

    monkeypatch.setattr(parts, "resolve", lambda function: level)
    with pytest.raises(parts.NoEnergy, match=r"conformer 4 \(it is not a finite number"):
        parts.compute("package:level", target, positions[:8], "x", 1, 2)


def test_the_place_of_a_conformer_without_energy_is_told(conformers):
    target, positions = conformers("CNC(C)=O", 30)
    positions[1] = 0
    with pytest.raises(parts.NoEnergy) as error:
        tight_binding.gfn2_xtb(target, positions[:3], "x")
    assert error.value.index == 1
