"""Nothing is stale, nothing reruns for nothing, a change reruns what it must and nothing else."""

import copy
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from contextlib import contextmanager

import pytest
import yaml

from studies import ROOT, Study, tiny

AFTERWARDS = {  # what compares experiments, and so follows any of them
    "write_tables butanol",
    "plot_parity_pages butanol",
    "plot_learning_curves butanol",
    "write_rotations butanol",
    "write_smoothness butanol",
    "plot_smoothness butanol",
    "write_trial butanol",
    "judge_claims butanol",
    "plot_symmetry butanol",
    "measure_intervals butanol",
    "quote_numbers butanol",
}


@contextmanager
def edited(study, name: str, change):
    """Change one file of the project for a while; `change` is a function of its text."""
    path = study.project / name
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(before, encoding="utf-8")


@contextmanager
def configured(study, config: dict):
    before = study.config
    study.configure(config)
    try:
        yield
    finally:
        study.configure(before)


def with_comment(text: str) -> str:
    return text + "\n# a comment\n"


def of_experiment(name: str) -> set[str]:
    return {
        f"{rule} butanol {name}"
        for rule in (
            "fit_model",
            "evaluate_model",
            "measure_learning_curve",
            "try_motions",
            "plot_parity",
        )
    }


def of_all(finished, rule: str) -> set[str]:
    return {f"{rule} butanol {name}" for name in finished.config["experiments"]}


def test_nothing_to_do_after_a_run(finished):
    assert not finished.plan()


def test_time_stamps_mean_nothing(finished):
    later = time.time() + 60
    for part in ("workflow", "profiles", "config"):
        for path in (finished.project / part).rglob("*"):
            os.utime(path, (later, later))
    os.utime(finished.project / "Snakefile", (later, later))
    assert not finished.plan()


@pytest.mark.parametrize(
    "name", ["Snakefile", "workflow/rules/common.smk", "workflow/rules/models.smk"]
)
def test_a_comment_in_a_rule_file_means_nothing(finished, name):
    with edited(finished, name, with_comment):
        assert not finished.plan()


def test_an_edit_of_a_figure_redraws_it_and_embeds_nothing(finished):
    with edited(finished, "workflow/scripts/confsym/figures/parity.py", with_comment):
        assert set(finished.plan()) == of_all(finished, "plot_parity")


def test_a_file_that_comes_with_an_old_time_stamp_is_seen(finished):
    """As one does that is moved, or unpacked from a release over the one before."""
    name = "workflow/resources/viewer/page.js"
    with edited(finished, name, with_comment):
        os.utime(finished.project / name, (0, 0))
        assert set(finished.plan()) == {"plot_conformers_page butanol"}


def test_results_copied_without_their_time_stamps_need_nothing(finished, tmp_path):
    """Results are newer than what was made from them, and the other way round."""
    shutil.copytree(finished.folder, tmp_path / "copy", copy_function=shutil.copyfile)
    assert not Study(tmp_path / "copy", finished.config, project=tmp_path / "copy").plan()


def test_an_edit_of_the_style_redraws_what_uses_it(finished):
    name = "workflow/scripts/confsym/figures/confsym.mplstyle"
    with edited(finished, name, lambda text: text.replace("font.size: 8", "font.size: 9")):
        assert set(finished.plan()) == {
            *of_all(finished, "plot_parity"),
            "plot_learning_curves butanol",
            "plot_symmetry butanol",
            "plot_smoothness butanol",
            "plot_augmentation butanol",
            "plot_canonical_pose butanol",
            "plot_conformers butanol",
        }


def test_an_edit_of_a_feature_reruns_what_stands_on_it(finished):
    with edited(finished, "workflow/scripts/confsym/features/internal.py", with_comment):
        assert set(finished.plan()) == {
            "compute_features butanol internal",
            "compute_moved_features butanol internal",
            *of_experiment("internal_ridge"),
            *AFTERWARDS,
        }


def test_an_edit_of_a_model_refits_its_experiments(finished):
    with edited(finished, "workflow/scripts/confsym/models/kernel.py", with_comment):
        assert set(finished.plan()) == {
            *of_experiment("sorted_kernel"),
            *AFTERWARDS,
        }


def test_an_edit_of_the_energies_embeds_nothing(finished):
    with edited(finished, "workflow/scripts/confsym/energies/force_fields.py", with_comment):
        rules = {job.split()[0] for job in finished.plan()}
    assert {"compute_energies", "fit_model", "evaluate_model"} <= rules
    assert not rules & {"embed_conformers", "prune_conformers", "compute_features", "write_sdf"}


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("resources/viewer/page.js", "plot_conformers_page"),
        ("resources/3dmol/3Dmol-min.js", "plot_conformers_page"),
        ("scripts/confsym/molecules/torsions.py", "plot_conformers"),
    ],
)
def test_an_edit_of_what_shows_conformers_redraws_them_alone(finished, name, rule):
    with edited(finished, f"workflow/{name}", with_comment):
        assert set(finished.plan()) == {f"{rule} butanol"}


def test_an_edit_of_a_script_reruns_its_rule(finished):
    with edited(finished, "workflow/scripts/write_sdf.py", with_comment):
        assert set(finished.plan()) == {"write_sdf butanol"}


def test_a_new_registry_row_computes_no_feature_again(finished):
    name = "workflow/scripts/confsym/features/registry.py"
    with edited(finished, name, with_comment):
        assert set(finished.plan()) == {
            "write_tables butanol",
            *of_all(finished, "try_motions"),
            "write_rotations butanol",
            "write_smoothness butanol",
            "plot_smoothness butanol",
            "write_trial butanol",
            "judge_claims butanol",
            "plot_symmetry butanol",
            "quote_numbers butanol",
            "plot_augmentation butanol",
        }


def test_a_models_parameter_refits_its_experiments_alone(finished):
    config = copy.deepcopy(finished.config)
    config["models"]["ridge"]["alpha"] = [1.0]
    with configured(finished, config):
        assert set(finished.plan()) == {
            *of_experiment("internal_ridge"),
            *AFTERWARDS,
            "record_run",
        }


def test_a_new_experiment_fits_one_model(finished):
    config = copy.deepcopy(finished.config)
    config["experiments"]["raw_ridge"] = {"features": "raw", "model": "ridge"}
    with configured(finished, config):
        assert set(finished.plan()) == {
            *of_experiment("raw_ridge"),
            *AFTERWARDS,
            "record_run",
        }


def test_more_copies_refit_the_experiment_that_trains_on_them(finished):
    config = copy.deepcopy(finished.config)
    config["experiments"]["augmented"]["augmentation"]["copies"] = 3
    with configured(finished, config):
        assert set(finished.plan()) == {
            "compute_copied_features butanol raw augmented",
            *of_experiment("augmented"),
            "measure_pose_errors butanol augmented",
            "plot_augmentation butanol",
            *AFTERWARDS,
            "record_run",
        }


def test_an_edit_of_a_motion_moves_conformers_again_and_embeds_nothing(finished):
    with edited(finished, "workflow/scripts/confsym/transforms/copies.py", with_comment):
        assert set(finished.plan()) == {
            "compute_copied_features butanol raw augmented",
            *of_experiment("augmented"),
            "measure_pose_errors butanol augmented",
            "plot_augmentation butanol",
            *AFTERWARDS,
        }


def test_symmetry_functions_are_drawn_where_a_study_names_them(finished):
    assert not [job for job in finished.plan("--forceall") if "symmetry_functions" in job]
    config = copy.deepcopy(finished.config)
    config["features"]["mine"] = {"kind": "symmetry_functions"}
    with configured(finished, config):
        jobs = set(finished.plan())
    assert {"plot_symmetry_functions butanol mine", "write_tables butanol"} <= jobs
    assert not [job for job in jobs if job.startswith(("compute", "fit", "evaluate", "learning"))]


def test_a_new_molecule_leaves_the_others_alone(finished):
    config = copy.deepcopy(finished.config)
    config["molecules"]["pentanol"] = {"smiles": "CCCC(C)O"}
    with configured(finished, config):
        jobs = finished.plan()
    assert jobs["embed_conformers pentanol 3"] == 1
    assert not [job for job in jobs if "butanol" in job]
    assert jobs["compare_molecules"] == jobs["plot_comparison"] == 1  # of two and more


def test_more_attempts_embed_only_the_new_shards(finished):
    with configured(finished, tiny(embedding__attempts=400)):
        jobs = finished.plan()
    embedded = {job for job in jobs if job.startswith("embed_conformers")}
    assert embedded == {f"embed_conformers butanol {shard}" for shard in (4, 5, 6, 7)}
    assert jobs["prune_conformers butanol"] == 1


def test_what_a_molecule_does_otherwise_is_its_own(finished):
    config = copy.deepcopy(finished.config)
    config["molecules"]["butanol"] |= {"embedding": {"attempts": 200}, "split": {"train": 60}}
    with configured(finished, config):
        assert set(finished.plan()) == {"record_run"}  # as the sections say
    config["molecules"]["butanol"]["embedding"] = {"attempts": 250}
    with configured(finished, config):
        jobs = finished.plan()
    assert {job for job in jobs if job.startswith("embed")} == {"embed_conformers butanol 4"}
    config["molecules"]["butanol"] |= {"embedding": {}, "split": {"train": 70}}
    with configured(finished, config):
        jobs = finished.plan()
    assert jobs["split_conformers butanol"] == jobs["measure_learning_curve butanol notes"] == 1
    assert not [job for job in jobs if job.startswith(("embed", "prune", "compute_energies"))]


@pytest.mark.parametrize("changed", [{"prune_rms": 0.02}, {"prune_atoms": "all"}])
def test_another_rule_of_pruning_embeds_nothing(finished, changed):
    with configured(finished, tiny(**{f"embedding__{key}": changed[key] for key in changed})):
        rules = {job.split()[0] for job in finished.plan()}
    assert "prune_conformers" in rules
    assert not rules & {"embed_conformers", "describe_molecule"}


def test_another_seed_embeds_everything(finished):
    with configured(finished, tiny(embedding__seed=7)):
        jobs = finished.plan()
    assert sum(job.startswith("embed_conformers") for job in jobs) == 4


def test_a_new_transform_fits_no_model_on_embedded_conformers(finished):
    config = copy.deepcopy(finished.config)
    config["transforms"]["shifted"] = {"kind": "translation", "vector": [5, 0, 0]}
    with configured(finished, config):
        jobs = finished.plan()
    fitted = {job for job in jobs if job.startswith("fit_model")}
    assert fitted == {"fit_model butanol posed"}  # it trains on moved conformers
    assert jobs["evaluate_model butanol notes"] == 1
    assert not [job for job in jobs if job.startswith("compute_features")]


def test_gradients_are_computed_beside_energies_that_stay(finished):
    with configured(finished, tiny(energies={"gradients": True})):
        assert set(finished.plan()) == {"join_gradients butanol mmff94", "record_run"}


def test_a_level_that_takes_minutes_is_computed_in_parts(finished):
    """Gradients come with its energies; the conformers stay, and so do the features."""
    energies = {
        *(f"compute_energies butanol gfn2_xtb {part}" for part in range(8)),
        "join_energies butanol gfn2_xtb",
        "join_gradients butanol gfn2_xtb",
    }
    with configured(finished, tiny(energies={"level": "gfn2_xtb", "gradients": True})):
        jobs = set(finished.plan())
    assert energies <= jobs
    assert "fit_model butanol notes" in jobs
    rules = {job.split()[0] for job in jobs - energies}
    assert not [rule for rule in rules if rule.startswith(("compute", "embed", "prune", "join"))]


def test_a_new_package_version_reruns_what_uses_it(finished, tmp_path):
    """A scikit-learn of another version, as the interpreter sees it."""
    record = tmp_path / "scikit_learn-99.0.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: scikit-learn\nVersion: 99.0\n")
    (record / "top_level.txt").write_text("sklearn\n")
    jobs = finished.plan(PYTHONPATH=str(tmp_path))
    rules = {job.split()[0] for job in jobs}
    assert {"fit_model", "evaluate_model", "measure_learning_curve"} <= rules
    assert jobs["fit_model butanol notes"] == 1
    assert not rules & {"embed_conformers", "prune_conformers", "compute_energies"}
    assert not rules & {"compute_features", "compute_moved_features", "move_conformers"}


def test_targets(finished):
    out = finished.folder / "results/butanol"
    hidden = out.rename(finished.folder / "results/elsewhere")
    try:
        chain = finished.plan("notes")
    finally:
        hidden.rename(out)
    assert {job.split()[0] for job in chain} == {
        "describe_molecule",
        "embed_conformers",
        "prune_conformers",
        "compute_energies",
        "join_energies",
        "split_conformers",
        "move_conformers",
        "try_level",
        "compute_features",
        "compute_moved_features",
        "fit_model",
        "evaluate_model",
        "plot_parity",
    }
    assert {job for job in chain if job.startswith("fit_model")} == {"fit_model butanol notes"}
    for target in ("notes", "symmetry", "learning_curves", "all"):
        assert not finished.plan(target)


def test_no_absolute_path_enters_a_record(finished):
    records = (finished.folder / ".snakemake/metadata").rglob("*")
    texts = [path.read_text() for path in records if path.is_file()]
    assert len(texts) > 50
    for text in texts:
        record = json.loads(text)
        for value in [*record["input"], *map(str, record["params"])]:
            assert not re.search(r"""(^|['" ])/\w""", value), value


@pytest.mark.parametrize("name", ["uff.csv", "parts/uff/0.npz", "parts/mmff94/1.npz"])
def test_another_level_cannot_be_had_under_this_studys_name(finished, name):
    process = finished.snakemake("--dry-run", f"results/butanol/energies/{name}")
    assert process.returncode != 0
    assert "MissingRule" in process.stdout


def test_the_report_tells_every_file_apart(finished, tmp_path):
    process = finished.snakemake("--report", str(tmp_path / "report.zip"))
    assert process.returncode == 0, process.stdout
    with zipfile.ZipFile(tmp_path / "report.zip") as archive:
        page = archive.read("report/report.html").decode()
    labels = re.findall(r'"labels": (\{[^}]*\})', page)
    experiments = len(finished.config["experiments"])
    assert len(labels) == experiments + 17  # parity figures, nine more figures, eight tables
    assert len(set(labels)) == len(labels)


def test_the_recorded_config_is_the_study(finished, tmp_path):
    recorded = yaml.safe_load((finished.folder / "results/run_config.yaml").read_text())
    assert list(recorded["transforms"]) == list(finished.config["transforms"])
    with configured(finished, recorded):
        assert not finished.plan()


def test_the_workflow_is_a_module_of_another(tmp_path):
    """As the Snakemake workflow catalog has it: a study of somebody else's workflow."""
    text = yaml.safe_dump({"force_field": tiny()}, sort_keys=False)
    (tmp_path / "mine.yaml").write_text(f"{text}its_own: yes  # and not confsym's to refuse\n")
    (tmp_path / "Snakefile").write_text(
        'configfile: "mine.yaml"\n'
        "module confsym:\n"
        f'    snakefile: "{ROOT}/workflow/Snakefile"\n'
        '    config: config["force_field"]\n'
        "use rule * from confsym as confsym_*\n"
        "rule mine:\n"
        "    default_target: True\n"
        "    input: rules.confsym_notes.input\n"
    )
    command = [sys.executable, "-m", "snakemake", "--dry-run"]
    process = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    assert re.search(r"confsym_embed_conformers +4", process.stdout + process.stderr)
