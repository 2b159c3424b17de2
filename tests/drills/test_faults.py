"""What a user does wrong, and what the machine does: one clear sentence, nothing half-written."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time

import pytest

import warm
from studies import ROOT, Study, tiny


def sentences(output: str) -> list[str]:
    """The lines of our own among what Snakemake says."""
    return [line for line in output.splitlines() if line.startswith(("ERROR: ", "config: "))]


def fails(study: Study, says: list[str], *targets: str) -> str:
    process = study.snakemake(*targets)
    assert process.returncode != 0
    found = sentences(process.stdout)
    assert found, process.stdout
    for part in says:
        assert part in found[0], found[0]
    assert process.stdout.splitlines()[-1] == found[0]  # what the eye falls on
    assert "Traceback" not in process.stdout
    assert not list(study.folder.rglob(".part-*"))
    return process.stdout


@pytest.mark.parametrize(
    ("smiles", "says"),
    [
        ("CCC(", ["molecules.butanol", "cannot read the SMILES 'CCC('"]),
        ("CCO.CCN", ["molecules.butanol", "2 separate fragments"]),
        ("[H][H]", ["molecules.butanol", "2 atom(s)", "at least three"]),
    ],
)
def test_a_smiles_that_names_no_molecule(tmp_path, smiles, says):
    study = Study(tmp_path, tiny(molecules={"butanol": {"smiles": smiles}}))
    fails(study, says, "notes")
    assert not study.checksums()


def test_an_element_without_parameters_keeps_the_conformers(tmp_path):
    config = tiny(molecules={"acid": {"smiles": "CCCCB(O)O"}}, embedding__shard=200)
    study = Study(tmp_path, config)
    fails(study, ["molecules.acid", "MMFF94", "element B", "energies.level to uff"], "notes")
    assert (tmp_path / "results/acid/conformers/ensemble.npz").exists()
    assert not list((tmp_path / "results/acid").glob("energies/*"))
    config["energies"] = {"level": "uff"}
    study.configure(config)
    jobs = study.plan("notes")
    assert jobs["compute_energies acid uff 0"] == 1
    assert not [job for job in jobs if job.startswith(("embed", "prune"))]


def test_no_conformer_at_all(tmp_path):
    config = tiny(molecules={"strained": {"smiles": "C1#CC1"}}, split={"train": 10})
    config["embedding"] |= {"attempts": 60, "shard": 60, "max_attempts": 1}
    fails(Study(tmp_path, config), ["molecules.strained", "RDKit finds no conformer"], "notes")


def test_fewer_conformers_than_the_split_needs(tmp_path):
    embedding = {"attempts": 200, "prune_rms": 0.5, "shard": 200}
    config = tiny(molecules={"propane": {"smiles": "CCC"}}, embedding=embedding)
    study = Study(tmp_path, config)
    fails(study, ["molecules.propane", "fewer than split.train + 50 = 110"], "notes")
    assert not (tmp_path / "results/propane/split.csv").exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"experimant": {}}, "unknown key 'experimant' at the top; did you mean 'experiments'?"),
        ({"embedding__prune_rms": -1}, "embedding.prune_rms is -1, but must be at least 0"),
        ({"experiments__notes": {"features": "raww", "model": "hgb"}}, "did you mean 'raw'?"),
        ({"molecules": {"a/b": {"smiles": "C"}}}, "'a/b' is not a name that molecules can use"),
        ({"features": None}, "features is None, but must be a mapping"),
    ],
)
def test_a_wrong_config_stops_before_any_job(tmp_path, change, says):
    study = Study(tmp_path, tiny(**change))
    process = study.snakemake()
    assert process.returncode != 0
    assert says in process.stdout.splitlines()[-1]
    assert "Traceback" not in process.stdout
    assert len(process.stdout.splitlines()) <= 3
    assert not (tmp_path / "results").exists()


def test_a_config_that_yaml_misreads_stops_before_any_job(tmp_path):
    study = Study(tmp_path)
    text = (tmp_path / "study.yaml").read_text()
    (tmp_path / "study.yaml").write_text(text.replace("attempts: 200", "attempts: 0777"))
    fails(study, ["study.yaml, line ", "0777 is read as 511, since it is octal"], "--dry-run")
    assert not (tmp_path / "results").exists()


def test_the_default_config_is_read_before_snakemake_reads_it(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config/config.yaml").write_text("molecules:\n  a: {smiles: [O-]C(=O)C}\n")
    command = [sys.executable, "-m", "snakemake", "--dry-run", "--directory", str(tmp_path)]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert process.returncode != 0
    last = process.stdout.splitlines()[-1]
    assert "config/config.yaml, line 2: text that starts with a bracket" in last
    assert "Traceback" not in process.stdout + process.stderr


def test_the_target_notes_needs_the_notes_experiment(tmp_path):
    config = tiny(experiments={"mine": {"features": "raw", "model": "mean"}})
    process = Study(tmp_path, config).snakemake("--dry-run", "notes")
    assert process.returncode != 0
    last = process.stdout.splitlines()[-1]
    assert last.startswith("config: the target notes needs an experiment called 'notes'; section")
    assert last.endswith(" has mine.")


def default_study(*arguments: str) -> str:
    asked = ["--dry-run", "--quiet", "rules", *arguments, "--summary"]
    return warm.snakemake(asked, ROOT)[1]


def test_a_configfile_replaces_the_study_and_config_alone_refines_it(tmp_path):
    assert not [job for job in Study(tmp_path).plan() if "dimethyldecanol" in job]
    plain = default_study()
    assert "results/dimethyldecanol/energies/mmff94.csv" in plain
    refined = default_study("--config", "energies={level: uff}")
    assert "results/dimethyldecanol/energies/uff.csv" in refined
    text = default_study("--config", "split={train: 60}")
    assert "split.train is '60', but must be an integer" in text


def test_one_molecule_that_fails_leaves_the_other_usable(tmp_path):
    molecules = {"acid": {"smiles": "CCCCB(O)O"}, "butanol": {"smiles": "CCC(C)O"}}
    study = Study(tmp_path, tiny(molecules=molecules, embedding__shard=200))
    process = study.snakemake("--keep-going", "notes")
    assert process.returncode != 0
    assert "element B" in process.stdout.splitlines()[-1]
    assert (tmp_path / "results/butanol/figures/parity/notes.svg").exists()
    assert not (tmp_path / "results/acid/figures").exists()


def test_a_contradicted_claim_fails_the_target_symmetry_alone(tmp_path, finished):
    """Raw coordinates said to be unmoved by a reflection; the table shows otherwise."""
    shutil.copytree(finished.folder, tmp_path / "liar")
    study = Study(tmp_path / "liar", project=tmp_path / "liar")
    registry = study.project / "workflow/scripts/confsym/features/registry.py"
    text = registry.read_text()
    honest = 'raw_coordinates",\n        unit="Å",\n'
    assert honest in text
    lie = honest + '        claimed=frozenset({"reflection"}),\n'
    registry.write_text(text.replace(honest, lie))
    says = ["molecules.butanol: notes claims to be unmoved by reflected", "change by up to"]
    fails(study, says, "symmetry")
    table = (study.folder / "results/butanol/tables/symmetry.csv").read_text()
    assert "claim broken" in table
    assert not (study.folder / "results/butanol/tables/verdict.md").exists()
    study.run("notes", "learning_curves")


def test_a_killed_run_goes_on_where_it_was(tmp_path, finished):
    """Everything killed at once in the middle; the next run ends in the same bytes."""
    study = Study(tmp_path)
    command = [sys.executable, "-m", "snakemake", "--configfile", str(tmp_path / "study.yaml")]
    command += ["--directory", str(tmp_path), "--cores", "2", "notes"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    while not (tmp_path / "results/butanol/energies/mmff94.csv").exists():
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert study.snakemake("--unlock").returncode == 0
    output = study.run("notes")
    assert "Plotting parity of butanol" in output
    assert "Embedding" not in output
    expected = finished.checksums()
    for name, checksum in study.checksums().items():
        assert checksum == expected[name], name


@pytest.fixture
def makefile(tmp_path):
    for name in ("Makefile", "requirements.lock", "environment.yml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())

    def make(*arguments: str, target: str = "env", **environment: str):
        return subprocess.run(
            ["make", "--silent", target, *arguments],
            cwd=tmp_path,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return tmp_path, make


def test_make_says_that_there_is_no_latex(makefile):
    folder, make = makefile
    (folder / "make").symlink_to(shutil.which("make"))
    (folder / "sh").symlink_to("/bin/sh")
    process = make(target="manuscript", PATH=str(folder))
    assert process.returncode != 0
    assert process.stderr.startswith("make: there is no LaTeX here")
    assert not (folder / ".venv").exists()


@pytest.mark.parametrize("name", ["requirements.lock", "environment.yml"])
def test_make_says_which_file_is_missing(makefile, name):
    folder, make = makefile
    (folder / name).unlink()
    process = make()
    assert process.returncode != 0
    assert process.stderr.startswith(f"make: {name} is missing")
    assert not (folder / ".venv").exists()


def test_make_says_that_python_is_too_old(makefile):
    folder, make = makefile
    old = folder / "python3.9"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && { echo Python 3.9.2; exit 0; }\nexit 1\n')
    old.chmod(old.stat().st_mode | stat.S_IXUSR)
    process = make(f"PYTHON={old}")
    assert process.returncode != 0
    assert "Python 3.9.2 is too old, confsym needs 3.11 or newer" in process.stderr
    assert "no command" in make("PYTHON=python-that-is-not-there").stderr
    assert not (folder / ".venv").exists()


def test_make_says_that_a_path_with_a_space_will_not_do(makefile, tmp_path):
    folder, make = makefile
    spaced = tmp_path / "with space"
    shutil.copytree(folder, spaced, ignore=shutil.ignore_patterns("with space"))
    process = make("-C", str(spaced))
    assert process.returncode != 0
    assert f"whose path has a space, as .venv's would have in {spaced}" in process.stderr
    assert not (spaced / ".venv").exists()


def test_make_asks_for_the_archive_to_reproduce(makefile):
    _, make = makefile
    process = make(target="reproduce")
    assert process.returncode != 0
    assert process.stderr.startswith("make: name the archive: make reproduce ARCHIVE=")
