"""Levels from calculators of ASE's kind, against the calculators called directly."""

import os

import numpy as np
import pytest
import yaml
from ase import Atoms, units
from ase.calculators.emt import EMT
from test_study import problem

from confsym.atomic_units import HARTREE
from confsym.energies import ase_calculator, parts
from confsym.energies.registry import KINDS, LEVELS, level_row
from confsym.errors import StudyError
from confsym.molecules.ase_atoms import atoms_of
from confsym.molecules.rdkit_conformer import with_conformer
from confsym.registry import resolve
from confsym.sampling.surface import surface
from confsym.storage.numbers import significant
from confsym.study import experiments, overrides, own_code
from differences import along
from studies import TINY

KCAL = units.kcal / units.mol
XTB = {"calculator": "tblite.ase:TBLite", "options": {"method": "GFN2-xTB", "accuracy": 0.1}}
EMT_ENTRY = {"kind": "ase", "calculator": "ase.calculators.emt:EMT", "options": {}, "parts": 2}

SPRINGS = '''
import numpy as np
from ase.calculators.calculator import Calculator, all_changes

class Springs(Calculator):
    """A spring from each atom to the origin, eV and Å."""
    implemented_properties = ["energy", "forces"]

    def __init__(self, constant):
        super().__init__()
        self.constant = constant

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        print("a page of output")
        self.results["energy"] = 0.5 * self.constant * (atoms.positions**2).sum()
        self.results["forces"] = -self.constant * atoms.positions

class Forceless(Springs):
    implemented_properties = ["energy"]

class Smeared(Springs):
    """Forces are those of the free energy; the energy is what extrapolation makes of it."""
    implemented_properties = ["energy", "free_energy", "forces"]

    def calculate(self, *arguments, **named):
        super().calculate(*arguments, **named)
        self.results["free_energy"] = self.results["energy"]
        self.results["energy"] = 0.9 * self.results["free_energy"]

class OneByOne(Smeared):
    """Has in its results what was asked for alone, as ASE's sums of calculators do."""
    def calculate(self, atoms=None, properties=("energy",), *others):
        super().calculate(atoms, properties, *others)
        self.results = {name: self.results[name] for name in properties}

class Promised(Springs):
    """Lists a free energy and has none."""
    implemented_properties = ["energy", "free_energy", "forces"]

class Old:
    """Has methods and nothing else, and knows of one energy."""
    def get_potential_energy(self, atoms):
        return (atoms.positions**2).sum()

    def get_forces(self, atoms):
        return -2 * atoms.positions

def soft():
    return Springs(0.1)

class Broken(Springs):
    def calculate(self, *arguments):
        return 1 / 0

def number(**options):
    return 5

class Ending(Springs):
    def calculate(self, *arguments):
        raise SystemExit(0)

class Uphill(Springs):
    factor = -1

    def calculate(self, *arguments):
        super().calculate(*arguments)
        self.results["forces"] *= self.factor

class Hartree(Uphill):
    factor = 1 / 27.2114

class Leaving(Springs):
    def calculate(self, *arguments):
        super().calculate(*arguments)
        import os
        os.chdir("/")
'''


def run(target, positions, calculator, options=None, level="mine"):
    settings = {"level": level, "calculator": calculator, "options": options or {}}
    return ase_calculator.energies_and_gradients(target, positions, "x", **settings)


@pytest.fixture
def springs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "springs.py").write_text(SPRINGS)
    return "springs.py"


@pytest.mark.parametrize("smiles", ["C[C@H](F)CO", "CC(=O)[O-]"])
def test_tight_binding_is_the_level_that_is_built_in(smiles, conformers, capfd):
    """ASE's hartree is of CODATA 2014, SciPy's of a later edition: 3e-10 of all energy apart."""
    target, positions = conformers(smiles, 30)
    expected, slopes = resolve(LEVELS["gfn2_xtb"].function)(target, positions[:4], "x")
    found, gradients = run(target, positions[:4], **XTB)
    np.testing.assert_allclose(found - found[0], expected - expected[0], rtol=0, atol=1e-6)
    hartree = units.Hartree / KCAL
    np.testing.assert_allclose(found / hartree * HARTREE, expected, rtol=0, atol=1e-6)
    assert hartree == pytest.approx(HARTREE, rel=1e-9)
    np.testing.assert_allclose(gradients, slopes, rtol=0, atol=1e-5)
    assert capfd.readouterr().out == ""


def test_effective_medium_theory_is_ases_own(conformers):
    target, positions = conformers("CNC(C)=O", 30)
    energies, gradients = run(target, positions[:3], "ase.calculators.emt:EMT")
    for i in range(3):
        atoms = Atoms([atom.GetAtomicNum() for atom in target.GetAtoms()], positions[i])
        atoms.calc = EMT()
        assert energies[i] == pytest.approx(atoms.get_potential_energy() / KCAL, rel=1e-14)
        np.testing.assert_allclose(gradients[i], -atoms.get_forces() / KCAL, rtol=1e-12)


def test_a_calculator_in_a_file(springs, conformers, capfd):
    target, positions = conformers("CCO", 30)
    energies, gradients = run(target, positions, f"{springs}:Springs", {"constant": 2.0})
    np.testing.assert_allclose(energies, (positions**2).sum(axis=(1, 2)) / KCAL, rtol=1e-13)
    np.testing.assert_allclose(gradients, 2 * positions / KCAL, rtol=1e-13)
    soft, _ = run(target, positions, f"{springs}:soft")
    np.testing.assert_allclose(soft, energies / 20, rtol=1e-13)
    assert capfd.readouterr().out == ""


def test_a_step_of_the_positions_is_the_gradient(conformers, rng):
    target, positions = conformers("CNC(C)=O", 30)
    _, gradients = run(target, positions[:2], "ase.calculators.emt:EMT")

    def energy(positions):
        return run(target, positions, "ase.calculators.emt:EMT")[0]

    direction = rng.normal(size=positions[:2].shape)
    slopes = np.einsum("nax,nax->n", gradients, direction)
    expected = along(energy, positions[:2], direction, step=1e-4)
    np.testing.assert_allclose(slopes, expected, rtol=0, atol=1e-2)


def test_no_conformer_knows_of_the_others(conformers):
    target, positions = conformers("C[C@H](F)CO", 30)
    together, _ = run(target, positions[:3], **XTB)
    alone = [run(target, positions[[i]], **XTB)[0][0] for i in (2, 1, 0)]
    np.testing.assert_allclose(alone, together[::-1], rtol=0, atol=1e-8)


def test_without_forces_there_are_energies_and_a_sentence(springs, conformers):
    target, positions = conformers("CCO", 30)
    energies, gradients = run(target, positions, f"{springs}:Forceless", {"constant": 2.0})
    assert np.isfinite(energies).all()
    assert np.isnan(gradients).all()
    assert "levels.mine has none" in parts.no_forces("mine")


@pytest.mark.parametrize("calculator", ["Smeared", "OneByOne", "Promised", "Old"])
def test_energies_are_those_that_forces_belong_to(springs, conformers, rng, calculator):
    """With electronic smearing these are free energies."""
    target, positions = conformers("CCO", 30)
    options = {} if calculator == "Old" else {"constant": 2.0}

    def levels(places):
        return run(target, places, f"{springs}:{calculator}", options)

    direction = rng.normal(size=positions.shape)
    energies, gradients = levels(positions)
    np.testing.assert_allclose(energies, (positions**2).sum(axis=(1, 2)) / KCAL, rtol=1e-13)
    slopes = np.einsum("nax,nax->n", gradients, direction)
    expected = along(lambda places: levels(places)[0], positions, direction, step=1e-4)
    np.testing.assert_allclose(slopes, expected, rtol=1e-6)


def test_the_log_says_once_that_energies_are_free_energies(springs, conformers, caplog):
    target, positions = conformers("CCO", 30)
    caplog.set_level("INFO", logger="confsym")
    run(target, positions, f"{springs}:Smeared", {"constant": 2.0})
    (record,) = [one for one in caplog.records if "free energ" in one.getMessage()]
    apart = 0.1 * (positions[0] ** 2).sum() / KCAL
    assert f"{significant(apart)} kcal/mol" in record.getMessage()
    caplog.clear()
    run(target, positions, f"{springs}:Springs", {"constant": 2.0})
    run(target, positions, "ase.calculators.emt:EMT")
    assert not any("free energ" in one.getMessage() for one in caplog.records)


def test_atoms_move_on_the_surface_that_forces_belong_to(springs, conformers):
    target, positions = conformers("CCO", 30)
    settings = {"level": "mine", "calculator": f"{springs}:Smeared", "options": {"constant": 2.0}}
    with surface("", target, "x", settings) as level:
        atoms = atoms_of(target, positions[0])
        atoms.calc = level
        assert atoms.get_potential_energy() == pytest.approx((positions[0] ** 2).sum(), rel=1e-12)


@pytest.mark.parametrize(
    ("calculator", "options", "says"),
    [
        ("springs.py:Springs", {}, "missing 1 required positional argument: 'constant'"),
        ("springs.py:Spring", {}, "did you mean 'Springs'?"),
        ("springs.py:number", {}, "no calculator of ASE's kind"),
        ("springs.py:Broken", {"constant": 1}, r"conformer 0 (springs.py, line 54: ZeroDivision"),
        ("springs.py:Ending", {"constant": 1}, ": SystemExit: 0); mend levels.mine"),
        ("tblite.ase:TBLite", {"method": "GFN7"}, "mend levels.mine"),
    ],
)
def test_failures_are_one_sentence(springs, conformers, calculator, options, says):
    target, positions = conformers("CCO", 30)
    with pytest.raises(StudyError) as error:
        run(target, positions[:2], calculator, options)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_a_conformer_without_energy_is_named_by_its_number(conformers):
    target, positions = conformers("C[Si](C)(C)C", 30)
    settings = {"level": "emt", "calculator": "ase.calculators.emt:EMT", "options": {}}
    with pytest.raises(StudyError, match=r"emt finds no energy of conformer 15 .*Si.*levels.emt"):
        parts.compute(KINDS["ase"].function, target, positions[:30], "x", 1, 2, settings)


def test_radicals_and_other_charges_are_refused(conformers):
    target, positions = conformers("CC(=O)[O-]", 30)
    with pytest.raises(StudyError, match=r"charge is -1, but levels.mine.options.charge is 0"):
        run(target, positions[:1], "tblite.ase:TBLite", {"charge": 0})
    told, _ = run(target, positions[:1], "tblite.ase:TBLite", {"charge": -1})
    read, _ = run(target, positions[:1], "tblite.ase:TBLite")
    assert told == pytest.approx(read, abs=1e-6)
    radical, positions = conformers("C[CH2]", 30)
    with pytest.raises(StudyError, match="unpaired electron"):
        run(radical, positions[:1], "tblite.ase:TBLite")


def test_a_charge_that_the_calculator_does_not_read_is_remarked_on(conformers):
    said = {}
    for smiles in ("CC(=O)[O-]", "CCO"):
        target, positions = conformers(smiles, 30)
        placed = with_conformer(target, positions[0])
        for code in ("ase.calculators.emt:EMT", "tblite.ase:TBLite"):
            said[smiles, code] = ase_calculator.remarks(placed, "mine", code, {})
    (sentence,) = said.pop(("CC(=O)[O-]", "ase.calculators.emt:EMT"))
    assert "mine does not read the molecule's charge of -1" in sentence
    assert not any(said.values())


def test_forces_that_are_no_slopes_are_remarked_on(springs, conformers):
    """Gradients in their place, or another unit, would give a study that is wrong throughout."""
    target, positions = conformers("CCO", 30)
    placed = with_conformer(target, positions[0])

    def said(name: str, constant: float = 20.0) -> list[str]:
        return ase_calculator.remarks(placed, "mine", f"{springs}:{name}", {"constant": constant})

    assert not [*said("Springs"), *said("Forceless"), *said("Smeared"), *said("Uphill", 1e-4)]
    for name, times in ("Uphill", "-1.0"), ("Hartree", "27"):
        (sentence,) = said(name)
        assert f"the energy changes {times} times as much as they say" in sentence


def test_files_of_a_calculator_go_to_a_folder_of_their_own(springs, conformers):
    before = os.getcwd(), os.listdir()
    with ase_calculator._calculator("mine", "springs.py:Springs", {"constant": 1}) as made:
        assert os.path.isdir(made.directory)
        assert os.path.abspath(made.directory) != before[0]
    assert (os.getcwd(), os.listdir()) == before


def test_a_calculator_that_leaves_the_folder_is_brought_back(springs, conformers):
    """Files of the job would be written elsewhere."""
    before = os.getcwd()
    run(*conformers("CCO", 30), f"{springs}:Leaving", {"constant": 1.0})
    assert os.getcwd() == before


@pytest.fixture
def config() -> dict:
    return yaml.safe_load(TINY.read_text(encoding="utf-8"))


def test_a_level_of_the_studys_own_can_be_named_wherever_one_can(config):
    config["levels"] = {"emt": EMT_ENTRY}
    config["energies"] = {"level": "emt"}
    config["experiments"]["notes"]["baseline"] = "uff"
    assert problem(config) is None
    assert experiments.levels(config) == ["emt", "uff"]
    assert overrides.most_parts(config) == 2
    assert experiments.probes(config, "sorted_kernel") == []
    config["energies"] = {"level": "mmff94"}
    config["experiments"]["notes"]["baseline"] = "emt"
    assert problem(config) is None
    row = level_row("emt", config["levels"])
    assert (row.label, row.parts, row.own) == ("emt", 2, (EMT_ENTRY["calculator"],))
    assert "ase.calculators.emt" in row.modules


@pytest.mark.parametrize(
    ("levels", "energies", "says"),
    [
        ({"uff": EMT_ENTRY}, {}, "levels.uff is a level that confsym has itself"),
        ({"emt": EMT_ENTRY}, {"level": "empt"}, "level is 'empt'; did you mean 'emt'? Allowed: mm"),
        ({"emt": EMT_ENTRY}, {"level": "emt", "minimize_iterations": 5}, "emt has no minimiser"),
        ({"emt": {"kind": "ase"}}, {}, "levels.emt has no 'calculator'"),
        ({"emt": {"kind": "orca"}}, {}, "levels.emt.kind is 'orca'"),
        ({"emt": EMT_ENTRY | {"calculator": "EMT"}}, {}, "such as tblite.ase:TBLite"),
        ({"emt": EMT_ENTRY | {"calculator": "/a.py:EMT"}}, {}, "must be spelled otherwise"),
        ({"emt": EMT_ENTRY | {"calculator": "no_such:EMT"}}, {}, "no package no_such is installed"),
        ({"emt": EMT_ENTRY | {"calculator": "no.py:EMT"}}, {}, "there is no file no.py"),
        ({"emt": EMT_ENTRY | {"calculator": "springs.py:Sprigs"}}, {}, "did you mean 'Springs'?"),
        ({"emt": EMT_ENTRY | {"calculator": "bad.py:A"}}, {}, "bad.py, line 1: SyntaxError"),
        ({"emt": EMT_ENTRY | {"calculator": "local.py:a"}}, {}, "imports springs, a module of no"),
        ({"emt": EMT_ENTRY | {"parts": 0}}, {}, "levels.emt.parts is 0"),
        ({"Emt": EMT_ENTRY, "emt": EMT_ENTRY}, {}, "differ only in capitals"),
    ],
)
def test_mistakes_in_levels(config, springs, tmp_path, monkeypatch, levels, energies, says):
    (tmp_path / "bad.py").write_text("class A(:\n")
    (tmp_path / "local.py").write_text("import springs\ndef a(): pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    config |= {"levels": levels, "energies": energies}
    found = problem(config)
    assert says in (found or ""), found
    assert "\n" not in found


def test_a_file_beside_the_config_is_found_from_the_working_directory(tmp_path, monkeypatch):
    (tmp_path / "study").mkdir()
    (tmp_path / "run").mkdir()
    (tmp_path / "study/springs.py").write_text(SPRINGS)
    monkeypatch.chdir(tmp_path / "run")
    levels = {"mine": EMT_ENTRY | {"calculator": "springs.py:Springs"}}
    study = {"levels": levels, "features": {}}
    (tmp_path / "study/study.yaml").write_text(yaml.safe_dump(study))
    own_code.locate(study, [tmp_path / "study/study.yaml"])
    assert levels["mine"]["calculator"] == "../study/springs.py:Springs"
    assert level_row("mine", levels).files == {"../study/springs.py"}


def test_files_that_options_name_are_inputs(springs):
    options = {"model": springs, "others": ["none.pt", {"deep": springs}], "size": 3}
    assert experiments.files_named(options) == [springs, springs]
