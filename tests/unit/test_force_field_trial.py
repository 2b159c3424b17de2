"""A force field beside its level: the tables, against ASE's own programs, and their figure."""

import logging
from functools import partial

import numpy as np
import pandas as pd
import pytest
from ase import Atoms
from ase.calculators.emt import EMT
from ase.constraints import FixAtoms
from ase.vibrations import Vibrations
from rdkit.Chem import rdDistGeom

from confsym.calculator import ForceFieldCalculator
from confsym.energies.force_fields import mmff94
from confsym.errors import StudyError
from confsym.evaluation import force_field_trial as trial
from confsym.figures import force_field as drawing
from confsym.molecules import molecule
from confsym.molecules.torsions import scanned_torsion
from confsym.sampling.surface import Surface, Unphysical
from force_fields import DESCRIPTION, ethanol, level, turned

TARGET = molecule.from_description(DESCRIPTION)
FUNCTION = "confsym.energies.force_fields:mmff94"
TORSION = scanned_torsion(TARGET, molecule.equivalence_classes(TARGET))


@pytest.fixture(scope="module")
def pair():
    return ForceFieldCalculator(ethanol()), Surface(partial(mmff94, TARGET, name="ethanol"))


class Lost(EMT):
    """A calculator that finds no energy."""

    def calculate(self, *arguments, **named):
        raise Unphysical("the forces are no finite numbers")


def test_conformers_relax_to_the_levels_minima(pair):
    starts = dict(zip((3, 8), turned(12, 0.02, seed=2)[[0, 4]], strict=True))
    found = trial.relaxations(*pair, TARGET, starts)
    assert found["conformer"].tolist() == [3, 8]
    np.testing.assert_allclose(found["model_kcal_mol"], found["level_kcal_mol"], atol=0.1)
    assert found["rmsd_angstrom"].max() < 0.05
    assert (found["level_kcal_mol"] < level(np.array([*starts.values()]))[0]).all()


def test_what_finds_no_minimum_is_not_a_number(pair):
    found = trial.relaxations(pair[0], Lost(), TARGET, {0: turned(1, 0.0)[0]})
    assert np.isnan(found["level_kcal_mol"]).all()
    assert np.isfinite(found["model_kcal_mol"]).all()
    assert np.isnan(found["rmsd_angstrom"]).all()
    assert not len(trial.vibrations(pair[0], Lost(), TARGET, turned(1, 0.0)[0])["level_per_cm"])


def test_frequencies_are_ases(pair, tmp_path):
    minimum = trial.relaxed(pair[1], TARGET, turned(12, 0.0)[0])
    vibrations = Vibrations(minimum, name=str(tmp_path / "x"), delta=trial.DISPLACED)
    vibrations.run()
    expected = vibrations.get_frequencies().real[6:]
    np.testing.assert_allclose(trial.frequencies(minimum), expected, rtol=0, atol=0.1)


def test_vibrations_are_the_levels(pair):
    found = trial.vibrations(*pair, TARGET, turned(12, 0.02, seed=2)[0])
    assert len(found["level_per_cm"]) == 21
    np.testing.assert_allclose(found["model_per_cm"], found["level_per_cm"], rtol=0.03, atol=40)


def vibrations(smiles):
    """Those of MMFF94, from RDKit's own geometry."""
    target = molecule.build("x", smiles)
    rdDistGeom.EmbedMolecule(target, randomSeed=1)
    surface = Surface(partial(mmff94, target, name="x"))
    start = target.GetConformer().GetPositions()
    return trial.vibrations(surface, surface, target, start)["level_per_cm"]


def test_isotopes_vibrate_with_their_own_masses():
    """The rule of products: Redlich, Z. Phys. Chem. B 28, 371 (1935)."""
    light, heavy = vibrations("O"), vibrations("O([2H])[2H]")
    place = [[0, 0, 0], [0.76, 0.59, 0], [-0.76, 0.59, 0]]
    waters = [Atoms("OH2", place, masses=[15.999, mass, mass]) for mass in (1.008, 2.014)]
    masses = [one.get_masses() for one in waters]
    moments = [np.prod(one.get_moments_of_inertia()) for one in waters]
    expected = np.sqrt(
        np.prod(masses[0] / masses[1]) ** 3
        * (masses[1].sum() / masses[0].sum()) ** 3
        * moments[1]
        / moments[0]
    )
    assert np.prod(heavy) / np.prod(light) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(("smiles", "count"), [("O=C=O", 4), ("C#N", 4), ("O", 3)])
def test_molecules_in_a_line_have_a_vibration_more(smiles, count):
    found = vibrations(smiles)
    assert len(found) == count
    assert (found > 300).all()


def test_a_torsion_goes_all_around(pair):
    found = trial.torsion_scan(*pair, TARGET, turned(12, 0.0)[0], TORSION)
    assert found["degrees"].tolist() == list(range(0, 360, 15))
    np.testing.assert_allclose(found["model_kcal_mol"], found["level_kcal_mol"], atol=0.2)
    assert 0.5 < np.ptp(found["level_kcal_mol"]) < 4
    assert ((found["deviation_kcal_mol"] > 0) & (found["deviation_kcal_mol"] < 3)).all()
    assert (found["distance"] > 0).all()
    missed = found["force_mae_kcal_mol_angstrom"]
    assert ((missed > 0) & (missed < 2)).all()


def test_the_error_of_forces_is_that_of_all_components(pair):
    """Those that a constraint hides among them."""
    model, surface = pair
    atoms = trial.atoms_of(TARGET, turned(12, 0.05)[3])
    atoms.calc = model
    atoms.set_constraint(FixAtoms([0, 1]))
    energy, gradients = mmff94(TARGET, atoms.positions[None], name="ethanol")
    forces = ethanol().model.energies_and_forces(atoms.positions[None])[1]
    found = trial._of_level(surface, atoms)
    expected = energy[0], np.abs(forces + gradients).mean()
    assert found == pytest.approx(expected, rel=1e-6)


class Refusing(ForceFieldCalculator):
    """The force field, which refuses a part of the torsion."""

    def calculate(self, atoms=None, properties=("energy",), system_changes=()):
        turned_to = atoms.get_dihedral(*TORSION.atoms[0].tolist())
        if 100 < turned_to < 200:
            raise StudyError("a bond is torn.")
        super().calculate(atoms, properties, system_changes)


def test_both_sides_of_what_a_model_refuses_are_found():
    model = Refusing(ethanol())
    found = trial.torsion_scan(model, None, TARGET, turned(12, 0.0)[9], TORSION)
    expected = [angle for angle in range(0, 360, 15) if not 100 < angle < 200]
    assert found["degrees"].tolist() == expected
    assert np.ptp(found["model_kcal_mol"]) < 4  # all of them next to a geometry that was found


def test_angles_that_do_not_relax_are_left_out(pair, monkeypatch, caplog):
    model, start = pair[0], turned(12, 0.0)[0]
    start = trial.relaxed(model, TARGET, start).positions
    monkeypatch.setattr(trial, "STEPS", 2)
    logging.getLogger("confsym").propagate = True
    with caplog.at_level("INFO", "confsym"):
        found = trial.torsion_scan(model, None, TARGET, start, TORSION)
    missed = 24 - len(found["degrees"])
    assert missed > 12
    assert f"torsion angles at which the model finds no minimum: {missed}" in caplog.text


def test_without_a_level_or_a_bond_there_are_headings_alone(pair):
    model, start = pair[0], turned(12, 0.0)[0]
    with trial.opened("", TARGET, "ethanol", {}) as surface:
        assert surface is None
    assert [*map(len, trial.relaxations(model, None, TARGET, {0: start}).values())] == [0] * 4
    assert [*map(len, trial.vibrations(model, None, TARGET, start).values())] == [0] * 2
    assert [*map(len, trial.torsion_scan(model, None, TARGET, start, None).values())] == [0] * 6


def test_held_out_conformers_are_chosen_evenly():
    assert trial.evenly_chosen(np.arange(7)).tolist() == list(range(7))
    many = trial.evenly_chosen(np.arange(1000, 2000))
    assert (len(many), many[0], many[-1]) == (50, 1000, 1999)


@pytest.mark.parametrize(
    ("smiles", "atoms"),
    [
        ("CCO", [[1, 2]]),
        ("CC(C)CC", [[1, 3]]),
        ("c1ccccc1", None),
        ("CC#CC", None),
        ("c1ccccc1C(=O)N", [[5, 6]]),
    ],
)
def test_which_bond_is_turned(smiles, atoms):
    target = molecule.build("x", smiles)
    found = scanned_torsion(target, molecule.equivalence_classes(target))
    assert (found and np.unique(found.atoms[:, 1:3], axis=0).tolist()) == atoms


@pytest.mark.parametrize("known", [True, False])
def test_the_figure_has_a_panel_for_what_there_is(known):
    table = pd.DataFrame({"conformer": [0, 1], "level_kcal_mol": [0.0, 1], "rmsd_angstrom": 0.1})
    table["model_kcal_mol"] = [0.1, 1.2]
    waves = pd.DataFrame({"level_per_cm": [100.0, 3000], "model_per_cm": [110.0, 3010]})
    scan = pd.DataFrame({"degrees": [0.0, 120, 240], "model_kcal_mol": [5.0, 6, 7]})
    scan["level_kcal_mol"] = [5.0, 6, 6] if known else np.nan
    scan["deviation_kcal_mol"] = 0.2 if known else np.nan
    scan["force_mae_kcal_mol_angstrom"] = [0.3, 0.1, 0.2] if known else np.nan
    parts = (table, waves) if known else (table[:0], waves[:0])
    turn = ("C–C", np.array([10.0, 20, 200]))
    figure = drawing.force_field(*parts, scan, turn, "MMFF94", "ethanol, MMFF94, gp: cloud")
    assert len(figure.axes) == (5 if known else 2)  # the bars have axes of their own
    torsion = figure.axes[2 if known else 0]
    assert len(torsion.collections) == known
    said = [text.get_text() for text in torsion.get_legend().get_texts()]
    assert said == ["model", "MMFF94"][: 1 + known]


def test_one_wild_minimum_does_not_hide_the_others():
    table = pd.DataFrame({"conformer": range(5), "level_kcal_mol": [0.0, 1, 2, 3, 4]})
    table["model_kcal_mol"] = [0.1, 1.1, 2.2, -3000, 4.1]
    table["rmsd_angstrom"] = 0.1
    waves, scan = pd.DataFrame({"level_per_cm": [], "model_per_cm": []}), pd.DataFrame()
    figure = drawing.force_field(table, waves, scan, None, "MMFF94", "ethanol")
    axes = figure.axes[0]
    assert "1 not shown" in axes.texts[0].get_text()
    assert axes.get_ylim()[0] > -1
