"""The calculator of a learned force field: units, orders of atoms, refusals, warnings."""

import subprocess
import sys
import warnings
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from ase import Atoms, units
from ase.build import molecule as built
from ase.calculators.calculator import PropertyNotImplementedError
from rdkit import Chem
from rdkit.Chem import AllChem
from scipy.spatial.transform import Rotation

from confsym.calculator import FarFromTraining, ForceFieldCalculator, load
from confsym.datasets import order
from confsym.energies.force_fields import mmff94
from confsym.errors import StudyError
from confsym.features.registry import FEATURES
from confsym.force_field import export, file, ordering, ranges
from confsym.force_field.record import Level
from confsym.models.labelled import Labelled
from confsym.models.linear_force_field import linear_force_field
from confsym.molecules import molecule
from confsym.molecules.topology import Topology
from force_fields import COUNT, DESCRIPTION, FACTS, ethanol, level, turned
from studies import ROOT

NUMBERS = [atom["number"] for atom in DESCRIPTION["atoms"]]
# Equal for atoms that the bonds cannot tell apart.
CLASSES = np.array([atom["equivalence_class"] for atom in DESCRIPTION["atoms"]])
KCAL = units.kcal / units.mol  # eV, to 1e-8: ASE's constants are of another year


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An experiment's folder with its force field."""
    folder = tmp_path_factory.mktemp("gp")
    file.write(folder / file.NAME, ethanol())
    return folder


@pytest.fixture
def calculator(folder):
    return load(folder)


@pytest.fixture
def atoms(calculator):
    return Atoms(NUMBERS, turned(7, 0.03, seed=5)[3], calculator=calculator)


def test_energy_and_forces_are_the_models_in_ev(atoms):
    energy, forces = ethanol().model.energies_and_forces(atoms.positions[None])
    assert atoms.get_potential_energy() == pytest.approx(energy[0] * KCAL, rel=1e-7)
    assert atoms.get_potential_energy(force_consistent=True) == atoms.get_potential_energy()
    np.testing.assert_allclose(atoms.get_forces(), forces[0] * KCAL, rtol=1e-7, atol=1e-12)
    assert atoms.get_forces().dtype == np.float64


def test_it_is_near_the_level(atoms):
    energy, forces = level(atoms.positions[None])
    assert atoms.get_potential_energy() == pytest.approx(energy[0] * KCAL, abs=0.02)
    np.testing.assert_allclose(atoms.get_forces(), forces[0] * KCAL, rtol=0, atol=0.3)


def test_it_says_what_it_is(calculator):
    said = repr(calculator)
    for words in ("ethanol (C2H6O)", "gradient_gp of MMFF94", f"{COUNT} training", "eV/Å"):
        assert words in said


def test_forces_are_the_slope_of_the_energy(atoms):
    forces, step = atoms.get_forces(), 1e-4
    slopes = np.empty_like(forces)
    start = atoms.positions.copy()
    for place in np.ndindex(*start.shape):
        ends = []
        for sign in (1, -1):
            atoms.positions[place] = start[place] + sign * step
            ends.append(atoms.get_potential_energy())
            atoms.positions[place] = start[place]
        slopes[place] = (ends[0] - ends[1]) / (2 * step)
    np.testing.assert_allclose(forces, -slopes, rtol=0, atol=1e-5)


def test_a_moved_molecule_has_the_same_energy_and_turned_forces(atoms, calculator, rng):
    turn = Rotation.random(rng=rng)
    for listed in [np.arange(9), *(rng.permutation(9) for _ in range(5))]:
        moved = Atoms(atoms.numbers[listed], turn.apply(atoms.positions)[listed] + [1, -2, 30])
        moved.calc = calculator
        assert moved.get_potential_energy() == pytest.approx(atoms.get_potential_energy(), abs=1e-8)
        np.testing.assert_allclose(
            moved.get_forces(), turn.apply(atoms.get_forces())[listed], rtol=0, atol=1e-7
        )


def test_atoms_of_ase_s_own_collection_are_taken(calculator):
    """In the order and the geometry that ASE has them."""
    theirs = built("CH3CH2OH")
    assert order.unlike(theirs.positions[None], theirs.numbers, ethanol().topology.bonds)
    theirs.calc = calculator
    found = ordering.find(theirs.numbers, theirs.positions, ethanol(), None, None)
    energy = level(theirs.positions[found][None])[0]
    assert theirs.get_potential_energy() == pytest.approx(energy[0] * KCAL, abs=0.1)


def test_an_order_stays_while_a_bond_is_stretched(calculator, rng):
    listed = rng.permutation(9)
    stretched = turned(7, 0.03, seed=5)[3]
    moving = Atoms(np.array(NUMBERS)[listed], stretched[listed], calculator=calculator)
    moving.get_potential_energy()
    stretched[8] += 0.5 * (stretched[8] - stretched[2])  # O–H, by half
    moving.positions = stretched[listed]
    with pytest.warns(FarFromTraining):
        energy = moving.get_potential_energy()
    expected = ethanol().model.energies_and_forces(stretched[None])[0][0]
    assert energy == pytest.approx(expected * KCAL, rel=1e-6)


# What it refuses.


def sentence(atoms, calculator) -> str:
    atoms.calc = calculator
    with pytest.raises(StudyError) as error:
        atoms.get_potential_energy()
    assert "\n" not in str(error.value)
    return str(error.value)


def test_other_elements_are_refused(calculator):
    assert "the atoms are H2O, but this force field is of ethanol, C2H6O" in sentence(
        built("H2O"), calculator
    )


def test_an_isomer_is_refused_before_and_after_the_molecule(calculator, atoms):
    assert "no other isomer" in sentence(built("CH3OCH3"), calculator)
    atoms.get_potential_energy()
    assert "no other isomer" in sentence(built("CH3OCH3"), calculator)


def test_a_broken_bond_is_refused(calculator, atoms):
    atoms.get_potential_energy()
    atoms.positions[8] += 3 * (atoms.positions[8] - atoms.positions[2])
    assert "no broken bond" in sentence(atoms, calculator)


def test_a_periodic_box_is_refused(calculator, atoms):
    atoms.set_cell([10, 10, 10])
    assert atoms.get_potential_energy()
    atoms.pbc = True
    assert "periodic box" in sentence(atoms, calculator)


def test_without_atoms_it_is_a_sentence(calculator):
    with pytest.raises(StudyError, match="there are no atoms yet; "):
        calculator.get_potential_energy()


def test_ase_takes_its_properties(atoms):
    found = atoms.get_properties(["energy", "forces"])
    assert found["energy"] == atoms.get_potential_energy()
    np.testing.assert_array_equal(found["forces"], atoms.get_forces())


def test_positions_that_are_no_numbers_are_refused(calculator, atoms):
    atoms.positions[0, 0] = np.nan
    assert "finite" in sentence(atoms, calculator)


def test_no_file_is_a_sentence(tmp_path):
    with pytest.raises(StudyError, match=r"force_field\.zip is not there; run .* forces"):
        load(tmp_path)


# Far from what it learned from.


def test_it_warns_far_from_its_training_geometries(calculator, atoms):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        atoms.get_potential_energy()
    near = atoms.calc.get_property("distance", atoms)
    assert 0 < near < calculator.reach
    atoms.positions *= 1.1
    with pytest.warns(FarFromTraining, match="do not trust it there"):
        atoms.get_potential_energy()
    assert calculator.results["distance"] > calculator.reach


def test_a_warning_that_is_an_error_stops_each_call(atoms):
    atoms.positions *= 1.1
    with warnings.catch_warnings():
        warnings.simplefilter("error", FarFromTraining)
        for _ in range(2):
            with pytest.raises(FarFromTraining):
                atoms.get_potential_energy()


def test_distances_are_those_of_the_kernel():
    """Of two geometries, relabelled and not, and of a training geometry from itself."""
    model, positions = ethanol().model, turned(COUNT, 0.03)
    np.testing.assert_allclose(model.distance(positions), 0, atol=1e-7)
    swapped = positions[:, [0, 1, 2, 4, 3, 5, 6, 7, 8]]
    np.testing.assert_allclose(model.distance(swapped), 0, atol=1e-7)
    gaps = model.gaps()
    alone = replace_terms(model, slice(12, None))  # all but the first geometry in its 12 orders
    assert gaps[0] == pytest.approx(alone.distance(positions[:1])[0])
    assert ethanol().training.reach == gaps.max()


def replace_terms(model, rows):
    data, arrays = model.state()
    expansion = {name: arrays[name][rows] for name in ("x", "slope", "constant")}
    return type(model).from_state(data, arrays | expansion)


class Known:
    """A model that knows its deviations, and has no distances."""

    def energies_and_forces(self, positions):
        return ethanol().model.energies_and_forces(positions)

    def deviations(self, positions):
        forces = np.tile(CLASSES[:, None], (len(positions), 1, 3)).astype(float)
        return np.full(len(positions), 2.0), forces


def test_deviations_are_properties_of_a_model_that_has_them(atoms):
    theirs = ForceFieldCalculator(exported(Known()))
    listed = np.arange(9)[::-1]
    mirrored = atoms[listed]
    assert theirs.get_property("energy_uncertainty", mirrored) == pytest.approx(2 * KCAL)
    found = theirs.get_property("forces_uncertainty", mirrored)
    expected = np.tile(CLASSES[listed, None] * KCAL, (1, 3))
    np.testing.assert_allclose(found, expected, rtol=1e-7)


def test_a_process_is_less_sure_far_away(atoms, calculator):
    near = calculator.get_property("energy_uncertainty", atoms)
    assert "energy_uncertainty" in calculator.results
    atoms.get_forces()
    stretched = atoms.copy()
    stretched.positions *= 1.1
    with pytest.warns(FarFromTraining):
        far = calculator.get_property("energy_uncertainty", stretched)
    assert 0 < near < far / 10
    assert calculator.results["forces_uncertainty"].shape == (9, 3)


class Plain:
    """A model without anything beside."""

    energies_and_forces = Known.energies_and_forces


def test_a_model_without_deviations_has_none(atoms):
    theirs = ForceFieldCalculator(exported(Plain()))
    with pytest.raises(PropertyNotImplementedError):
        theirs.get_property("energy_uncertainty", atoms)


def exported(model, times: int = 1):
    """A force field of another model, that learned from the same geometries, so many times."""
    positions = np.concatenate([turned(COUNT, 0.03)] * times)
    return export.force_field(model, DESCRIPTION, positions, level(positions)[0], FACTS, "", None)


def test_a_model_without_distances_has_the_ranges_of_atoms(atoms):
    known = exported(Known())
    positions = turned(COUNT, 0.03)
    assert (known.distance(positions) == 0).all()
    swapped = positions[:, [0, 1, 2, 4, 3, 5, 6, 7, 8]]
    assert (known.distance(swapped) == 0).all()
    alone = [
        exported_ranges(np.delete(positions, k, axis=0)).outside(distances(positions[[k]]))[0]
        for k in range(COUNT)
    ]
    assert known.training.reach == pytest.approx(max(alone))
    atoms.calc = ForceFieldCalculator(known)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        atoms.get_potential_energy()
    atoms.positions *= 1.2
    with pytest.warns(FarFromTraining, match="Å outside of their range"):
        atoms.get_potential_energy()


def test_copies_leave_the_reach_as_it_is():
    assert exported(Known(), times=3).training.reach == exported(Known()).training.reach
    assert ranges.largest_gap(np.ones((3, 2))) == 0


def distances(positions):
    return ranges.sorted_distances(positions, DESCRIPTION)


def exported_ranges(positions):
    return ranges.Ranges.of(distances(positions))


# A cheaper level below.


def test_the_baseline_is_added(atoms, calculator):
    known = replace(ethanol(), baseline=Level("mmff94", "MMFF94"))
    listed = np.array([3, 0, 1, 2, 4, 8, 5, 6, 7])
    theirs = atoms[listed]
    theirs.calc = ForceFieldCalculator(known)
    energy, forces = level(atoms.positions[None])
    assert theirs.get_potential_energy() == pytest.approx(
        atoms.get_potential_energy() + energy[0] * KCAL, rel=1e-7
    )
    np.testing.assert_allclose(
        theirs.get_forces(), (atoms.get_forces() + forces[0] * KCAL)[listed], rtol=0, atol=1e-6
    )
    assert "of MMFF94 above MMFF94" in repr(theirs.calc)


def test_a_baseline_without_its_package_is_a_sentence(monkeypatch):
    monkeypatch.delitem(sys.modules, "confsym.energies.tight_binding", raising=False)
    monkeypatch.setitem(sys.modules, "tblite", None)
    monkeypatch.setitem(sys.modules, "tblite.interface", None)
    with pytest.raises(StudyError, match=r"gfn2_xtb, which needs the package tblite\S*; install"):
        ForceFieldCalculator(replace(ethanol(), baseline=Level("gfn2_xtb", "GFN2-xTB")))


def test_a_baseline_of_the_studys_own_is_a_sentence():
    with pytest.raises(StudyError, match="level mine, which is the study's own"):
        ForceFieldCalculator(replace(ethanol(), baseline=Level("mine", "mine")))


def test_it_needs_few_packages(folder):
    """NumPy, SciPy, RDKit and ASE: what `pip install .` brings."""
    heavy = "jax optax sklearn pandas psutil joblib pyarrow snakemake yaml tblite threadpoolctl"
    code = (
        "import sys\n"
        f"sys.modules.update(dict.fromkeys({heavy.split()!r}))\n"
        "from confsym.calculator import load\n"
        "from ase.build import molecule\n"
        "atoms = molecule('CH3CH2OH')\n"
        f"atoms.calc = load({str(folder)!r})\n"
        "print(atoms.get_potential_energy())\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(ROOT / "workflow/scripts")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    assert np.isfinite(float(process.stdout))


@pytest.mark.parametrize("smiles", ["C1CCC1", "OC1CCC1", "O=C1CCN1", "C1CC2CC12", "C1C2CC1C2"])
def test_atoms_of_small_rings_are_told_apart(smiles, conformers, rng):
    """Atoms across a ring of four are hardly farther apart than a long bond."""
    target, (positions, *_) = conformers(smiles, 3)
    numbers = np.array([atom.GetAtomicNum() for atom in target.GetAtoms()])
    bonds = Chem.GetAdjacencyMatrix(target)
    topology = Topology.from_description(molecule.describe("ring", smiles))
    for _ in range(200):
        listed = np.arange(len(numbers))
        for element in set(numbers.tolist()):
            here = np.flatnonzero(numbers == element)
            listed[here] = rng.permutation(here)
        again = np.argsort(listed)
        for one in swapped_in_pairs(bonds, numbers, rng):
            found = ordering.find(
                numbers[listed], positions[listed], by_bonds(topology), again[one], None
            )
            atoms = listed[found]
            assert np.array_equal(bonds[np.ix_(atoms, atoms)], bonds)


def by_bonds(topology):
    """What `ordering` reads of a force field that tells atoms apart by elements and bonds alone."""
    named = {"topology": topology, "molecule": {"name": "x"}}
    return SimpleNamespace(**named, kind="gradient_gp", baseline=None)


@pytest.mark.parametrize("smiles", ["OO", "N=N"])
def test_a_hot_geometry_is_not_taken_as_it_is_listed(smiles, conformers):
    """Its hydrogens stand at the other heavy atoms, hardly farther than a long bond."""
    target, (positions, *_) = conformers(smiles, 3)
    numbers = np.array([atom.GetAtomicNum() for atom in target.GetAtoms()])
    bonds = Chem.GetAdjacencyMatrix(target)
    topology = Topology.from_description(molecule.describe("x", smiles))
    rng, hydrogens = np.random.default_rng(0), np.flatnonzero(numbers == 1)
    seen = 0
    for _ in range(400):
        hot = positions + 0.08 * rng.normal(size=positions.shape)
        if order.unlike(hot[None], numbers, topology.bonds)[0]:
            continue
        listed = np.arange(len(numbers))
        listed[hydrogens] = rng.permutation(hydrogens)
        atoms = listed[ordering.find(numbers, hot[listed], by_bonds(topology), None, None)]
        assert np.array_equal(bonds[np.ix_(atoms, atoms)], bonds)
        seen += 1
    assert seen > 100


def swapped_in_pairs(bonds, numbers, rng):
    """Orders of a molecule's atoms in which heavy atoms change places, with their hydrogens."""
    heavy = np.flatnonzero(numbers != 1)
    hydrogens = {a: [b for b in np.flatnonzero(bonds[a]) if numbers[b] == 1] for a in heavy}
    for _ in range(3):
        order = np.arange(len(numbers))
        one, other = rng.choice(heavy, 2, replace=False)
        alike = numbers[one] == numbers[other] and len(hydrogens[one]) == len(hydrogens[other])
        if alike:
            here, there = [one, *hydrogens[one]], [other, *hydrogens[other]]
            order[here], order[there] = there, here
        yield order


# Atoms that elements and bonds cannot tell apart, and a model can.

RING = "C1=CC=CC=CC=C1"


@cache
def linear(smiles):
    """A `linear_force_field` of MMFF94 as a force field, and geometries that it has not seen."""
    description = molecule.describe("x", smiles)
    target = molecule.from_description(description)
    AllChem.EmbedMultipleConfs(target, 40, randomSeed=7)
    positions = np.array([one.GetPositions() for one in target.GetConformers()])
    positions += 0.03 * np.random.default_rng(1).normal(size=positions.shape)
    energies, gradients = mmff94(target, positions, "x")
    entry = {"kind": "force_field_terms"}
    entry |= {name: p["default"] for name, p in FEATURES["force_field_terms"].parameters.items()}
    topology = Topology.from_description(description)
    known = Labelled(topology, positions, energies, -gradients).of(np.arange(30))
    model = linear_force_field(known, [entry], None, saturate=False)
    facts = FACTS | {"kind": "linear_force_field"}
    return export.force_field(
        model, description, known.positions, known.energy, facts, "", None
    ), positions[30:]


@pytest.mark.parametrize(
    "smiles", [RING, "CCO", "CCC(C)O", "C[N+](=O)[O-]", "CC(=O)[O-]", "c1ccccc1", "OC1CCC1"]
)
def test_any_order_has_the_energy_of_the_molecule_s_own(smiles, rng):
    known, positions = linear(smiles)
    energies = known.model.energies_and_forces(positions)[0]
    for place, energy in zip(positions, energies, strict=True):
        listed = rng.permutation(len(place))
        theirs = Atoms(known.topology.numbers[listed], place[listed])
        theirs.calc = ForceFieldCalculator(known)
        assert theirs.get_potential_energy() / KCAL == pytest.approx(energy, abs=ordering.SAME)


def test_double_bonds_are_found_although_elements_and_bonds_are_in_place():
    """The ring is listed from the next atom on, and so are its hydrogens."""
    known, (place, *_) = linear(RING)
    listed = np.concatenate([np.roll(np.arange(8), 1), 8 + np.roll(np.arange(8), 1)])
    theirs = Atoms(known.topology.numbers, place[listed], calculator=ForceFieldCalculator(known))
    energy = known.model.energies_and_forces(place[None])[0][0]
    assert theirs.get_potential_energy() / KCAL == pytest.approx(energy, abs=1e-4)


class ByPlace:
    """A model that knows each atom by its place in the list."""

    def energies_and_forces(self, positions):
        stiff = 1 + np.arange(positions.shape[1])[:, None]
        return (stiff * positions**2).sum(axis=(1, 2)), -2 * stiff * positions


@pytest.fixture
def by_place():
    positions = turned(COUNT, 0.03)
    facts = FACTS | {"kind": "cartesian_gp"}
    return ForceFieldCalculator(
        export.force_field(ByPlace(), DESCRIPTION, positions, level(positions)[0], facts, "", None)
    )


def test_a_model_that_knows_atoms_by_place_takes_them_as_they_are_listed(atoms, by_place):
    expected = ByPlace().energies_and_forces(atoms.positions[None])[0][0]
    atoms.calc = by_place
    assert atoms.get_potential_energy() == pytest.approx(expected * KCAL, rel=1e-6)


def test_a_model_that_knows_atoms_by_place_refuses_another_order(atoms, by_place):
    said = sentence(atoms[np.arange(9)[::-1]], by_place)
    assert "bonds do not say which atom of ethanol is which" in said
    assert "list the atoms as the geometries that it learned from do" in said


def test_where_no_atoms_are_alike_any_order_is_taken_by_place():
    """Hypochlorous acid."""
    description = molecule.describe("acid", "OCl")
    place = np.array([[0.0, 0, 0], [1.7, 0, 0], [-0.2, 0.95, 0]])
    facts = FACTS | {"kind": "cartesian_gp"}
    more = place + 0.03 * np.random.default_rng(0).normal(size=(5, 3, 3))
    known = export.force_field(ByPlace(), description, more, np.zeros(5), facts, "", None)
    theirs = Atoms("ClHO", place[[1, 2, 0]], calculator=ForceFieldCalculator(known))
    expected = ByPlace().energies_and_forces(place[None])[0][0]
    assert theirs.get_potential_energy() == pytest.approx(expected * KCAL, rel=1e-6)


def test_a_baseline_that_tells_atoms_apart_has_its_own_way(rng):
    """A process takes the ring's atoms for alike, and the level below does not."""
    known, positions = linear(RING)
    known = replace(known, kind="gradient_gp", baseline=Level("mmff94", "MMFF94"), model=Nothing())
    target = molecule.from_description(dict(known.molecule))
    for place in positions:
        listed = rng.permutation(16)
        theirs = Atoms(known.topology.numbers[listed], place[listed])
        theirs.calc = ForceFieldCalculator(known)
        energy = mmff94(target, place[None], "x")[0][0]
        assert theirs.get_potential_energy() / KCAL == pytest.approx(energy, abs=1e-3)


class Nothing:
    """A model of no energy."""

    def energies_and_forces(self, positions):
        return np.zeros(len(positions)), np.zeros(positions.shape)
