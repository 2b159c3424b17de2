"""Choosing what to label next, labelling it, and what it saves."""

import numpy as np
import pandas as pd
import pytest
from ase import io
from threadpoolctl import threadpool_limits

from confsym.acquisition import acquired, choice, curves, extended_xyz, labelling, savings
from confsym.conformers import embedding
from confsym.datasets import reading
from confsym.energies import parts
from confsym.energies.labels import Labels
from confsym.errors import StudyError
from confsym.molecules import molecule
from confsym.registry import resolve
from confsym.storage import files
from confsym.study import acquisition, geometries, schema
from studies import ROOT

SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"
SETTINGS = {"start": 6, "batch": 4, "seed": 3}
EMBEDDING = {
    "seed": 1,
    "max_attempts": 100,
    "etkdg_version": 3,
    "torsion_preferences": True,
    "basic_knowledge": True,
    "enforce_chirality": True,
    "random_coordinates": False,
    "legacy_implementation": True,
}


class Uncertain:
    """A model whose deviation of forces is the height of a geometry's only atom."""

    def deviations(self, positions):
        return np.zeros(len(positions)), np.repeat(positions[:, :, 2:], 3, axis=2)


def study(**acquire) -> dict:
    config = {
        "molecules": {"water": {"smiles": "O", "tests": {"pool": {"temperature": 600}}}},
        "sampling": {"kind": "dynamics", "walkers": 2, "duration": 1},
        "energies": {"level": "mmff94"},
        "split": {"train": 40},
        "features": {"cloud": {"kind": "point_cloud"}},
        "models": {"process": {"kind": "gradient_gp"}, "mean": {"kind": "mean"}},
        "experiments": {
            "process": {
                "features": "cloud",
                "model": "process",
                "learn": "energies_and_forces",
                "acquire": {"start": 10, "batch": 5, "rounds": 6} | acquire,
            }
        },
    }
    schema.fill_in(config, SCHEMA)
    return config


def said(config: dict) -> list[str]:
    return list(acquisition.contradictions(config))


def test_a_study_that_can_choose_is_not_refused():
    assert said(study()) == []
    assert said(study(pool="pool", rounds=30)) == []
    assert acquisition.sizes(study(), "process") == [10, 15, 20, 25, 30, 35, 40]


@pytest.mark.parametrize(
    ("changes", "model", "learn", "sentence"),
    [
        (
            {"rounds": 7},
            "process",
            "energies_and_forces",
            "= 45 geometries, and split.train gives 40",
        ),
        ({"pool": "pol"}, "process", "energies_and_forces", "did you mean 'pool'?"),
        ({"pool": "pool", "rounds": 39}, "process", "energies_and_forces", "tests.pool gives 200"),
        ({}, "mean", "energies_and_forces", "is of kind mean, which has none; kinds that have: "),
        ({}, "process", "energies", "give experiments.process learn: energies_and_forces"),
    ],
)
def test_what_cannot_choose_is_one_sentence(changes, model, learn, sentence):
    config = study(**changes)
    config["experiments"]["process"] |= {"model": model, "learn": learn}
    assert len(said(config)) == 1
    assert said(config)[0].startswith("config: experiments.process.acquire")
    assert sentence in said(config)[0]


def test_a_pool_is_no_set_to_test_on():
    config = study(pool="pool")
    config["molecules"]["water"]["tests"]["hot"] = {"temperature": 900}
    assert geometries.test_sets(config, "water") == ["hot"]
    assert geometries.sampled_folders(config) == [
        *("water", "water/tests/pool", "water/tests/hot"),
    ]
    assert acquisition.pool_folder(config, "process", "water") == "water/tests/pool"
    assert acquisition.pool_folder(study(), "process", "water") == "water"


def rounds(models: list, count: int, pool: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """All geometries of so many rounds."""
    found, places = [], Labels(*np.zeros((4, 1)))
    for number in range(count):
        using = models if number else []
        chosen = choice.choose(pool, positions, found, using, SETTINGS, 1, number)
        labels = Labels(*(np.resize(one, len(chosen)) for one in places))
        new = acquired.of_round(number, chosen, positions[chosen], labels)
        found = [acquired.joined([*found, new])]
    return found[0].conformer


def test_rounds_start_alike_and_choose_nothing_twice():
    rng = np.random.default_rng(0)
    pool = np.sort(rng.permutation(60)[:40])
    positions = rng.uniform(0.1, 1, (60, 1, 3))
    chosen, random = (rounds(models, 4, pool, positions) for models in ([Uncertain()], []))
    assert len(set(chosen)) == len(set(random)) == 18
    assert set(chosen) | set(random) <= set(pool)
    assert (chosen[:6] == random[:6]).all()
    assert (chosen[6:] != random[6:]).any()
    for models, last in ([Uncertain()], chosen), ([], random):
        assert (rounds(models, 3, pool, positions) == last[:14]).all()


def test_chosen_geometries_are_the_uncertain_ones_and_a_small_pool_is_one_sentence():
    positions = np.full((60, 1, 3), 1e-6)
    positions[::10, 0, 2] = 1.0
    chosen = rounds([Uncertain()], 2, np.arange(60), positions)
    left = set(range(0, 60, 10)) - set(chosen[:6])
    assert set(chosen[6:]) <= left or left <= set(chosen[6:])
    with pytest.raises(
        StudyError, match=r"round 2 of acquire needs 14 geometries in all, .* has 12"
    ):
        rounds([], 3, np.arange(12), positions)


def test_geometries_are_drawn_as_their_variances_have_it():
    """Against drawing one after the other by the probabilities themselves."""
    deviation, count, times = np.array([1.0, 2.0, 3.0, 0.5]), 2, 20000
    rng, slow = np.random.default_rng(1), np.random.default_rng(2)
    found = [choice.draw(deviation, count, rng) for _ in range(times)]
    chance = deviation**choice.POWER / np.sum(deviation**choice.POWER)
    drawn = [slow.choice(4, count, replace=False, p=chance) for _ in range(times)]
    fast, expected = (np.bincount(np.ravel(sets), minlength=4) / times for sets in (found, drawn))
    assert np.allclose(fast, expected, atol=0.02)


@pytest.fixture(scope="module")
def embedded() -> tuple[dict, np.ndarray]:
    description = molecule.describe("methanol", "CO")
    target = molecule.from_description(description)
    return description, embedding.embed(target, 0, 8, EMBEDDING)[0]


@threadpool_limits.wrap(limits=1)  # as in a job: more threads change last bits
def test_labels_of_chosen_geometries_are_those_of_the_levels_table(embedded):
    description, positions = embedded
    target = molecule.from_description(description)
    chosen = np.array([5, 0, 3])
    for function in ("force_fields:mmff94", "tight_binding:gfn2_xtb"):
        level = {"name": "l", "function": f"confsym.energies.{function}", "settings": {}}
        energy, gradients = resolve(level["function"])(target, positions, "methanol")
        found = labelling.labels(
            [level | {"bonds": True}], [], [], description, "methanol", positions, chosen
        )
        assert (found.energy == energy[chosen]).all()
        assert (found.forces == -gradients[chosen]).all()
        assert not found.baseline.any()
        assert not found.baseline_forces.any()


def test_labels_are_read_where_a_level_has_no_function(embedded, tmp_path):
    description, positions = embedded
    known = np.arange(8.0), np.arange(8 * positions[0].size, dtype=float)
    files.write_csv(tmp_path / "e.csv", {"energy_kcal_mol": known[0]})
    gradients = known[1].reshape(positions.shape)
    files.write_npz(tmp_path / "g.npz", gradients=gradients)
    read = {"name": "given", "function": "", "settings": {}, "bonds": False}
    below = read | {"name": "mmff94", "function": "confsym.energies.force_fields:mmff94"}
    tables = [tmp_path / "e.csv"], [tmp_path / "g.npz"]
    chosen = np.array([7, 2])
    found = labelling.labels([read, below], *tables, description, "methanol", positions, chosen)
    assert found.energy.tolist() == [7, 2]
    assert (found.forces == -gradients[chosen]).all()
    target = molecule.from_description(description)
    assert (found.baseline == resolve(below["function"])(target, positions, "m")[0][chosen]).all()


def test_a_geometry_without_energy_is_named_by_its_number_in_the_pool(embedded):
    description, positions = embedded
    broken = positions.copy()
    broken[5] = 0
    level = {"name": "gfn2_xtb", "function": "confsym.energies.tight_binding:gfn2_xtb"}
    level |= {"settings": {}, "bonds": False}
    place = "methanol/tests/pool"
    with pytest.raises(parts.NoEnergy) as stop:
        labelling.labels([level], [], [], description, place, broken, np.array([2, 5]))
    said = "molecules.methanol.tests.pool: GFN2-xTB finds no energy of conformer 5 ("
    assert str(stop.value).startswith(said)
    assert str(stop.value).endswith(
        "; mend the level, or choose other geometries by another seed of acquire."
    )


def test_the_file_of_acquired_geometries_reads_back_as_any_file_of_geometries(embedded, tmp_path):
    description, positions = embedded
    target = molecule.from_description(description)
    energy, gradients = resolve("confsym.energies.force_fields:mmff94")(target, positions, "m")
    nothing = np.zeros(len(energy)), np.zeros_like(gradients)
    known = acquired.of_round(
        2, np.arange(8) + 10, positions, Labels(energy, nothing[0], -gradients, nothing[1])
    )
    known.write(tmp_path / "labels.npz")
    again = acquired.read(tmp_path / "labels.npz")
    assert (again.labels.forces == -gradients).all()
    extended_xyz.write(tmp_path / "g.extxyz", description, again)
    atoms = io.read(tmp_path / "g.extxyz", index=":")
    assert [one.info["conformer"] for one in atoms] == list(range(10, 18))
    assert {one.info["round"] for one in atoms} == {2}
    settings = {"energy": "energy", "forces": "forces", "energy_unit": "eV"}
    frames = reading.read(tmp_path / "g.extxyz", settings, "methanol", "molecules.m.geometries")
    assert frames.numbers.tolist() == [atom["number"] for atom in description["atoms"]]
    assert np.allclose(frames.positions, positions, rtol=0, atol=1e-8)
    assert np.allclose(frames.energy, energy, rtol=0, atol=1e-9)
    assert np.allclose(frames.gradients, gradients, rtol=0, atol=1e-6)


def curve() -> dict:
    """Two repeats: chosen ones do with 20 labels what 30 random ones do, in energies alone."""
    rows = []
    for by, energy in ("chosen", [8, 4, 1]), ("random", [8, 6, 5]):
        for repeat in range(2):
            for labels, error in zip((10, 20, 30), energy, strict=True):
                errors = dict.fromkeys(curves.MEASURES, 10.0 - labels / 10 * (by == "random"))
                errors |= {"energy_mae_kcal_mol": error + 2.0 * repeat * (labels == 20)}
                place = {"by": by, "repeat": repeat, "round": labels // 10 - 1}
                rows.append(place | {"labels": labels} | errors)
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def test_what_choosing_saves():
    found = savings.table({"process": curve()})
    energy, force = found.iloc[0], found.iloc[2]
    assert energy[["labels_random", "labels_chosen", "repeats_better"]].tolist() == [30, 20, 1]
    assert energy[["error_random", "error_chosen"]].tolist() == [5, 5]
    assert energy["error_chosen_std"] == pytest.approx(np.sqrt(2))
    assert np.isnan(force["labels_chosen"])
    assert force[["error_random", "error_chosen", "repeats_better"]].tolist() == [7, 10, 0]
    sentences = list(savings.in_words(found))
    assert "is 5.00; 20 chosen labels reach it, in 1 of 2 repeats" in sentences[0]
    assert sentences[2].endswith("is 7.00; no round of chosen labels reaches it")


def test_rounds_are_gathered_and_both_ways_have_the_start(tmp_path):
    one = {"labels": np.array([10]), "energy_mae_kcal_mol": np.array([1.5])}
    paths = []
    for name, by, number in (
        ("a", "chosen", 0),
        ("a", "chosen", 1),
        ("a", "random", 1),
        ("b", "chosen", 0),
    ):
        path = tmp_path / name / "acquired" / by / "0" / str(number) / "errors.csv"
        files.write_csv(path, one | {"labels": np.array([10 + number])})
        paths.append(path)
    found = pd.DataFrame(curves.gathered(paths, "a"))
    assert found[["by", "round", "labels"]].to_numpy().tolist() == [
        *(["chosen", 0, 10], ["chosen", 1, 11], ["random", 0, 10], ["random", 1, 11]),
    ]
