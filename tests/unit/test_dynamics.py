"""Dynamics at constant energy: integrator, what is measured, and the verdicts on it."""

import logging

import numpy as np
import pandas as pd
import pytest
from ase import Atoms, units
from ase.md.verlet import VelocityVerlet

from confsym.atomic_units import EV
from confsym.dynamics import conservation, runs, starts, verdicts
from confsym.energies.ase_calculator import KCAL
from confsym.energies.force_fields import mmff94
from confsym.errors import StudyError
from confsym.figures import dynamics as figure
from confsym.molecules import molecule
from confsym.sampling.surface import Surface
from force_fields import DESCRIPTION, turned

SETTINGS = {
    "duration": 0.04,
    "timestep": 0.1,
    "temperature": 300,
    "runs": 2,
    "level_runs": 1,
    "seed": 3,
}
POSE = frozenset({"rotation", "translation"})
STIFF = 500.0  # kcal/mol/Å²
LENGTH, STRETCH = 1.1, 0.05  # Å
PULL = np.array([0.3, 0.0, 0.0])  # kcal/mol/Å on each atom


def springs(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A spring between every two atoms."""
    apart = positions[:, :, None] - positions[:, None]
    pairs = np.triu(np.ones(apart.shape[1:3], dtype=bool), 1)
    length = np.linalg.norm(apart, axis=-1) + np.eye(len(pairs))
    missed = np.where(pairs | pairs.T, length - LENGTH, 0)
    gradient = STIFF * np.einsum("nij,nijx->nix", missed / length, apart)
    return STIFF * np.sum(missed**2, axis=(1, 2)) / 4, gradient


def pulled(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """MMFF94, and a field that pulls every atom: an energy that a translation changes."""
    energy, gradient = mmff94(molecule.from_description(DESCRIPTION), positions, "ethanol")
    return energy - positions.sum(axis=1) @ PULL, gradient - PULL


def ethanol(level=None) -> pd.DataFrame:
    """Runs of ethanol, by MMFF94 or another surface."""
    target = molecule.from_description(DESCRIPTION)
    places = turned(10, 0.02)
    drawn = starts.starts(target, np.arange(10), places, None, SETTINGS, "ethanol")
    surface = Surface(level or (lambda x: mmff94(target, x, "ethanol")))
    return pd.DataFrame(runs.runs(surface, target, drawn, SETTINGS, 2))


@pytest.fixture(scope="module")
def kept() -> pd.DataFrame:
    return ethanol()


def test_a_spring_oscillates_as_it_should():
    """r − r₀ = A cos ωt, ω² = 2 k / m of two equal masses, all energy potential at the start."""
    nitrogen = Atoms("N2", [[0, 0, 0], [0, 0, LENGTH + STRETCH]])
    nitrogen.calc = Surface(springs)
    rows = np.array(list(runs.moved(nitrogen, np.array([[0, 1]]), SETTINGS, 0)))
    table = dict(zip(runs.COLUMNS, rows.T, strict=True))
    omega = np.sqrt(2 * STIFF * KCAL / nitrogen.get_masses()[0]) * units.fs
    expected = STIFF * STRETCH**2 / 2 * np.cos(omega * table["time_fs"]) ** 2
    assert len(expected) == 41
    np.testing.assert_allclose(table["potential_kcal_mol"], expected, atol=2e-3)
    np.testing.assert_allclose(table["total_kcal_mol"], expected[0], atol=2e-4)
    kinetic = table["total_kcal_mol"] - table["potential_kcal_mol"]
    kelvin = 2 * kinetic * KCAL / units.kB  # one degree of freedom
    np.testing.assert_allclose(table["temperature_kelvin"], kelvin, atol=1e-9)
    assert max(table["momentum"].max(), table["angular_momentum"].max()) < 1e-12
    assert table["longest_stretch"].max() == pytest.approx(1, abs=1e-12)


def test_a_run_is_that_of_ases_integrator(kept):
    target = molecule.from_description(DESCRIPTION)
    places = turned(10, 0.02)
    drawn = starts.starts(target, np.arange(10), places, None, SETTINGS, "ethanol")
    atoms = starts.atoms_of(target, drawn["positions"][1])
    atoms.set_velocities(drawn["velocities"][1] / units.fs)
    atoms.calc = Surface(lambda x: mmff94(target, x, "ethanol"))
    VelocityVerlet(atoms, 0.1 * units.fs).run(400)
    last = kept[kept["run"] == 1].iloc[-1]
    assert last["total_kcal_mol"] == pytest.approx(atoms.get_total_energy() / KCAL, abs=1e-9)


def test_starts_have_the_temperature_and_nothing_of_the_molecule_as_a_whole():
    target = molecule.from_description(DESCRIPTION)
    places = turned(10, 0.02)
    drawn = starts.starts(target, np.arange(10), places, None, SETTINGS, "ethanol")
    assert np.array_equal(drawn["positions"], places[drawn["conformer"]])
    for place, velocities in zip(drawn["positions"], drawn["velocities"], strict=True):
        atoms = starts.atoms_of(target, place)
        atoms.set_velocities(velocities / units.fs)
        assert np.abs(atoms.get_momenta().sum(axis=0)).max() < 1e-12
        assert np.abs(atoms.get_angular_momentum()).max() < 1e-12
        assert 2 * atoms.get_kinetic_energy() / units.kB / 21 == pytest.approx(300)
    again = starts.starts(target, np.arange(10), places, None, SETTINGS, "ethanol")
    assert np.array_equal(again["velocities"], drawn["velocities"])


def test_embedded_conformers_are_warmed_up_by_the_level():
    target = molecule.from_description(DESCRIPTION)
    level = Surface(lambda x: mmff94(target, x, "ethanol"))
    places = turned(10, 0.2, seed=4)  # hundreds of kcal/mol too high
    drawn = starts.starts(target, np.arange(10), places, level, SETTINGS, "ethanol")
    before, after = (
        mmff94(target, one, "ethanol")[0]
        for one in (places[drawn["conformer"]], drawn["positions"])
    )
    lowest = mmff94(target, turned(1, 0.0), "ethanol")[0]
    assert (before - lowest > 20).all()
    assert (after - lowest > 1).all()  # 21 vibrations have ½ k T each, 6.3 kcal/mol
    assert (after - lowest < 20).all()


def test_a_start_that_cannot_be_warmed_up_is_a_sentence():
    target = molecule.from_description(DESCRIPTION)
    nothing = Surface(lambda x: (np.full(len(x), np.nan), np.full(x.shape, np.nan)))
    with pytest.raises(StudyError, match=r"^molecules.ethanol: conformer \d cannot be warmed up"):
        starts.starts(target, np.arange(10), turned(10, 0.1), nothing, SETTINGS, "ethanol")


@pytest.mark.parametrize(("symbols", "freedom"), [("N2", 1), ("CO2", 4), ("H2O", 3)])
def test_vibrations_have_the_rest_of_the_degrees_of_freedom(symbols, freedom):
    places = np.cumsum([[0, 0, 0], [0, 0, 1.2], [0, 0 if symbols == "CO2" else 1, 0.5]], axis=0)
    atoms = Atoms(symbols, places[: 2 if symbols == "N2" else 3])
    assert conservation.degrees_of_freedom(atoms) == freedom


def test_thermal_sizes_are_those_of_free_molecules(rng):
    """By many velocities of Maxwell and Boltzmann, each atom on its own."""
    atoms = starts.atoms_of(molecule.from_description(DESCRIPTION), turned(1, 0.0)[0])
    sizes = []
    for _ in range(4000):
        spread = np.sqrt(units.kB * 300 * atoms.get_masses())[:, None]
        atoms.set_momenta(spread * rng.normal(size=(9, 3)))
        sizes.append([atoms.get_momenta().sum(axis=0), atoms.get_angular_momentum()])
    seen = np.sqrt(np.mean(np.sum(np.square(sizes), axis=2), axis=0))
    assert conservation.thermal_momentum(atoms, 300) == pytest.approx(seen[0], rel=0.03)
    assert conservation.thermal_angular_momentum(atoms, 300) == pytest.approx(seen[1], rel=0.03)


def test_drift_is_a_slope():
    time = np.arange(0, 1000, 5.0)
    total = 7.0 + 0.3 * EV * time / 1000 + 0.01 * np.sin(time)
    assert conservation.drift(time, total, 10) == pytest.approx(30, rel=0.02)
    assert np.isnan(conservation.drift(time[:2], total[:2], 10))


def test_a_symmetric_surface_keeps_what_it_claims(kept):
    found = verdicts.row("level", "MMFF94", kept, POSE, SETTINGS, 9)
    assert found["momentum"] < 1e-10
    assert found["angular_momentum"] < 1e-10
    assert found["kept_bonds"] == found["runs"] == 2
    assert np.isnan(found["failure_ps"])
    verdict = {name: value for name, value in found.items() if name.endswith("verdict")}
    assert set(verdict.values()) == {"kept"}
    assert not verdicts.broken(pd.DataFrame([found]))


def test_a_broken_surface_gains_momentum_at_the_rate_of_its_net_force():
    found = ethanol(pulled)
    free = conservation.thermal_momentum(
        starts.atoms_of(molecule.from_description(DESCRIPTION), turned(1, 0.0)[0]), 300
    )
    expected = 9 * PULL[0] * KCAL * found["time_fs"] * units.fs / free
    np.testing.assert_allclose(found["momentum"], expected, atol=1e-9)
    np.testing.assert_allclose(found["net_force_kcal_mol_angstrom"], 9 * PULL[0], atol=1e-9)
    honest = verdicts.row("field", "a field", found, frozenset(), SETTINGS, 9)
    assert honest["momentum_verdict"] == "broken"
    assert honest["angular_momentum_verdict"] == "broken"  # centroid and centre of mass differ
    assert honest["energy_verdict"] == "kept"
    table = pd.DataFrame([verdicts.row("field", "a field", found, POSE, SETTINGS, 9)])
    assert table["momentum_verdict"][0] == "claim broken"
    said = verdicts.complaint("ethanol", verdicts.broken(table))
    assert said.startswith("molecules.ethanol: field claims to conserve momentum, and in dynamics")
    assert said.endswith("shorten dynamics.timestep.")
    level = verdicts.row("level", "a field", found, POSE, SETTINGS, 9, is_level=True)
    assert level["momentum_verdict"] == "the level breaks it"
    assert not verdicts.broken(pd.DataFrame([level]))


def test_forces_that_are_no_slope_do_not_keep_the_energy():
    def rubbed(positions):
        energy, gradient = mmff94(molecule.from_description(DESCRIPTION), positions, "ethanol")
        return energy, 0.9 * gradient

    found = verdicts.row("rubbed", "", ethanol(rubbed), frozenset(), SETTINGS, 9)
    assert found["energy_verdict"] == "claim broken"
    assert found["momentum_verdict"] == "kept, not claimed"


def test_a_run_that_comes_to_no_good_ends(caplog):
    calls = iter(range(10**6))

    def failing(positions):
        energy, gradient = springs(positions)
        return energy, gradient if next(calls) < 55 else np.full_like(gradient, np.nan)

    nitrogen = Atoms("N2", [[0, 0, 0], [0, 0, LENGTH + STRETCH]])
    nitrogen.calc = Surface(failing)
    logging.getLogger("confsym").propagate = True
    with caplog.at_level("INFO", "confsym"):
        rows = list(runs.moved(nitrogen, np.array([[0, 1]]), SETTINGS, 0))
    assert len(rows) == 6
    assert "run 0 ends after 6 fs: the forces are no finite numbers" in caplog.text
    columns = dict(zip(runs.COLUMNS, np.transpose(rows), strict=True))
    found = verdicts.row("x", "", pd.DataFrame({"run": 0} | columns), POSE, SETTINGS, 2)
    assert found["note"] == "1 of 1 runs end early"
    assert found["kept_bonds"] == 0
    assert found["failure_ps"] == pytest.approx(0.005)


def test_a_lost_bond_has_its_time():
    found = ethanol(lambda x: (np.zeros(len(x)), np.zeros(x.shape)))  # all atoms fly apart
    summed = verdicts.row("nothing", "", found, frozenset(), SETTINGS, 9)
    lost = found[found["longest_stretch"] > 1.5].groupby("run")["time_fs"].min()
    assert summed["failure_ps"] == pytest.approx(lost.min() / 1000)
    assert summed["kept_bonds"] == 2 - len(lost)
    assert len(lost) > 0


def test_the_same_seed_makes_the_same_runs(kept):
    pd.testing.assert_frame_equal(ethanol(), kept)


def test_the_table_has_everyone_and_turns_into_verdicts(kept):
    facts = [
        {"name": "level", "kind": "l", "claimed": sorted(POSE), "is_level": True, "no_forces": ""},
        {"name": "tree", "kind": "t", "claimed": [], "is_level": False, "no_forces": "no slope"},
    ]
    table = verdicts.table(facts, {"level": kept}, SETTINGS, 9)
    assert list(table) == list(verdicts.HEADINGS)
    assert table["note"].tolist() == ["", "no slope"]
    rows = verdicts.trial_rows(table)
    assert [row["verdict"] for row in rows] == ["kept"] * 3 + ["not run"]
    assert {row["subject"] for row in rows} == {"dynamics"}
    assert rows[1]["measured"] == table["momentum"][0]
    assert "2 runs" in verdicts.sentence(table)


def test_the_figure_has_a_line_a_run(kept):
    drawn = figure.dynamics({"level": kept}, 9, 300, "ethanol")
    energy, momentum, kelvin = drawn.axes
    assert len(energy.lines) == 2
    assert len(momentum.lines) == len(kelvin.lines) == 3  # and the thermal size
    assert [text.get_text() for text in drawn.legends[0].get_texts()] == ["level"]
