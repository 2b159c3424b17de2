"""The tiny study in two files: what is in them, what they prove, and what is refused."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from rocrate_validator import services
from rocrate_validator.utils.http import HttpRequester

import warm
from confsym.archive import reproduce, unpack
from studies import ROOT, Study

CONTEXTS = {
    "https://w3id.org/ro/crate/1.1/context": "ro-crate-1.1.json",
    "https://w3id.org/ro/terms/workflow-run/context": "workflow-run.json",
}
OTHERS = ("CITATION.cff", "LICENSE", "Makefile", "README.md", ".gitignore", ".zenodo.json")
RUN = ("results", "logs", "timings", ".snakemake")


def git(folder: Path, *arguments: str) -> str:
    names = dict.fromkeys(["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"], "A. U. Thor")
    names |= dict.fromkeys(["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"], "author@example.org")
    return subprocess.run(
        ["git", *arguments], cwd=folder, env=os.environ | names, capture_output=True, check=True
    ).stdout.decode()


def copied(study: Study, folder: Path) -> Study:
    """A finished study once more, in a folder that has the project's files already."""
    for part in RUN:
        shutil.copytree(study.folder / part, folder / part)
    return Study(folder, study.config, project=folder)


def archives(study: Study) -> list[Path]:
    return sorted((study.folder / "results/archive").glob("*.zip"), key=lambda path: path.name)


@pytest.fixture(scope="module")
def archived(finished, tmp_path_factory) -> Study:
    """The finished study and its project, committed, and what the target `archive` makes of it."""
    if not shutil.which("git"):
        pytest.skip("there is no git, so nothing names the code of an archive")
    folder = tmp_path_factory.mktemp("archived")
    for path in finished.project.iterdir():
        if path.name not in (*RUN, "study.yaml"):
            copy = shutil.copytree if path.is_dir() else shutil.copy2
            copy(path, folder / path.name)
    for name in OTHERS:
        shutil.copy2(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "The tiny study")
    study = copied(finished, folder)
    (folder / "results/butanol/orphan.csv").write_text("from an earlier config")
    said = study.run("archive")
    assert "left out, as no job of target all writes them:\nresults/butanol/orphan.csv" in said
    (folder / "results/butanol/orphan.csv").unlink()
    return study


@pytest.fixture(scope="module")
def members(archived) -> dict[str, bytes]:
    with zipfile.ZipFile(archived_file(archived)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archived_file(study: Study) -> Path:
    return next(path for path in archives(study) if not path.name.endswith("-record.zip"))


@pytest.fixture(scope="module")
def unpacked(archived, tmp_path_factory) -> Path:
    """Archive and record in one folder, all time stamps new."""
    folder = tmp_path_factory.mktemp("unpacked")
    for path in archives(archived):
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
    return folder


def snakemake(folder: Path, *arguments: str) -> str:
    """What Snakemake says in a folder, with nothing but what lies there."""
    _, said = warm.snakemake(["--cores", "1", *arguments], folder)
    return said


def test_what_is_in_it(archived, members):
    manifest = json.loads(members["manifest.json"])
    results = {name for name in archived.checksums() if "results/archive/" not in name}
    left_out = {entry["file"] for entry in manifest["left_out"]}
    assert {name for name in members if name.startswith("results/")} == results - left_out
    folders = {Path(name).parts[2] for name in left_out}
    assert folders == {"conformers", "energies", "features"}
    assert "results/butanol/conformers/ensemble.npz" in members
    assert set(git(archived.folder, "ls-files").split()) <= set(members)
    own = {"ARCHIVE.md", "SHA256SUMS", "manifest.json", "ro-crate-metadata.json"}
    assert set(members) == set(manifest["project"]) | (results - left_out) | own
    assert members["config/config.yaml"] == (archived.folder / "study.yaml").read_bytes()
    head = git(archived.folder, "rev-parse", "HEAD").strip()
    assert manifest["commit"] == head
    assert manifest["uncommitted"] == []
    assert not manifest["config_as_committed"]
    assert [path.name for path in archives(archived)] == [
        f"butanol-{head[:12]}-record.zip",
        f"butanol-{head[:12]}.zip",
    ]
    assert list(unpack.problems(archived_file(archived))) == []


def test_neither_host_nor_path_nor_run_time_is_in_it(archived, members):
    for name, content in members.items():
        assert str(archived.folder).encode() not in content, name
        assert os.uname().nodename.encode() not in content or len(os.uname().nodename) < 6, name
    metadata = members["ro-crate-metadata.json"].decode()
    assert "Time" not in metadata


def test_a_second_clone_gives_the_same_file(archived, tmp_path):
    """Another folder, one core, other time stamps: the same SHA-256."""
    git(tmp_path, "clone", "--quiet", str(archived.folder), "clone")
    second = copied(archived, tmp_path / "clone")
    shutil.rmtree(second.folder / "results/archive")
    for path in second.folder.rglob("*"):
        os.utime(path, (1.6e9, 1.6e9))
    second.run("archive", cores=1)
    assert archived_file(second).name == archived_file(archived).name
    assert archived_file(second).read_bytes() == archived_file(archived).read_bytes()


def test_unpacked_with_the_record_there_is_nothing_to_do_but_an_edit_is_noticed(unpacked):
    assert "Nothing to be done" in snakemake(unpacked, "--dry-run")
    config = unpacked / "config/config.yaml"
    before = config.read_text()
    config.write_text(before.replace("train: 60", "train: 61"))
    try:
        plan = snakemake(unpacked, "--dry-run")
    finally:
        config.write_text(before)
    assert "rule split_conformers" in plan
    assert "rule fit_model" in plan
    assert "rule prune_conformers" not in plan


def test_what_was_left_out_comes_back(unpacked, members):
    entry = json.loads(members["manifest.json"])["left_out"][-1]
    path = unpacked / entry["file"]
    assert not path.exists()
    tool, *arguments = entry["comes_back_with"].split()
    assert tool == "snakemake"
    snakemake(unpacked, *arguments)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"]


def test_the_record(archived):
    record = next(path for path in archives(archived) if path.name.endswith("-record.zip"))
    with zipfile.ZipFile(record) as archive:
        names = archive.namelist()
        times = archive.read("run_times.csv").decode().splitlines()
    results = {name for name in archived.checksums() if "results/archive/" not in name}
    assert sum(name.startswith(".snakemake/metadata/") for name in names) == len(results)
    assert len(times) == len(results) + 1
    assert "logs/fit_model/butanol/notes.log" in names
    assert "timings/fit_model/butanol/notes.tsv" in names


def test_a_job_is_an_action_with_named_parameters(members):
    graph = json.loads(members["ro-crate-metadata.json"])["@graph"]
    entities = {entity["@id"]: entity for entity in graph}
    manifest = json.loads(members["manifest.json"])
    jobs = [name for name in entities if name.startswith("#job/")]
    assert len(jobs) == manifest["jobs"] > 50
    fit = entities["#job/fit_model%20butanol%20internal_ridge"]
    assert fit["instrument"] == {"@id": "workflow/scripts/fit_model.py"}
    names = [entity["@id"] for entity in fit["object"]]
    assert "#left-out/results/butanol/features/internal/original.parquet" in names
    assert "workflow/scripts/confsym/models/linear.py" in names
    values = {entities[name]["name"]: entities[name]["value"] for name in names if "#v" in name}
    assert set(values) == {"function", "takes", "settings", "code", "software"}
    assert json.loads(values["settings"])["kind"] == "ridge"
    model = "results/butanol/experiments/internal_ridge/model.joblib"
    assert fit["result"] == {"@id": model}
    for entity in graph:  # everything that is spoken of is there
        for value in entity.values():
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict) and not one["@id"].startswith("http"):
                    assert one["@id"] in entities, one


@pytest.fixture
def contexts(monkeypatch):
    """Serve the JSON-LD contexts from files: the terms that an archive uses, none else."""

    class Response:
        def __init__(self, url):
            self.status_code, self.headers = 200, {"Content-Type": "application/ld+json"}
            self.content = (ROOT / "tests/contexts" / CONTEXTS[url]).read_bytes()
            self.text = self.content.decode()

        def json(self):
            return json.loads(self.text)

    def opened(request):
        raise AssertionError(f"{request.full_url} was asked for")

    def get(self, url, **options):
        return Response(url)

    monkeypatch.setattr(HttpRequester, "get", get, raising=False)
    monkeypatch.setattr("rdflib.parser._urlopen", opened)


def broken_rules(folder: Path) -> set[str]:
    settings = {"rocrate_uri": str(folder), "profile_identifier": "provenance-run-crate-0.5"}
    result = services.validate(settings | {"requirement_severity": "REQUIRED"})
    assert result.passed() == (not result.get_issues())
    return {issue.message for issue in result.get_issues()}


def test_it_is_a_provenance_run_crate(unpacked, contexts):
    assert broken_rules(unpacked) == set()


def test_a_crate_that_breaks_the_profile_is_found(contexts, tmp_path):
    """So that the test above can fail; the smallest crate there is, to be quick."""
    workflow = ["File", "SoftwareSourceCode", "ComputationalWorkflow"]
    root = {"@id": "./", "@type": "Dataset", "name": "n", "description": "d"}
    root |= {"datePublished": "2026", "hasPart": {"@id": "Snakefile"}}
    descriptor = {"@id": "ro-crate-metadata.json", "@type": "CreativeWork"}
    descriptor |= {"about": {"@id": "./"}, "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"}}
    graph = [descriptor, root, {"@id": "Snakefile", "@type": workflow}]
    (tmp_path / "Snakefile").write_text("")
    (tmp_path / "ro-crate-metadata.json").write_text(
        json.dumps({"@context": list(CONTEXTS), "@graph": graph})
    )
    found = broken_rules(tmp_path)
    assert "ComputationalWorkflow MUST refer to orchestrated tools via hasPart" in found


def test_after_it_an_edit_of_any_input_is_noticed(archived):
    assert not archived.plan("archive")
    for name in ("results/butanol/figures/symmetry.pdf", "study.yaml"):
        path = archived.folder / name
        before, stat = path.read_bytes(), path.stat()
        path.write_bytes(before + b"\n# more\n")
        jobs = {job.split()[0] for job in archived.plan("archive")}
        path.write_bytes(before)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        assert "write_archive" in jobs, name


def test_what_is_not_committed_is_refused(archived, tmp_path):
    git(tmp_path, "clone", "--quiet", str(archived.folder), "clone")
    study = copied(archived, tmp_path / "clone")
    readme = study.folder / "README.md"
    readme.write_text(readme.read_text() + "\nmore\n")
    refused = study.snakemake("--dry-run", "archive")
    assert refused.returncode != 0
    assert "so that no commit names the code: README.md; commit or undo" in refused.stdout
    git(study.folder, "commit", "--quiet", "--all", "--message", "More")
    head = git(study.folder, "rev-parse", "--short=12", "HEAD").strip()
    assert set(study.plan("archive")) == {f"write_archive butanol-{head}"}


def test_with_everything_in_it_and_not_committed(archived, tmp_path):
    """Both switches the other way round, and a target beside `all`."""
    git(tmp_path, "clone", "--quiet", str(archived.folder), "clone")
    study = copied(archived, tmp_path / "clone")
    shutil.rmtree(study.folder / "results/archive")
    readme = study.folder / "README.md"
    readme.write_text(readme.read_text() + "\nmore\n")
    section = {"intermediates": True, "allow_dirty": True, "targets": ["periodicity"]}
    study.configure(study.config | {"archive": section, "crystals": {"cells": 90, "train": 40}})
    study.run("archive")
    path = archived_file(study)
    assert path.name.endswith("-dirty.zip")
    out = tmp_path / "out"
    for one in archives(study):
        with zipfile.ZipFile(one) as archive:
            archive.extractall(out)
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["uncommitted"] == ["README.md"]
    assert manifest["left_out"] == []
    assert manifest["targets"] == ["all", "periodicity"]
    assert (out / "results/crystals/tables/verdicts.csv").is_file()
    assert (out / "results/butanol/features/raw/original.parquet").is_file()
    assert "Nothing to be done" in snakemake(out, "--dry-run", "all", "periodicity")


def test_trusted_conformers_are_not_embedded_again(unpacked, tmp_path):
    reproduce.prepare(unpacked, tmp_path / "again", reproduce.conformers(unpacked))
    plan = snakemake(tmp_path / "again", "--dry-run")
    assert "rule compute_energies" in plan
    assert not [rule for rule in ("embed", "prune", "describe") if f"rule {rule}" in plan]


def test_the_study_is_reproduced(archived, tmp_path):
    """From scratch, on one core, by the plain command, in the environment that the tests run in."""
    archive, into = str(archived_file(archived)), str(tmp_path / "into")
    command = [sys.executable, "-m", "confsym.archive.reproduce", archive, into]
    process = subprocess.run(
        [*command, "--python", sys.executable, "--cores", "1"],
        env=os.environ | {"PYTHONPATH": str(ROOT / "workflow/scripts")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr
    report = (tmp_path / "into/report.txt").read_text()
    assert process.stdout.endswith(report)
    assert report.splitlines()[0].endswith(" identical")
    assert "different" not in report
