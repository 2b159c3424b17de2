"""Checksums of what jobs wrote, so that a file that has changed since is found.

Snakemake asks for time stamps of results, never for their bytes: it takes a file that was cut off
or damaged for the one that its job wrote. So each job leaves the SHA-256 of what it writes, under
checksums/ and the file's own path, in a line that `sha256sum --check` understands, and looks at
that of each file that it reads.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from confsym.errors import StudyError
from confsym.storage.files import sha256, write_text

FOLDER = Path("checksums")
ENDING = ".sha256"
ARCHIVED = Path("SHA256SUMS")  # of an archive that was unpacked here
RESULTS = "results/"
DAMAGED, UNKNOWN = "damaged", "unknown"  # endings of files that are set aside


def record(paths: Iterable[str]) -> None:
    """Write down the checksums of files inside the working directory."""
    for path in filter(_may_have_one, paths):
        write_text(_record_of(path), f"{sha256(path)}  {path}\n")


def recorded() -> list[str]:
    """Paths of all files that have a checksum, ascending."""
    record_files = (path.relative_to(FOLDER) for path in FOLDER.rglob(f"*{ENDING}"))
    return sorted({str(path)[: -len(ENDING)] for path in record_files} | set(_archived()))


def recorded_sha256(path: str) -> str | None:
    """The checksum of a file that has one and was not written since; None for others."""
    if not _may_have_one(path):
        return None
    try:
        if Path(path).stat().st_mtime_ns > _record_of(path).stat().st_mtime_ns:
            return None
        return _record_of(path).read_text(encoding="utf-8").split()[0]
    except (FileNotFoundError, IndexError):  # there is none, or it was cut off
        return None


def changed(paths: Iterable[str]) -> Iterator[str]:
    """Those of some files that are there, have a checksum, and have another one now."""
    archived = _archived()
    for path in paths:
        expected = _expected(path, archived)
        if expected is not None and Path(path).is_file() and expected != sha256(path):
            yield path


def require_known(path: str) -> None:
    """Refuse a file that could run code when it is read, unless its checksum is known and right.

    A file is set aside if no job of this folder wrote it and no archive unpacked here lists it.

    Raises
    ------
    StudyError
        If it is not known, or has changed.
    """
    require_unchanged([path])
    if _expected(path, _archived()) is None:
        with suppress(FileNotFoundError):  # another job was first
            Path(path).replace(_aside(path, UNKNOWN))
        raise StudyError(
            f"{path} has no checksum, so that nothing says that this study wrote it, and a fitted "
            f"model can run code when it is read; it is set aside as {_aside(path, UNKNOWN)}, run "
            "the same command again to have it made anew."
        )


def require_unchanged(paths: Iterable[str]) -> None:
    """Set aside each file that has changed since it was written; the next run makes it anew.

    Raises
    ------
    StudyError
        If there is one, or another job has set one aside meanwhile.
    """
    paths = list(paths)
    for path in changed(paths):
        with suppress(FileNotFoundError):  # another job was first
            Path(path).replace(_aside(path))
    set_aside = [path for path in paths if _aside(path).is_file() and not Path(path).is_file()]
    if set_aside:
        more = f" (and {len(set_aside) - 1} more)" if len(set_aside) > 1 else ""
        raise StudyError(
            f"{set_aside[0]}{more} is not what the study wrote: its bytes have changed since; it "
            f"is set aside as {_aside(set_aside[0])}, run the same command again to have it made "
            "anew."
        )


def _aside(path: str, reason: str = DAMAGED) -> Path:
    return Path(f"{path}.{reason}")


def _expected(path: str, archived: Mapping[str, str]) -> str | None:
    """The checksum that a file has to have, by the job that wrote it or else by the archive."""
    if not _may_have_one(path):
        return None
    if _record_of(path).is_file():
        return _record_of(path).read_text(encoding="utf-8").partition(" ")[0]
    return archived.get(path)


def _archived() -> dict[str, str]:
    """Checksums of the results that were unpacked from an archive, if there was one."""
    if not ARCHIVED.is_file():
        return {}
    lines = (line.split("  ", 1) for line in ARCHIVED.read_text(encoding="utf-8").split("\n"))
    return {
        path: digest
        for digest, path in (line for line in lines if len(line) == 2)
        if path.startswith(RESULTS)
    }


def _record_of(path: str) -> Path:
    return FOLDER / f"{path}{ENDING}"


def _may_have_one(path: str) -> bool:
    """Whether a job can have written it: code and a user's files lie elsewhere."""
    return not Path(path).is_absolute() and ".." not in Path(path).parts
