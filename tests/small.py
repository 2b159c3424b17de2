"""The small study of the drills, runs of it that are disturbed, and what they left behind."""

import os
import shutil
import subprocess
import sys
from base64 import urlsafe_b64decode
from pathlib import Path

import yaml

from studies import ROOT, Study, copy_project

RUN = ("results", "checksums", "logs", "timings", ".snakemake")
RECORD = "-record.zip"  # of a run: it has times


def small() -> dict:
    """The config of the small study."""
    return yaml.safe_load((ROOT / "tests/small.yaml").read_text(encoding="utf-8"))


def committed(folder: Path) -> Path:
    """A copy of the project that git knows, as an archive asks for."""
    copy_project(folder)
    for name in ("LICENSE", "README.md", ".gitignore"):
        shutil.copy2(ROOT / name, folder / name)
    author = ["-c", "user.name=A. U. Thor", "-c", "user.email=author@example.org"]
    for arguments in (["init"], ["add", "."], [*author, "commit", "--message", "The study"]):
        subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True)
    return folder


def copied(study: Study, folder: Path) -> Study:
    """A study and what it has made, once more, time stamps and all."""
    shutil.copytree(study.folder, folder, symlinks=True)
    return Study(folder, study.config, project=folder)


def unmade(study: Study, folder: Path) -> Study:
    """The same study before its first run."""
    shutil.copytree(study.folder, folder, ignore=shutil.ignore_patterns(*RUN))
    return Study(folder, study.config, project=folder)


def started(study: Study, *targets: str, cores: int = 2) -> subprocess.Popen:
    """A run that goes on beside the test, in a process group of its own; its output is piped."""
    return subprocess.Popen(
        [sys.executable, "-m", "snakemake", *study.arguments(cores), *targets],
        cwd=study.project,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def artifacts(study: Study) -> dict[str, str]:
    """What has to be the same in two runs: SHA-256 of results, and checksums; hidden files too."""
    files = {name: sum for name, sum in study.checksums().items() if not name.endswith(RECORD)}
    notes = (path for path in study.folder.glob("checksums/**/*") if path.is_file())
    own = {str(path.relative_to(study.folder)): path.read_text() for path in notes}
    return files | {name: text for name, text in own.items() if RECORD not in name}


def in_the_making(study: Study) -> list[str]:
    """The files whose jobs Snakemake has begun and not ended, by its own marks."""
    marks = study.folder / ".snakemake/incomplete"
    return sorted(
        urlsafe_b64decode("".join(path.relative_to(marks).parts).replace("@", "")).decode()
        for path in marks.rglob("*")
        if path.is_file()
    )
