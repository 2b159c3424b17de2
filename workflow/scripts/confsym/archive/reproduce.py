"""Run an archived study again and compare: `make reproduce ARCHIVE=path`.

    PYTHONPATH=workflow/scripts python3 -m confsym.archive.reproduce ARCHIVE [INTO]

Needs Python 3.11 or newer and its standard library, no more. In the folder INTO, empty or not there
yet, it unpacks the archive (archive/), builds the locked environment (environment/), runs the study
from scratch (again/) and writes the verdict (report.txt). The exit status says it:

0  every file is the same, byte by byte
1  every number is within tolerance; some files have other bytes, or no numbers to judge by
2  something is different or missing
3  the archive is not what its checksums say; nothing was run
4  the checksums are right, but the environment could not be built
5  the checksums are right, but the study did not run to its end
6  what was asked for cannot be done
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from confsym.archive.unpack import MANIFEST, SUMS, problems, unpack
from confsym.errors import StudyError

TAMPERED, NO_ENVIRONMENT, NO_RUN, REFUSED = 3, 4, 5, 6
CONFORMERS = ("molecule.json", "conformers/ensemble.csv", "conformers/ensemble.npz")


def main(arguments: list[str] | None = None) -> int:
    """Do it, and return the exit status."""
    parser = argparse.ArgumentParser(prog="reproduce", description="Run an archived study again.")
    parser.add_argument("archive", type=Path)
    parser.add_argument("into", type=Path, nargs="?", help="an empty folder, or none yet")
    parser.add_argument("--cores", default="all")
    parser.add_argument("--python", type=Path, help="of an environment that is there already")
    parser.add_argument(
        "--rerun-from",
        choices=["scratch", "conformers"],
        default="scratch",
        help="trust the archived conformers and embed none",
    )
    asked = parser.parse_args(arguments)
    into = (asked.into or Path(f"{asked.archive.stem}-reproduced")).absolute()
    try:
        return reproduce(asked.archive, into, asked.cores, asked.python, asked.rerun_from)
    except StudyError as error:
        return _say(error, REFUSED)


def reproduce(archive: Path, into: Path, cores: str, python: Path | None, start: str) -> int:
    """Verify, unpack, build, run, compare; return the exit status."""
    found = list(problems(archive))
    if found:
        return _say(f"{archive} is not what its {SUMS} says:\n" + "\n".join(found), TAMPERED)
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise StudyError(f"{into} is not empty; name another folder.")
    unpack(archive, into / "archive")
    print(f"All checksums of {archive} are right.", flush=True)
    if python is None:
        python = into / "environment/bin/python"
        if not _built(into / "archive/requirements.lock", into / "environment"):
            return _say(
                "the environment could not be built; all checksums are right.", NO_ENVIRONMENT
            )
    prepare(into / "archive", into / "again", start)
    manifest = json.loads((into / "archive" / MANIFEST).read_text(encoding="utf-8"))
    run = [str(python), "-m", "snakemake", "--cores", cores, *manifest["targets"]]
    if subprocess.run(run, cwd=into / "again", check=False).returncode:
        return _say("the study did not run to its end; all checksums are right.", NO_RUN)
    compare = [str(python), "-m", "confsym.archive.outcome", "archive", "again", "report.txt"]
    paths = os.environ | {"PYTHONPATH": str(into / "archive/workflow/scripts")}
    return subprocess.run(compare, cwd=into, env=paths, check=False).returncode


def prepare(archive: Path, again: Path, start: str) -> None:
    """Copy the code and config of an unpacked archive, and its conformers if they are trusted.

    Files are older than others by Snakemake's rules if their time stamps say so: the conformers are
    copied last, so that nothing that they are made from is newer.
    """
    generated = shutil.ignore_patterns("results", SUMS, MANIFEST, "ARCHIVE.md", "ro-crate*")
    shutil.copytree(archive, again, ignore=generated)
    if start == "conformers":
        for name in CONFORMERS:
            for source in sorted((archive / "results").glob(f"*/{name}")):
                target = again / source.relative_to(archive)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)


def _built(lock: Path, environment: Path) -> bool:
    """Whether the packages of the lock could be installed in a new environment."""
    python = environment / "bin/python"
    install = "-m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r"
    for command in (
        [sys.executable, "-m", "venv", str(environment)],
        [str(python), *install.split(), str(lock)],
    ):
        try:
            subprocess.run(command, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            print(error, file=sys.stderr)
            return False
    return True


def _say(what: object, status: int) -> int:
    print(f"reproduce: {what}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
