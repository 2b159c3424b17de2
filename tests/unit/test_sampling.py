"""Thermal geometries: the heat bath, how long a walk remembers, and the snapshots taken from it."""

import math
from pathlib import Path

import numpy as np
import pytest
import yaml
from ase import units
from scipy import constants
from scipy.signal import lfilter
from snakemake.utils import validate
from threadpoolctl import threadpool_limits

from confsym.ase_units import KCAL
from confsym.conformers import embedding
from confsym.energies import ase_calculator, force_fields, tight_binding
from confsym.errors import StudyError
from confsym.molecules import molecule
from confsym.sampling import dynamics, snapshots, starts
from confsym.sampling.autocorrelation import (
    autocorrelation,
    effective_size,
    error_of_mean,
    integrated_time,
)
from confsym.sampling.surface import surface
from confsym.study import check, geometries
from confsym.study.sampling import min_snapshots
from studies import ROOT, TINY

MMFF94 = "confsym.energies.force_fields:mmff94"
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"
GAS_CONSTANT = constants.R / (constants.kilo * constants.calorie)  # kcal/mol/K
BATH = {"temperature": 300, "friction": 20, "timestep": 0.5, "interval": 10}
WALK = BATH | {"level": "mmff94", "equilibration": 0, "duration": 0.1, "walkers": 1, "seed": 0}


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """As a job has it: arrays so small are slower with more."""
    with threadpool_limits(1):
        yield


def autoregressive(rng, memory: float, walkers: int, frames: int) -> np.ndarray:
    """x(t) = memory x(t − 1) + noise, in equilibrium from the first frame on: variance one."""
    noise = rng.normal(size=(walkers, frames)) * math.sqrt(1 - memory**2)
    first = rng.normal(size=(walkers, 1))
    return lfilter([1], [1, -memory], noise, axis=1, zi=memory * first)[0]


def time_of(memory: float) -> float:
    """Its autocorrelation time: 1/2 + Σ memory^t."""
    return (1 + memory) / (1 - memory) / 2


# How long a walk remembers.


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.9])
def test_the_autocorrelation_time_of_an_autoregressive_process(rng, memory):
    """Within four of Sokal's standard errors, τ √(2 (2M + 1) / n) with M = 5τ."""
    series = autoregressive(rng, memory, 4, 50_000)
    known = time_of(memory)
    error = known * math.sqrt(2 * (10 * known + 1) / series.size)
    assert abs(integrated_time(series) - known) < 4 * error + known * math.exp(-5)


def test_an_oscillating_process_counts_as_no_better_than_independent_frames(rng):
    assert integrated_time(autoregressive(rng, -0.5, 4, 5000)) == 0.5


def test_the_autocorrelation_in_a_slower_way(rng):
    series = autoregressive(rng, 0.8, 3, 40)
    deviations = series - series.mean()
    slow = [np.mean([w[: 40 - t] @ w[t:] / (40 - t) for w in deviations]) for t in range(40)]
    assert np.allclose(autocorrelation(series), np.array(slow) / slow[0], atol=1e-12)


def test_the_error_of_a_mean_is_how_far_means_scatter(rng):
    many = [autoregressive(rng, 0.8, 2, 1000) for _ in range(400)]
    scatter = np.std([one.mean() for one in many])
    assert np.mean([error_of_mean(one) for one in many]) == pytest.approx(scatter, rel=0.15)
    assert effective_size(2000, time_of(0.8)) == pytest.approx(2000 / 9)


def test_a_series_that_never_forgets_has_no_time(rng):
    assert integrated_time(np.cumsum(rng.normal(size=(1, 500)), axis=1)) == math.inf
    assert integrated_time(np.ones((2, 100))) == math.inf
    held = rng.normal(size=(2, 500)) + [[0], [10]]  # walkers in two places
    assert integrated_time(held) == math.inf
    assert error_of_mean(held) == pytest.approx(5 / math.sqrt(2), rel=0.1)  # two values, ± 5


# The heat bath.


@pytest.fixture(scope="module")
def water() -> tuple:
    """A molecule of three atoms at a minimum of MMFF94."""
    target = molecule.build("water", "O")
    options = {key: entry["default"] for key, entry in embedding_options().items()}
    positions = starts.embedded(target, "water", 0, options | {"seed": 42}, 0, "")
    with surface(MMFF94, target, "water", {}) as level:
        yield target, starts.start(level, target, positions, 300, np.random.default_rng(0))


def embedding_options() -> dict:
    schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    return schema["properties"]["embedding"]["properties"]


def test_the_bath_has_its_temperature_and_the_molecule_its_share(water):
    """Kinetic energy 3/2 kT a free atom, and ½ kT of potential energy in each of three vibrations.

    Both within three standard errors, which are small enough to mean something. At 50 K the
    vibrations of a force field are harmonic.
    """
    target, rest = water
    atoms, kelvin = rest.copy(), 50
    atoms.calc, rng = rest.calc, np.random.default_rng(7)
    least = atoms.get_potential_energy() / KCAL
    settings = WALK | {"temperature": kelvin, "friction": 100, "interval": 5, "duration": 6}
    found = dynamics.record(atoms, settings, rng, "water", 0, "sampling")
    temperature = found["temperature_kelvin"][None, 100:]
    energy = found["energy_kcal_mol"][None, 100:] - least
    share = 1.5 * GAS_CONSTANT * kelvin
    assert error_of_mean(temperature) < 0.08 * kelvin
    assert error_of_mean(energy) < 0.12 * share
    assert abs(temperature.mean() - kelvin) < 3 * error_of_mean(temperature)
    assert abs(energy.mean() - share) < 3 * error_of_mean(energy)
    assert target.GetNumAtoms() == 3


def test_without_friction_energy_is_kept_as_well_as_the_timestep_allows(water):
    """Forces belong to the energies and units to each other: the error falls with its square."""
    _, rest = water
    spread = {}
    for timestep in (1.0, 0.5):
        atoms = rest.copy()
        atoms.calc = rest.calc
        dynamics.set_moving(atoms, 300, np.random.default_rng(1))
        bath = BATH | {"friction": 0, "timestep": timestep, "interval": timestep}
        frames = dynamics.walk(atoms, round(100 / timestep), rng=np.random.default_rng(2), **bath)
        half = 6 / 2 * units.kB / KCAL  # six degrees of freedom
        spread[timestep] = np.std([energy + half * kelvin for _, energy, kelvin in frames])
    assert spread[1.0] < 0.1 * GAS_CONSTANT * 300
    assert spread[1.0] / spread[0.5] == pytest.approx(4, rel=0.25)


def test_friction_is_how_many_times_a_picosecond_energy_falls_by_e(water, monkeypatch):
    """Vibrations of 300 K in a bath of 1 K: half of their energy is kinetic, which falls by 2."""
    monkeypatch.setattr(dynamics, "HOT", math.inf)
    _, rest = water
    atoms = rest.copy()
    atoms.calc, rng = rest.calc, np.random.default_rng(4)
    least = atoms.get_potential_energy()
    dynamics.set_moving(atoms, 300, rng)
    start = atoms.get_kinetic_energy()
    bath = BATH | {"temperature": 1, "friction": 10, "interval": 100}
    list(dynamics.walk(atoms, 1, rng=rng, **bath))
    end = atoms.get_kinetic_energy() + atoms.get_potential_energy() - least
    assert math.log(start / end) == pytest.approx(10 * 0.1, rel=0.15)


@pytest.mark.parametrize("smiles", ["CCO", "C#N", "O=C=O"])
def test_a_walk_starts_without_any_motion_of_the_whole(conformers, smiles):
    """Linear molecules too, which turn about two axes."""
    target, positions = conformers(smiles, 8)
    with surface("confsym.energies.force_fields:uff", target, "test", {}) as level:
        atoms = starts.start(level, target, positions, 300, np.random.default_rng(0))
        dynamics.set_moving(atoms, 300, np.random.default_rng(3))
    assert np.allclose(atoms.get_momenta().sum(axis=0), 0, atol=1e-12)
    assert np.allclose(atoms.get_angular_momentum(), 0, atol=1e-3)
    assert 30 < atoms.get_temperature() < 900


def test_the_same_walk_every_time_and_another_for_every_walker_and_set(conformers):
    target, positions = conformers("CCO", 8)

    def walked(*random) -> dict:
        rng = dynamics.generator(*random)
        with surface(MMFF94, target, "test", {}) as level:
            atoms = starts.start(level, target, positions, 300, rng)
            return dynamics.record(atoms, WALK, rng, "test", 0, "sampling")

    first, again = walked(5, 0, ""), walked(5, 0, "")
    assert all(first[key].tobytes() == again[key].tobytes() for key in first)
    assert first["time_fs"].tolist() == [10.0 * k for k in range(1, 11)]
    energies, _ = force_fields.mmff94(target, first["positions"], "test")
    assert np.allclose(first["energy_kcal_mol"], energies, rtol=0, atol=1e-12)
    others = [walked(5, 1, ""), walked(5, 0, "hot"), walked(5, 0, "hit"), walked(6, 0, "")]
    ends = [one["energy_kcal_mol"][-1] for one in (first, *others)]
    assert len(set(ends)) == 5


def test_round_off_does_not_grow_at_the_friction_that_is_the_default(conformers):
    """Walks with the same random numbers come together; so another processor reproduces one."""
    target, positions = conformers("CCO", 8)
    places = []
    for nudge in (0, 1e-9):
        with surface(MMFF94, target, "test", {}) as level:
            atoms = starts.start(level, target, positions[:1], 300, np.random.default_rng(0))
            atoms.positions[0, 0] += nudge
            settings = WALK | {"interval": 100, "duration": 1}
            found = dynamics.record(atoms, settings, np.random.default_rng(0), "test", 0, "")
        places.append(found["positions"][-1])
    apart = np.abs(places[0] - places[1]).max()
    assert 0 < apart < 1e-8


def test_a_walk_on_gfn2_xtb_has_the_energies_of_its_positions():
    target = molecule.build("water", "O")
    options = {key: entry["default"] for key, entry in embedding_options().items()}
    place = starts.embedded(target, "water", 0, options, 0, "")[:1]
    with surface("confsym.energies.tight_binding:gfn2_xtb", target, "water", {}) as level:
        atoms = starts.start(level, target, place, 300, np.random.default_rng(0))
        settings = WALK | {"interval": 5, "duration": 0.02}
        found = dynamics.record(atoms, settings, np.random.default_rng(0), "water", 0, "sampling")
    energies, _ = tight_binding.gfn2_xtb(target, found["positions"], "water")
    assert np.allclose(found["energy_kcal_mol"], energies, rtol=1e-15, atol=0)


def test_a_level_of_ones_own_moves_atoms_too(conformers):
    target, positions = conformers("CO", 8)
    settings = {"level": "emt", "calculator": "ase.calculators.emt:EMT", "options": {}}
    with surface("", target, "test", settings) as level:
        starts.require_forces(level, positions[0], "emt")
        found = level.level(positions)
        atoms = starts.start(level, target, positions, 300, np.random.default_rng(0))
        dynamics.record(atoms, WALK, np.random.default_rng(0), "test", 0, "sampling")
    direct = ase_calculator.energies_and_gradients(target, positions, "test", **settings)
    assert all(map(np.array_equal, found, direct))


def test_a_level_without_forces_moves_nothing(conformers):
    target, positions = conformers("CO", 8)
    with surface(MMFF94, target, "test", {}) as level:
        level.level = lambda places: (np.zeros(len(places)), np.full_like(places, np.nan))
        with pytest.raises(StudyError, match=r"sampling\.level is mine.*has no forces"):
            starts.require_forces(level, positions[0], "mine")


def test_a_walk_that_explodes_says_when_and_what_to_do(conformers):
    target, positions = conformers("CCO", 8)
    settings = WALK | {"timestep": 5, "duration": 5}
    with surface(MMFF94, target, "test", {}) as level:
        atoms = starts.start(level, target, positions, 300, np.random.default_rng(0))
        with pytest.raises(StudyError) as error:
            dynamics.record(
                atoms, settings, np.random.default_rng(0), "test", 3, "molecules.test.tests.hot"
            )
    said = str(error.value)
    assert said.startswith("molecules.test: walker 3 ends ")
    assert "molecules.test.tests.hot.timestep (now 5 fs)" in said
    assert "\n" not in said


# Starts.


def test_every_set_and_every_seed_embeds_conformers_of_its_own():
    """Walkers of the molecule itself embed what they did before there were further sets."""
    target = molecule.build("test", "OCCO")
    options = {key: entry["default"] for key, entry in embedding_options().items()}

    def conformers(walker: int, seed: int, further_set: str) -> np.ndarray:
        return starts.embedded(target, "test", walker, options, seed, further_set)

    cases = [(0, 0, ""), (1, 0, ""), (0, 0, "hot"), (1, 0, "hot"), (0, 0, "hit"), (0, 1, "")]
    found = [conformers(*case) for case in [*cases, (0, 1, "hot")]]
    rows = {place.tobytes() for one in found for place in one}
    assert len(rows) == sum(map(len, found)) == 8 * len(found)
    assert all(
        np.array_equal(conformers(*case), one) for case, one in zip(cases, found, strict=False)
    )
    for walker in (0, 1):
        plain, _ = embedding.embed(target, 8 * walker, 8, options)
        assert np.array_equal(found[walker], plain)


@pytest.mark.parametrize("of_embedding", [0, 42, 2_000_000_000])
def test_seeds_of_starts_are_those_that_rdkit_takes(of_embedding):
    assert starts.first_seed(of_embedding, 0, "") == of_embedding
    cases = [(seed, name) for seed in (0, 1, 2_000_000_000) for name in ("", "hot", "wärmer")]
    found = {starts.first_seed(of_embedding, *case) for case in cases}
    assert len(found) == len(cases)
    assert all(0 <= seed <= 2_000_000_000 for seed in found)


def test_boltzmann_weights():
    energies, kelvin = np.array([-3.0, -2.0, 4.0]), 450
    slow = [math.exp(-energy / (GAS_CONSTANT * kelvin)) for energy in energies]
    assert np.allclose(starts.boltzmann_weights(energies, kelvin), np.array(slow) / sum(slow))
    assert starts.boltzmann_weights(np.array([-1e5, 0.0]), 1).tolist() == [1, 0]


def test_a_start_is_relaxed_and_drawn_by_its_energy(conformers):
    """At 1 K the lowest is drawn. An isotope has its mass."""
    target = molecule.build("test", "[2H]OCCO")
    _, positions = conformers("OCCO", 8)
    with surface(MMFF94, target, "test", {}) as level:
        atoms = starts.start(level, target, positions, 1, np.random.default_rng(0))
        assert np.linalg.norm(atoms.get_forces(), axis=1).max() < starts.FORCE
        chosen = atoms.get_potential_energy() / KCAL
        _, energies = starts.relaxed(atoms, positions)
    assert chosen == pytest.approx(energies.min(), abs=1e-6)
    assert np.ptp(energies) > 1
    assert atoms.get_masses()[0] == pytest.approx(2.0141, abs=1e-3)


# Snapshots.

SETTINGS = WALK | {"walkers": 2, "equilibration": 1, "duration": 20}


@pytest.fixture
def walks(rng) -> list[dict]:
    """Two made-up walks of methane, hot in the first picosecond, with a known memory."""
    energy = autoregressive(rng, 0.5, 2, 2100)
    energy[:, :100] += 50
    target = np.array([[0, 0, 0], [1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) * 0.63
    return [
        {
            "time_fs": 10.0 * np.arange(1, 2101),
            "positions": np.repeat(target[None], 2100, axis=0) + np.arange(2100)[:, None, None],
            "energy_kcal_mol": one,
            "temperature_kelvin": rng.normal(300, 100, size=2100),
        }
        for one in energy
    ]


def test_equilibration_is_dropped_and_snapshots_are_twice_the_time_apart(walks):
    target = molecule.build("methane", "C")
    found = snapshots.snapshots(target, walks, SETTINGS, 100, "methane", "sampling")
    assert found.report["autocorrelation_time_fs"] == pytest.approx(15, rel=0.15)
    apart = math.ceil(2 * found.report["autocorrelation_time_fs"] / 10)
    assert found.report["snapshot_interval_fs"] == 10 * apart
    for walker in (0, 1):
        time = found.table["time_fs"][found.table["walker"] == walker]
        assert time[0] == 1010
        assert set(np.diff(time)) == {10 * apart}
        assert time[-1] > 21_000 - 10 * apart
    count = 2 * -(-2000 // apart)
    assert len(found.positions) == count == found.report["snapshots"] == found.counts["kept"]
    assert (np.diff(found.table["attempt"]) > 0).all()
    frame = found.table["attempt"] % 2100
    assert np.array_equal(found.table["time_fs"], 10.0 * (frame + 1))
    assert np.array_equal(found.positions[:, 0, 0], frame)  # each is at its own frame
    assert found.report["energy_mean_kcal_mol"] == pytest.approx(0, abs=0.2)
    assert not found.table["other_bonds"].any()
    assert snapshots.doubts(found.report, "methane", "sampling") == []


def test_snapshots_hardly_know_each_other(rng):
    memory = 0.9
    series = autoregressive(rng, memory, 2, 50_000)
    apart = math.ceil(2 * integrated_time(series))
    thinned = series[:, ::apart]
    assert autocorrelation(thinned)[1] == pytest.approx(memory**apart, abs=0.05)
    assert memory**apart < 0.2


def test_what_is_not_in_equilibrium_is_doubted(walks):
    target = molecule.build("methane", "C")
    for walk in walks:
        walk["energy_kcal_mol"] += np.linspace(0, 0.5, 2100)
        walk["temperature_kelvin"] += 40
    found = snapshots.snapshots(target, walks, SETTINGS, 100, "methane", "sampling")
    drifted, hot = snapshots.doubts(found.report, "methane", "sampling")
    assert "another mean energy than the first, by +0." in drifted
    assert "mean temperature is +4" in hot or "mean temperature is +3" in hot


def test_too_few_snapshots_say_how_many_there_are_and_what_to_raise(walks):
    target = molecule.build("methane", "C")
    with pytest.raises(StudyError) as error:
        snapshots.snapshots(target, walks, SETTINGS, 5000, "methane", "sampling")
    said = str(error.value)
    assert "2 walkers of 20 ps give " in said
    assert "the study needs 5000; raise sampling.duration to about " in said
    enough = float(said.partition("to about ")[2].split()[0])
    apart = float(said.partition(" fs apart")[0].split()[-1])
    assert 2 * 1000 * enough / apart > 5000
    for walk in walks:
        walk["energy_kcal_mol"] = np.cumsum(walk["energy_kcal_mol"])
    with pytest.raises(StudyError, match="too short to tell how long the potential energy"):
        snapshots.snapshots(target, walks, SETTINGS, 100, "methane", "sampling")


def test_broken_bonds_are_counted_and_refused(walks):
    target = molecule.build("methane", "C")
    walks[1]["positions"][1000:, 1] *= 3
    found = snapshots.snapshots(target, walks, SETTINGS, 100, "methane", "sampling")
    differ = found.table["other_bonds"]
    late = (found.table["walker"] == 1) & (found.table["time_fs"] > 10_000)
    assert np.array_equal(differ, late)
    assert found.report["other_bonds"] == late.sum()
    with pytest.raises(StudyError, match=r"in walker 1 after 100\d\d fs; lower sampling.temp"):
        snapshots.require_bonds(found.table, "methane", "sampling")
    snapshots.require_bonds(found.table | {"other_bonds": ~differ & False}, "methane", "sampling")


# What a config may say.


def thermal(**changes) -> dict:
    """The tiny study with thermal geometries and a hot set; keys of section sampling changed."""
    config = yaml.safe_load(TINY.read_text(encoding="utf-8"))
    config["sampling"] = {"kind": "dynamics", "level": "mmff94"} | changes
    config["molecules"]["butanol"]["tests"] = {"hot": {"temperature": 600}}
    return config


def complaint(config: dict) -> str | None:
    """The first thing wrong with a config, as the Snakefile finds it."""
    if problem := check.problem(config, SCHEMA):
        return problem
    validate(config, SCHEMA)
    return next(check.contradictions(config), None)


def test_our_thermal_study_is_valid_and_its_sets_have_folders():
    config = yaml.safe_load(Path(ROOT / "config/thermal.yaml").read_text(encoding="utf-8"))
    assert complaint(config) is None
    hot = "malonaldehyde/tests/hot"
    assert geometries.folders(config) == ["malonaldehyde", hot]
    assert geometries.embedded(config) == []
    assert geometries.sampling_of(config, "malonaldehyde")["temperature"] == 300
    assert geometries.sampling_of(config, hot)["temperature"] == 600
    assert geometries.sampling_of(config, hot)["friction"] == 20
    assert (
        min_snapshots(config, hot)
        < min_snapshots(config, "malonaldehyde")
        == config["split"]["train"] + 50
    )


def test_molecules_from_files_are_read_beside_those_that_are_sampled():
    config = thermal()
    given = {"file": "a.xyz"}
    config["molecules"]["acac"] = {"geometries": given, "tests": {"md": {"file": "b.xyz"}}}
    assert complaint(config) is None
    assert geometries.sampled_folders(config) == ["butanol", "butanol/tests/hot"]
    assert geometries.read_folders(config) == ["acac", "acac/tests/md"]
    assert len(geometries.folders(config)) == 4
    config["molecules"]["acac"]["tests"]["md"] |= {"temperature": 600}
    assert "unknown key 'temperature' in molecules.acac.tests.md" in complaint(config)


def test_a_study_that_says_nothing_embeds():
    config = yaml.safe_load(TINY.read_text(encoding="utf-8"))
    assert complaint(config) is None
    assert config["sampling"] == {"kind": "embedding"}
    assert geometries.folders(config) == geometries.embedded(config) == ["butanol"]
    assert geometries.sampled_folders(config) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "md"}, ["sampling.kind is 'md'", "embedding, dynamics"]),
        ({"kind": "embedding"}, ["unknown key 'level' in sampling"]),
        ({"temprature": 300}, ["unknown key 'temprature'", "did you mean 'temperature'?"]),
        ({"temperature": 0}, ["sampling.temperature is 0", "at least 1", "(K)"]),
        ({"timestep": "0.5 fs"}, ["sampling.timestep is '0.5 fs'", "a number", "(fs)"]),
        ({"walkers": 1.5}, ["sampling.walkers is 1.5", "an integer"]),
        ({"level": "mmf94"}, ["sampling.level is 'mmf94'", "did you mean 'mmff94'?"]),
        ({"level": "given"}, ["sampling.level is 'given'", "cannot be computed"]),
        ({"interval": 10.2}, ["sampling.interval is 10.2 fs", "no multiple of timestep, 0.5 fs"]),
        ({"interval": 0.1}, ["sampling.interval is 0.1 fs", "no multiple of timestep"]),
        ({"duration": 0.2}, ["sampling records 80 frames, 0.2 ps of 4 walkers", "needs 110"]),
    ],
)
def test_mistakes_in_a_sampling_are_one_sentence(change, words):
    said = complaint(thermal(**change))
    assert said
    assert said.startswith("config: ")
    assert "\n" not in said
    assert all(word in said for word in words), said


def test_mistakes_in_a_further_set_are_one_sentence():
    place = "molecules.butanol.tests.hot"
    for change, words in [
        ({"temperature": -1}, [f"{place}.temperature is -1", "(K)"]),
        ({"file": "hot.xyz"}, [f"unknown key 'file' in {place}", "temperature"]),
        ({"interval": 0.7}, [f"{place}.interval is 0.7 fs"]),
        ({"duration": 0.01}, [f"{place} records 4 frames", "needs 10"]),
        ({"level": "given"}, [f"{place}.level is 'given'"]),
    ]:
        config = thermal()
        config["molecules"]["butanol"]["tests"]["hot"] = change
        said = complaint(config)
        assert said
        assert all(word in said for word in words), said
    config = thermal()
    config["molecules"]["butanol"]["tests"] = {"train": {}}
    assert "tests.train is a name that the split uses" in complaint(config)
    config = thermal()
    del config["sampling"]
    assert "set sampling.kind to dynamics" in complaint(config)
