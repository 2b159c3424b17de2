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
5  the checksums are right, but the study, or the comparison, did not come to its end
6  what was asked for cannot be done
"""

import argparse
import os
import shutil
import subprocess
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

# Said here, since an older one cannot read the modules below.
if sys.version_info < (3, 11):  # noqa: UP036
    print("reproduce: Python is too old; take 3.11 or newer.", file=sys.stderr)
    sys.exit(6)

from confsym.archive.manifest import OWN, SUMS
from confsym.archive.unpack import manifest, problems, unpack
from confsym.errors import StudyError
from confsym.storage import shortage

VERDICTS = (0, 1, 2)
TAMPERED, NO_ENVIRONMENT, NO_RUN, REFUSED = 3, 4, 5, 6
CONFORMERS = (
    "molecule.json",
    "conformers/ensemble.csv",
    "conformers/ensemble.npz",
    "conformers/pruning.json",
)
SAMPLED = ("conformers/sampling.json",)  # beside them, where they are snapshots of dynamics
MOLECULES = ("*", "*/tests/*")  # folders in results/: molecules and their further sets
SCRATCH, TRUSTED = "scratch", "conformers"
REPORT = "report.txt"


class _Parser(argparse.ArgumentParser):
    """A parser whose refusals have an exit status of their own, since 2 is a verdict."""

    def error(self, message: str):
        self.exit(REFUSED, f"reproduce: {message}; --help says what there is.\n")


def main(arguments: list[str] | None = None) -> int:
    """Do it, and return the exit status."""
    parser = _Parser(prog="reproduce", description="Run an archived study again.")
    parser.add_argument("archive", type=Path)
    parser.add_argument("into", type=Path, nargs="?", help="an empty folder, or none yet")
    parser.add_argument("--cores", default="all", type=_cores, help="a number, or all")
    parser.add_argument("--python", help="of an environment that is there already")
    parser.add_argument(
        "--rerun-from",
        choices=[SCRATCH, TRUSTED],
        default=SCRATCH,
        help="trust the archived conformers and embed none",
    )
    options = parser.parse_args(arguments)
    into = (options.into or Path(f"{options.archive.stem}-reproduced")).absolute()
    try:
        return reproduce(options.archive, into, options.cores, options.python, options.rerun_from)
    except StudyError as error:
        return _say(error, REFUSED)
    except Exception as error:
        if lacking := shortage.sentence(error):
            return _say(lacking, REFUSED)
        traceback.print_exc()  # a mistake of this program's, and Python's own status for it is 1
        return REFUSED


def reproduce(archive: Path, into: Path, cores: str, python: str | None, start: str) -> int:
    """Verify, unpack, build, run, compare; return the exit status."""
    complaints = list(problems(archive))
    if complaints:
        return _say(f"{archive} is not what its {SUMS} says:\n" + "\n".join(complaints), TAMPERED)
    targets = manifest(archive)["targets"]
    interpreter = _with_snakemake(python) if python else str(into / "environment/bin/python")
    if any(map(str.isspace, interpreter)):
        raise StudyError(
            f"Snakemake runs no job with a Python whose path has a space, as {interpreter}; name "
            "another folder."
        )
    _make(into)
    unpack(archive, into / "archive")
    print(f"All checksums of {archive} are right.", flush=True)
    trusted = conformers(into / "archive") if start == TRUSTED else []
    if not python and not _built(into / "archive/requirements.lock", into / "environment"):
        return _say("the environment could not be built; all checksums are right.", NO_ENVIRONMENT)
    prepare(into / "archive", into / "again", trusted)
    run = [interpreter, "-m", "snakemake", "--cores", cores, *targets]
    if subprocess.run(run, cwd=into / "again", env=_paths(into / "again"), check=False).returncode:
        return _say("the study did not run to its end; all checksums are right.", NO_RUN)
    compare = [interpreter, "-m", "confsym.archive.outcome", "archive", "again", REPORT, start]
    paths = _paths(into / "archive")
    print(f"Verdict, also in {into / REPORT}:", flush=True)
    status = subprocess.run(compare, cwd=into, env=paths, check=False).returncode
    if status not in VERDICTS or not (into / REPORT).is_file():
        return _say("the comparison did not come to its end.", NO_RUN)
    return status


def conformers(archive: Path) -> list[Path]:
    """Files of the conformers in an unpacked archive, in the order in which they are made.

    Raises
    ------
    StudyError
        If there are none.
    """
    results = archive / "results"
    paths_by_name = {
        name: sorted(path for folder in MOLECULES for path in results.glob(f"{folder}/{name}"))
        for name in CONFORMERS + SAMPLED
    }
    if not all(paths_by_name[name] for name in CONFORMERS):
        raise StudyError("the archive has no conformers to trust; run it from scratch.")
    return [path for paths in paths_by_name.values() for path in paths]


def prepare(archive: Path, reproduced: Path, trusted: Sequence[Path]) -> None:
    """Copy the code and config of an unpacked archive, and results that are trusted.

    Snakemake compares time stamps. So the results are copied last: no file that they are made from
    may be newer.
    """
    generated = shutil.ignore_patterns("results", *OWN)
    shutil.copytree(archive, reproduced, ignore=generated)
    for source in trusted:
        target = reproduced / source.relative_to(archive)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _cores(text: str) -> str:
    if text != "all" and not (text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number from 1 on nor 'all'")
    return text


def _with_snakemake(python: str) -> str:
    """The path of an interpreter, if there is one and it has Snakemake."""
    path = shutil.which(python)
    command = [str(path), "-c", "import snakemake; print(snakemake.__name__)"]
    if path:
        process = subprocess.run(command, capture_output=True, text=True, check=False)
        if process.stdout.strip() == "snakemake":
            return os.path.abspath(path)
    raise StudyError(f"--python: {python} is no Python that has Snakemake; name another, or none.")


def _paths(project: Path) -> dict[str, str]:
    """An environment in which this project's own code is found, and no other's."""
    import_paths = {"PYTHONPATH": str(project / "workflow/scripts"), "PYTHONNOUSERSITE": "1"}
    return {**os.environ, **import_paths}


def _make(into: Path) -> None:
    try:
        into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StudyError(f"{into} cannot be made a folder: {error.strerror}.") from None
    if any(into.iterdir()):
        raise StudyError(f"{into} is not empty; name another folder.")


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


def _say(message: object, status: int) -> int:
    print(f"reproduce: {message}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
