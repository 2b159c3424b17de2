"""A disk that is full, or can only be read: a sentence that names the file, and no harm done."""

import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from confsym.storage.shortage import CAUSES
from small import artifacts, copied, unmade
from studies import Study

ALONE = ["unshare", "--mount", "--map-root-user"]  # mounts that nobody else sees, of any user
# Both call a program in a folder that is on another disk, and give back its exit status.
SMALL = """
mount -t tmpfs -o size=$3 none "$2" && cp -a "$1/." "$2" && mount --bind "$2" "$1" || exit 99
disk=$2 kept=$4
shift 4
"$@"; status=$?
cp -a "$disk/." "$kept"
exit $status
"""
READ_ONLY = """
mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 99
shift
"$@"
"""
PAGE = 4096
STEP = 250 * PAGE  # bytes that a disk grows by where a study fills it again and again
LIMIT = 100_000  # bytes that a file may have, less than a figure takes
SENTENCE = re.compile(
    rf"ERROR: (\S+): ({'|'.join(sorted({re.escape(cause) for cause, _ in CAUSES.values()}))}); .+\."
)


def mounted(script: str, *arguments: str) -> subprocess.CompletedProcess:
    """Run a script with mounts of its own; skip the test where that is not allowed."""
    if not shutil.which("unshare"):
        pytest.skip("there is no unshare, so that no test can mount a disk of its own")
    process = subprocess.run(
        [*ALONE, "sh", "-c", script, "sh", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=1800,
        check=False,
    )
    if process.returncode == 99 or process.stdout.startswith("unshare: "):
        pytest.skip(f"this system lets no test mount a disk: {process.stdout.splitlines()[0]}")
    return process


def command(study: Study, *targets: str) -> list[str]:
    return [sys.executable, "-m", "snakemake", *study.arguments(1), *targets]


def on_a_small_disk(study: Study, place: Path, size: int, *targets: str):
    """Run a study with one of its folders on a disk of so many bytes."""
    disk, kept = study.folder.with_name("disk"), study.folder.with_name("kept")
    disk.mkdir(exist_ok=True)
    kept.mkdir()
    process = mounted(SMALL, *map(str, (place, disk, size, kept)), *command(study, *targets))
    shutil.rmtree(place)
    kept.rename(place)
    return process


def taken(folder: Path) -> int:
    """Bytes of a folder's files on a disk, in whole pages."""
    sizes = [path.lstat().st_size for path in folder.rglob("*") if path.is_file()]
    return sum(-(-size // PAGE) * PAGE for size in sizes)


def sentence(process) -> tuple[str, str]:
    """The file and the cause that the last line names; fails where there is more than sentences."""
    last = process.stdout.splitlines()[-1]
    found = SENTENCE.fullmatch(last)
    assert found, process.stdout
    assert process.returncode != 0
    assert "Traceback" not in process.stdout, process.stdout
    return found[1], found[2]


def no_part(study: Study) -> bool:
    return not list(study.folder.rglob(".part-*"))


@pytest.mark.parametrize(
    ("name", "room"),
    [
        ("results/butanol/features/raw/original.parquet", 2 * PAGE),
        ("results/butanol/figures/parity/notes.svg", 6 * PAGE),
    ],
)
def test_a_full_disk(tmp_path, finished, name, room):
    study = copied(finished, tmp_path / "study")
    expected = artifacts(finished)
    (study.folder / name).unlink()
    size = taken(study.folder / "results") + room
    process = on_a_small_disk(study, study.folder / "results", size, name)
    place, cause = sentence(process)
    assert place.startswith(os.path.dirname(name))
    assert cause == "the disk is full"
    assert no_part(study)
    study.run(name)
    assert artifacts(study) == expected


def test_results_that_can_only_be_read(tmp_path, finished):
    study = copied(finished, tmp_path / "study")
    expected = artifacts(finished)
    name = "results/butanol/split.csv"
    (study.folder / name).unlink()
    process = mounted(READ_ONLY, str(study.folder / "results"), *command(study, name))
    assert sentence(process) == (name, "the file system can only be read")
    study.run(name)
    assert artifacts(study) == expected


def test_a_folder_that_can_only_be_read(tmp_path, finished):
    study = copied(finished, tmp_path / "study")
    process = mounted(READ_ONLY, str(study.folder), *command(study, "--forcerun", "record_run"))
    place, cause = sentence(process)
    assert ".snakemake" in place
    assert cause == "the file system can only be read"
    assert artifacts(study) == artifacts(finished)


def limited() -> None:
    """No file may be larger: what a full disk does, where no test may mount one."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT))


@pytest.mark.long
def test_files_that_may_not_be_large(tmp_path, undisturbed, record):
    study = unmade(undisturbed, tmp_path / "study")
    process = subprocess.run(
        [*command(study, "archive"), "--keep-going"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=limited,
        check=False,
    )
    ends = [line for line in process.stdout.splitlines() if SENTENCE.fullmatch(line)]
    assert sentence(process)[1] == "the file would be larger than the system allows"
    assert no_part(study)
    study.run("archive")
    assert artifacts(study) == artifacts(undisturbed)
    record(
        "file_size",
        f"a small study whose files may have {LIMIT:,} bytes, then without that limit",
        f"{len(set(ends))} sentences, each with its file; then {len(artifacts(study))} files the "
        "same bytes",
    )


@pytest.mark.long
def test_a_disk_that_fills_up_again_and_again(tmp_path, undisturbed, record):
    """All that a study writes is on it, Snakemake's own files too; it grows after each failure."""
    study = unmade(undisturbed, tmp_path / "study")
    named, size = [], taken(study.folder)
    while True:
        size = max(size, taken(study.folder)) + STEP
        process = on_a_small_disk(study, study.folder, size, "archive")
        assert no_part(study)
        if process.returncode == 0:
            break
        named.append(sentence(process)[0])
        assert len(named) < 200
    assert artifacts(study) == artifacts(undisturbed)
    record(
        "full_disk",
        f"a small study on a full disk, which grows by {STEP:,} bytes until it suffices",
        f"full {len(named)} times, each time a sentence with its file ({len(set(named))} in all); "
        f"at the end {len(artifacts(study))} files the same bytes",
    )


@pytest.mark.long
def test_many_jobs_without_the_right_to_write(tmp_path, undisturbed, record):
    """From nothing, and where all that no job reads is to be made anew."""
    expected = artifacts(undisturbed)
    empty = unmade(undisturbed, tmp_path / "empty")
    (empty.folder / "results").mkdir()
    said = mounted(READ_ONLY, str(empty.folder / "results"), *command(empty, "--keep-going"))
    named = {sentence(said)[0]}
    study = copied(undisturbed, tmp_path / "study")
    leaves = [*study.folder.glob("results/*/figures/**/*.*"), *study.folder.glob("**/*.sdf")]
    for path in leaves:
        path.unlink()
    said = mounted(READ_ONLY, str(study.folder / "results"), *command(study, "--keep-going"))
    sentence(said)
    named |= {found[1] for found in map(SENTENCE.fullmatch, said.stdout.splitlines()) if found}
    for one in (empty, study):
        assert no_part(one)
        one.run("all", "archive")  # an archive that is there asks for nothing
        assert artifacts(one) == expected
    record(
        "read_only",
        "results/ that can only be read, before a small study begins, and where "
        f"{len(leaves)} files of it are gone; then the same with the right to write",
        f"{len(named)} files named, each in a sentence; then {len(expected)} files the same bytes",
    )
