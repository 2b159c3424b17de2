"""Dynamics at constant energy: integrator, what is measured, and the verdicts on it."""

import logging

import numpy as np
import pandas as pd
import pytest
from ase import Atoms, units
from ase.md.verlet import VelocityVerlet

from confsym.ase_units import KCAL
from confsym.atomic_units import EV
from confsym.dynamics import conservation, runs, starts, verdicts
from confsym.energies.force_fields import mmff94
from confsym.errors import StudyError
from confsym.evaluation.verdicts import NOT_KEPT
from confsym.figures import dynamics as figure
from confsym.molecules import molecule
from confsym.molecules.ase_atoms import atoms_of, degrees_of_freedom
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
LONG = SETTINGS | {"duration": 1.0, "timestep": 0.5}
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
    rows = np.array(list(runs.trajectory(nitrogen, np.array([[0, 1]]), SETTINGS, 0)))
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
    atoms = atoms_of(target, drawn["positions"][1])
    atoms.set_velocities(drawn["velocities"][1] / units.fs)
    atoms.calc = Surface(lambda x: mmff94(target, x, "ethanol"))
    integrator = VelocityVerlet(atoms, 0.1 * units.fs)
    integrator.run(390)
    totals = [atoms.get_total_energy() / KCAL]
    for _ in range(10):
        integrator.run(1)
        totals.append(atoms.get_total_energy() / KCAL)
    last = kept[kept["run"] == 1].iloc[-1]
    assert last["total_kcal_mol"] == pytest.approx(totals[-1], abs=1e-9)
    assert last["swing_kcal_mol"] == pytest.approx(np.ptp(totals), abs=1e-9)


def test_starts_have_the_temperature_and_nothing_of_the_molecule_as_a_whole():
    target = molecule.from_description(DESCRIPTION)
    places = turned(10, 0.02)
    drawn = starts.starts(target, np.arange(10), places, None, SETTINGS, "ethanol")
    assert np.array_equal(drawn["positions"], places[drawn["conformer"]])
    for place, velocities in zip(drawn["positions"], drawn["velocities"], strict=True):
        atoms = atoms_of(target, place)
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
    assert degrees_of_freedom(atoms) == freedom


def test_thermal_sizes_are_those_of_free_molecules(rng):
    """By many velocities of Maxwell and Boltzmann, each atom on its own."""
    atoms = atoms_of(molecule.from_description(DESCRIPTION), turned(1, 0.0)[0])
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
    swing = np.full(200, 0.02)
    slope, uncertainty = conservation.drift(time, total, swing, 10)
    assert slope == pytest.approx(30, rel=0.02)
    assert uncertainty == pytest.approx(3 * 1000 * 0.01 / EV / 10 / 0.995)
    assert np.isnan(conservation.drift(time[:10], total[:10], swing[:10], 10)).all()


@pytest.mark.parametrize("records", [11, 12, 200])
def test_nothing_within_limits_has_a_steeper_line(records, rng):
    time = 5.0 * np.arange(records)
    step = np.sign(time - time.mean())
    for total in (
        step,
        *np.sign(rng.normal(size=(50, records))),
        *rng.uniform(-1, 1, (50, records)),
    ):
        slope, uncertainty = conservation.drift(time, total, np.full(records, 2.0), 1)
        assert abs(slope) <= uncertainty
    assert conservation.drift(time, step, np.full(records, 2.0), 1)[0] > 0.9 * uncertainty


def flat(
    run: int = 0, records: int = 200, slope: float = 0.0, kelvin: float = 300.0
) -> pd.DataFrame:
    """A run that keeps everything but its energy, which has a slope in meV/atom/ps of nine."""
    time = 5.0 * np.arange(records + 1)
    columns = dict.fromkeys(runs.COLUMNS, 0.0) | {"time_fs": time, "longest_stretch": 1.0}
    total = slope * 9 * EV * time / 1e6
    return pd.DataFrame(
        columns | {"run": run, "total_kcal_mol": total, "temperature_kelvin": kelvin}
    )


def judged(*found: pd.DataFrame, **named) -> dict:
    return verdicts.row("m", "kind", pd.concat(found), POSE, LONG, 9, **named)


@pytest.mark.parametrize(("timestep", "steps"), [(0.45, 100), (0.45, 400), (1.0, 100)])
def test_exact_forces_are_not_accused_of_verlets_oscillation(timestep, steps):
    """Ten steps of 0.45 fs are about half a vibration of O–H, which records see as a slow one."""
    water = molecule.build("x", "O")
    settings = LONG | {"duration": steps * timestep / 1000, "timestep": timestep, "runs": 8}
    places = np.tile([[0.0, 0, 0], [0.77, 0.59, 0], [-0.77, 0.59, 0]], (8, 1, 1))
    level = Surface(lambda x: mmff94(water, x, "x"))
    drawn = starts.starts(water, np.arange(8), places, level, settings, "x")
    found = pd.DataFrame(runs.runs(level, water, drawn, settings, 8))
    row = verdicts.row("m", "", found, POSE, settings, 3)
    assert abs(row["drift_mev_atom_ps"]) > 1
    assert row["energy_verdict"] == "too short to judge"


def test_too_few_records_are_not_judged():
    start = judged(*(flat(run, 0) for run in range(3)))
    assert {start[name] for name in start if name.endswith("_verdict")} == {"too short to judge"}
    short = judged(flat(0, 9), flat(1, 5))
    assert short["energy_verdict"] == "too short to judge"
    assert short["momentum_verdict"] == "kept"
    assert np.isnan(short["failure_ps"])
    assert short["kept_bonds"] == 0
    mixed = judged(flat(0, 5), flat(1))
    assert mixed["energy_verdict"] == "kept"
    assert mixed["note"] == "1 of 2 runs end early, 1 too soon for a drift"
    assert not verdicts.broken(pd.DataFrame([start, short, mixed]))


def test_a_hot_run_does_not_excuse_the_others():
    hot = 4000.0
    both = judged(flat(0, slope=-20.0), flat(1, slope=50.0, kelvin=hot))
    assert both["energy_verdict"] == "claim broken"
    assert both["drift_mev_atom_ps"] == pytest.approx(-20)
    alone = judged(flat(0), flat(1, slope=50.0, kelvin=hot))
    assert alone["energy_verdict"] == "too hot to judge"
    assert alone["drift_mev_atom_ps"] == pytest.approx(50)


def test_round_off_of_what_has_exploded_is_no_momentum():
    end = flat(0, 21).tail(1).assign(temperature_kelvin=1e40, momentum=1e6, angular_momentum=1e6)
    exploded = judged(pd.concat([flat(0, 20), end]))
    assert exploded["momentum_verdict"] == exploded["angular_momentum_verdict"] == "kept"
    pushed = judged(flat(0, 20).assign(momentum=4.6), flat(1))
    assert pushed["momentum_verdict"] == "claim broken"


def test_what_the_level_breaks_is_held_against_no_model():
    fact = {"kind": "", "claimed": sorted(POSE), "is_level": False, "no_forces": ""}
    facts = [fact | {"name": "level", "is_level": True}, fact | {"name": "m"}]
    found = {"level": flat(slope=2.0), "m": flat(slope=3.0)}
    table = verdicts.table(facts, found, LONG, 9)
    assert table["energy_verdict"].tolist() == ["the level breaks it"] * 2
    assert table["momentum_verdict"].tolist() == ["kept"] * 2
    assert not verdicts.broken(table)
    table = verdicts.table(facts, found | {"level": flat()}, LONG, 9)
    assert table["energy_verdict"].tolist() == ["kept", "claim broken"]


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
        atoms_of(molecule.from_description(DESCRIPTION), turned(1, 0.0)[0]), 300
    )
    expected = 9 * PULL[0] * KCAL * found["time_fs"] * units.fs / free
    np.testing.assert_allclose(found["momentum"], expected, atol=1e-9)
    np.testing.assert_allclose(found["net_force_kcal_mol_angstrom"], 9 * PULL[0], atol=1e-9)
    honest = verdicts.row("field", "a field", found, frozenset(), SETTINGS, 9)
    assert honest["momentum_verdict"] == "not kept, not claimed"
    assert honest["angular_momentum_verdict"] == NOT_KEPT  # centroid and centre of mass differ
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
    last = [np.zeros((1, 9, 3))]

    def late(positions):
        """A part of the forces is that of the step before, which feeds every vibration."""
        energy, gradient = mmff94(molecule.from_description(DESCRIPTION), positions, "ethanol")
        last[:] = [gradient, *last[:1]]
        return energy, 0.9 * gradient + 0.1 * last[1]

    found = verdicts.row("late", "", ethanol(late), frozenset(), SETTINGS, 9)
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
        rows = list(runs.trajectory(nitrogen, np.array([[0, 1]]), SETTINGS, 0))
    assert len(rows) == 6
    assert "run 0 ends after 6 fs: the forces are no finite numbers" in caplog.text
    columns = dict(zip(runs.COLUMNS, np.transpose(rows), strict=True))
    found = verdicts.row("x", "", pd.DataFrame({"run": 0} | columns), POSE, SETTINGS, 2)
    assert found["note"] == "1 of 1 runs end early, 1 too soon for a drift"
    assert found["kept_bonds"] == 0
    assert np.isnan(found["failure_ps"])  # no bond was stretched


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
