"""Which commit a project's files are of, and which files those are."""

import hashlib
import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from confsym.archive.manifest import MANIFEST, OWN, SUMS, read_manifest, read_sums, unfit
from confsym.errors import StudyError

COMPILED = re.compile(r"(^|/)(__pycache__|\.[^/]*)(/|$)|\.pyc$")
ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")  # a hook's, say
LONG_AGO = "1980-01-01"
PARTS = ("Snakefile", "Makefile", "README.md", "CHANGELOG.md", "LICENSE", "CITATION.cff")
PARTS += (".zenodo.json", "environment.yml", "requirements.in", "requirements.lock")
PARTS += ("pyproject.toml",)
CODE = ("Snakefile", "workflow/")
FOLDERS = ("workflow", "profiles", "config", "docs", "tests", "benchmarks")


@dataclass(frozen=True)
class Checkout:
    """A project's files and their commit.

    Attributes
    ----------
    commit : str or None
        Full hash; None where nothing says.
    date : str
        When it was committed, ISO 8601; `LONG_AGO` without a commit.
    files : tuple of str
        The project's files, relative to its folder, sorted.
    changes : tuple of str
        Files that are not as committed.
    config_as_committed : bool
        Whether the project's config can be the commit's; an archive's may be another study's.
    """

    commit: str | None
    date: str
    files: tuple[str, ...]
    changes: tuple[str, ...]
    config_as_committed: bool = True

    @property
    def label(self) -> str:
        """What names the commit in a file name."""
        if self.commit is None:
            return "no-commit"
        return self.commit[:12] + ("-dirty" if self.changes else "")


def name(molecules: Sequence[str], label: str) -> str:
    """What an archive is called: a few molecules, or the first and how many others; the commit."""
    few = len(molecules) <= 3
    words = molecules if few else [molecules[0], "and", str(len(molecules) - 1), "others"]
    return "-".join([*words, label])


def checkout(project: Path) -> Checkout:
    """Ask git, or the manifest of an unpacked archive, or take the files without a commit."""
    if (project / ".git").exists():
        return _of_git(project)
    if (project / MANIFEST).is_file() and (project / SUMS).is_file():
        return _of_archive(project)
    found = [name for name in PARTS if (project / name).is_file()]
    for folder in FOLDERS:
        found += _under(project, project / folder)
    return Checkout(None, LONG_AGO, tuple(sorted(found)), ())


def label_if_known(project: Path) -> str | None:
    """The commit of a project and whether its code is changed; None where nothing says."""
    try:
        found = checkout(project)
    except StudyError:
        return None
    changes = tuple(name for name in found.changes if name.startswith(CODE))
    return replace(found, changes=changes).label if found.commit else None


def changed(status: str) -> list[str]:
    """Paths that `git status --porcelain -z` says are not as committed.

    Files that git does not know, or is told to ignore, count where code is, under workflow/ and
    profiles/; elsewhere they are a user's own. Hidden ones and Python's compiled ones do not count.
    """
    paths = []
    entries = iter(status.split("\0"))
    for entry in filter(None, entries):
        code, path = entry[:2], entry[3:]
        if "R" in code or "C" in code:
            next(entries, None)  # the old name follows the new one
        own = code in ("??", "!!") and not path.startswith(("workflow/", "profiles/"))
        if not own and not (code == "!!" and COMPILED.search(path)):
            paths.append(path)
    return sorted(paths)


def _of_git(project: Path) -> Checkout:
    commit = _git(project, "rev-parse", "HEAD").strip()
    date = _git(project, "show", "--no-patch", "--format=%cI", "HEAD").strip()
    everything = ("--untracked-files=all", "--ignored=matching")
    changes = changed(_git(project, "status", "--porcelain", "-z", *everything))
    names = {*_git(project, "ls-files", "-z").split("\0"), *changes} - {""}
    files = sorted(name for name in names if os.path.lexists(project / name))
    for name in files:
        _refuse_odd(project, name)
    return Checkout(commit, date, tuple(files), tuple(changes))


def _refuse_odd(project: Path, name: str) -> None:
    """Refuse what an archive cannot hold under its own name."""
    path = project / name
    shown = ascii(name)
    if path.is_symlink() or not path.is_file():
        raise StudyError(f"{shown} is a link or a folder, and an archive holds files; remove it.")
    if unfit(name):
        raise StudyError(f"{shown} is no name that every machine can unpack; rename the file.")
    if name in OWN or name.startswith("results/"):
        raise StudyError(f"{shown} is in git, but the archive has its own; git rm --cached it.")


def _of_archive(project: Path) -> Checkout:
    manifest = read_manifest((project / MANIFEST).read_text(encoding="utf-8"))
    sums = read_sums((project / SUMS).read_text(encoding="utf-8"))
    files = [name for name in manifest["project"] if (project / name).is_file()]
    found = {name: hashlib.sha256((project / name).read_bytes()).hexdigest() for name in files}
    new = set(_under(project, project / "workflow")) - set(files)
    changes = {name for name in manifest["project"] if found.get(name) != sums.get(name)}
    changes |= {*manifest["uncommitted"], *new}
    files = sorted({*files, *new})
    source = manifest["commit"], manifest["date"]
    committed = manifest["config_as_committed"]
    return Checkout(*source, tuple(files), tuple(sorted(changes)), committed)


def _under(project: Path, folder: Path) -> Iterable[str]:
    for path in folder.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith("."):
            yield path.relative_to(project).as_posix()


def _git(project: Path, *arguments: str) -> str:
    try:
        process = subprocess.run(
            ["git", "-C", str(project), *arguments],
            env={name: value for name, value in os.environ.items() if name not in ELSEWHERE},
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )
    except FileNotFoundError:
        raise StudyError(
            "the commit of the project cannot be had, because there is no command git; install it."
        ) from None
    if process.returncode:
        problem = (process.stderr.strip().splitlines() or ["no message"])[0].rstrip(".")
        raise StudyError(
            f"the commit of the project cannot be had, as git says: {problem}; mend that, or "
            "commit if nothing is committed yet."
        )
    return process.stdout
