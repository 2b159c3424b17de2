"""Studies that tests run: a copy of the project, a folder, and Snakemake as a user calls it."""

import copy
import fcntl
import hashlib
import html
import json
import pickle
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import yaml

import warm

ROOT = Path(__file__).resolve().parents[1]
TINY = ROOT / "tests/tiny.yaml"
TARGETS = (
    "all",
    "notes",
    "conformers",
    "comparison",
    "symmetry",
    "learning_curves",
    "periodicity",
    "archive",
    "concepts",
    "acquire",
    "acquired",
)
PARTS = ("Snakefile", "workflow", "profiles", "config", "environment.yml", "requirements.lock")
PARTS += ("CITATION.cff",)


def tiny(**changes) -> dict:
    """The tiny study's config; `section=…` replaces a section, `section__key=…` one key of it."""
    config = copy.deepcopy(_read(TINY))
    for place, value in changes.items():
        section, _, key = place.partition("__")
        if key:
            config.setdefault(section, {})[key] = value
        else:
            config[section] = value
    return config


@cache
def _read(path: Path) -> Any:
    """A file of YAML, which takes longer to read than hundreds of tests have time for."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def reported(page: Path, name: str):
    """What a report's page keeps of the report in one of its scripts."""
    pattern = rf'<script id="{name}">\s*var \w+ = (.*?);\s*</script>'
    return json.loads(re.search(pattern, page.read_text(), re.S)[1])


def text_of(page: str) -> str:
    """The words of a piece of HTML."""
    bare = re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.S)
    return " ".join(html.unescape(bare).split())


def section(name: str) -> dict:
    """The schema of each key of one section of the config."""
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text("utf-8"))
    return schema["properties"][name]["properties"]


# Short walks, which come to rest fast.
WALKS = {
    "kind": "dynamics",
    "level": "mmff94",
    "friction": 50,
    "timestep": 1,
    "walkers": 2,
    "equilibration": 0.3,
    "duration": 1.5,
}


class Study:
    """A config that is run in a folder of its own, by this project or by a copy of it."""

    def __init__(self, folder: Path, config: dict | None = None, project: Path = ROOT):
        self.folder, self.project = folder, project
        self.said = ""  # what a first run said, where a fixture keeps it
        folder.mkdir(parents=True, exist_ok=True)
        self.configure(tiny() if config is None else config)

    def configure(self, config: dict) -> None:
        self.config = config
        text = yaml.safe_dump(config, sort_keys=False)
        (self.folder / "study.yaml").write_text(text, encoding="utf-8")

    def arguments(self, cores: int = 2) -> list[str]:
        """Of Snakemake, before what a call adds."""
        snakefile, config = self.project / "Snakefile", self.folder / "study.yaml"
        study = ["--directory", str(self.folder), "--configfile", str(config)]
        return ["--snakefile", str(snakefile), *study, "--cores", str(cores)]

    def snakemake(
        self, *arguments: str, cores: int = 2, **environment: str
    ) -> subprocess.CompletedProcess:
        """Run Snakemake, its jobs as forks; its output is in `stdout`."""
        given = [*self.arguments(cores), *arguments]
        status, said = warm.snakemake(given, self.project, jobs=True, **environment)
        return subprocess.CompletedProcess(given, status, said)

    def cold(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run Snakemake as a user calls it."""
        return subprocess.run(
            [sys.executable, "-m", "snakemake", *self.arguments(), *arguments],
            cwd=self.project,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=warm.LONGEST,
            check=False,
        )

    def run(self, *targets: str, cores: int = 2) -> str:
        """Run to the end, or fail with what Snakemake said."""
        process = self.snakemake(*targets, cores=cores)
        assert process.returncode == 0, process.stdout
        return process.stdout

    def plan(self, *targets: str, **environment: str) -> Counter:
        """Count the jobs that Snakemake would run, as `rule` or `rule wildcard wildcard`."""
        arguments = [*self.arguments(), "--dry-run", *targets]
        status, said = warm.snakemake(arguments, self.project, **environment)
        assert status == 0, said
        jobs: Counter = Counter()
        for block in re.split(r"\n\n|\n(?=rule )", said):
            rule = re.search(r"^rule (\w+):", block, re.MULTILINE)
            if rule and rule[1] not in TARGETS:
                wildcards = re.search(r"^ +wildcards: (.*)$", block, re.MULTILINE)
                values = re.findall(r"=([^,]+)", wildcards[1]) if wildcards else []
                jobs[" ".join([rule[1], *values])] += 1
        if not jobs:
            assert "Nothing to be done" in said, said
        return jobs

    def checksums(self) -> dict[str, str]:
        """SHA-256 of every file under results/."""
        files = sorted(path for path in self.folder.glob("results/**/*") if path.is_file())
        return {
            str(path.relative_to(self.folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
        }


SHARED: list[Path] = []  # the folder that all processes of a test run share; from conftest.py


def made_once(name: str, make: Callable[[], Any]) -> Any:
    """What the first process of a test run that needs it makes, as a pickle brings it back."""
    (folder,) = SHARED
    kept = folder / f"{name}.pickle"
    with alone(folder / f"{name}.lock"):
        if not kept.exists():
            kept.write_bytes(pickle.dumps(make()))
    return pickle.loads(kept.read_bytes())


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep other processes waiting here, by the lock on a file."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # closing the file lets the next one in
        yield


def copy_project(to: Path) -> Path:
    """Copy what a study needs of the project, to be edited; modules that are compiled stay so."""
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            unfinished = shutil.ignore_patterns("*.pyc.*")  # another process compiles it
            shutil.copytree(source, to / part, ignore=unfinished)
        else:
            to.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, to / part)
    return to
