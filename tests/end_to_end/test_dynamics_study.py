"""The target dynamics of a small study: who moves atoms, what is conserved, and who does not."""

import copy

import pandas as pd
import pytest

from studies import Study

FOLDER = "results/ethanol"
FORCES = {"learn": "energies_and_forces", "learning_curve": {"sizes": [], "repeats": 1}}
CONFIG = {
    "molecules": {"ethanol": {"smiles": "CCO"}},
    "embedding": {"attempts": 130, "prune_rms": 0.001, "shard": 130},
    "split": {"train": 60},
    "features": {
        "raw": {"kind": "raw_coordinates"},
        "terms": {"kind": "force_field_terms", "labels": "mmff_types", "pairs": "mmff_radii"},
    },
    "models": {
        "hgb": {"kind": "hist_gradient_boosting", "max_iter": 5},
        "linear": {"kind": "linear_force_field"},
        "cartesian": {"kind": "cartesian_gp", "conformers": 20},
    },
    "experiments": {
        "notes": {"features": "raw", "model": "hgb"},
        "terms": {"features": "terms", "model": "linear"} | FORCES,
        "above": {"features": "terms", "model": "linear", "baseline": "uff"} | FORCES,
        "cartesian": {"features": "raw", "model": "cartesian"} | FORCES,
    },
    "dynamics": {"duration": 0.1, "runs": 2},
}
LEVEL = "MMFF94 itself"
FORCE_FIELDS = [f"{FOLDER}/experiments/{name}/force_field.zip" for name in ("terms", "cartesian")]


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Study:
    study = Study(tmp_path_factory.mktemp("dynamics"), CONFIG)
    study.run("dynamics", *FORCE_FIELDS)
    return study


@pytest.fixture(scope="module")
def table(study) -> pd.DataFrame:
    found = pd.read_csv(study.folder / FOLDER / "tables/dynamics.csv", keep_default_na=False)
    return found.set_index("experiment")


def test_everyone_is_in_the_table(table):
    assert list(table.index) == [LEVEL, "terms", "above", "cartesian", "notes"]
    assert table["runs"].to_dict() == {LEVEL: 1, "notes": 0, "terms": 2, "above": 2, "cartesian": 2}
    assert table.loc["notes", "note"] == "a tree is a staircase, whose slope is zero or infinite"


def test_symmetric_models_conserve_and_the_other_does_not(table):
    for name in (LEVEL, "terms", "above"):
        row = table.loc[name]
        assert float(row["momentum"]) < 1e-10
        assert float(row["angular_momentum"]) < 1e-6
        assert row["momentum_verdict"] == row["angular_momentum_verdict"] == "kept"
        assert row["energy_verdict"] == "kept"
        assert row["kept_bonds"] == row["runs"]
    row = table.loc["cartesian"]
    assert float(row["momentum"]) > 1e-3
    assert row["momentum_verdict"] == row["angular_momentum_verdict"] == "not kept, not claimed"


def test_a_model_that_is_exact_moves_as_its_level_does(study):
    """Terms of MMFF94's own find its constants, and all start alike."""
    folder = study.folder / FOLDER
    level = pd.read_csv(folder / "energies/mmff94.dynamics.csv")
    model = pd.read_csv(folder / "experiments/terms/dynamics.csv").query("run == 0")
    assert len(level) == len(model) == 21
    pd.testing.assert_frame_equal(
        level[["time_fs", "potential_kcal_mol", "temperature_kelvin"]],
        model[["time_fs", "potential_kcal_mol", "temperature_kelvin"]],
        rtol=1e-4,
        atol=1e-4,
    )


def test_the_files_are_the_same_on_one_core(study):
    before = study.checksums()
    names = [name for name in before if "dynamics" in name]
    assert len(names) > 8
    for name in names:
        (study.folder / name).unlink()
    study.run("dynamics", cores=1)
    assert study.checksums() == before


def test_force_fields_are_the_same_on_one_core_and_for_other_shards(study, tmp_path):
    other = copy.deepcopy(CONFIG)
    other["embedding"]["shard"] = 50
    again = Study(tmp_path, other)
    again.run(*FORCE_FIELDS, cores=1)
    here, there = study.checksums(), again.checksums()
    assert {name: there[name] for name in FORCE_FIELDS} == {n: here[n] for n in FORCE_FIELDS}


def planned(study, change) -> set[str]:
    """What a change of the config, made in place, would run again."""
    config = copy.deepcopy(CONFIG)
    change(config)
    study.configure(config)
    try:
        return set(study.plan("dynamics"))
    finally:
        study.configure(CONFIG)


def test_an_experiment_without_forces_tries_no_forces_again(study):
    def add(config):
        config["features"]["internal"] = {"kind": "internal_coordinates"}
        config["models"]["ridge"] = {"kind": "ridge"}
        entry = {"features": "internal", "model": "ridge", "baseline": "mmff94s"}
        config["experiments"]["internal"] = entry

    jobs = planned(study, add)
    assert {"fit_model ethanol internal", "write_trial ethanol"} <= jobs
    assert not [job for job in jobs if job.startswith(("try_forces", "run_", "draw_"))]


def test_more_turns_try_no_forces_again(study):
    def turn(config):
        config["rotations"] = {"rotations": 5}

    jobs = planned(study, turn)
    assert {"try_motions ethanol terms", "write_trial ethanol"} <= jobs
    assert not [job for job in jobs if job.startswith(("try_forces", "run_", "draw_"))]


def test_more_runs_of_the_level_move_no_model_again(study):
    def run_more(config):
        config["dynamics"]["level_runs"] = 2

    jobs = {job.split()[0] for job in planned(study, run_more)}
    assert {"run_level_dynamics", "write_dynamics_table"} <= jobs
    assert not jobs & {"run_dynamics", "draw_dynamics_starts"}


def test_the_verdict_and_the_log_say_it(study):
    said = (study.folder / FOLDER / "tables/dynamics_verdict.md").read_text()
    assert "In 7 runs at constant energy" in said
    assert "cartesian" in said
    log = study.folder / "logs/run_dynamics/ethanol/terms.log"
    assert "momentum" in log.read_text()


def test_it_is_no_part_of_all(study):
    assert "run_dynamics" not in {job.split()[0] for job in study.plan("forces")}


def test_nothing_that_moves_is_a_sentence(tmp_path):
    frames = [f"3\nenergy={k}\nO 0 0 0\nH 0 0 {1 + 0.001 * k}\nH 0 1 0\n" for k in range(70)]
    (tmp_path / "water.xyz").write_text("".join(frames))
    geometries = {"file": "water.xyz", "energy": "energy", "energy_unit": "kcal/mol"}
    config = {
        "molecules": {"water": {"smiles": "O", "geometries": geometries}},
        "energies": {"level": "given"},
        "split": {"train": 15},
        "features": {"raw": {"kind": "raw_coordinates"}},
        "models": {"hgb": {"kind": "hist_gradient_boosting", "max_iter": 5}},
        "experiments": {"notes": {"features": "raw", "model": "hgb"}},
    }
    process = Study(tmp_path, config).snakemake("dynamics", "--dry-run")
    assert process.returncode != 0
    assert "the target dynamics needs an experiment with learn: energies_and_forces" in (
        process.stdout
    )
