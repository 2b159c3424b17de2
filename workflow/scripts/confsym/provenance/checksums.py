"""Checksums of what jobs wrote, so that a file that has changed since is found.

Snakemake asks for time stamps of results, never for their bytes: it takes a file that was cut off
or damaged for the one that its job wrote. So each job leaves the SHA-256 of what it writes, under
checksums/ and the file's own path, in a line that `sha256sum --check` understands, and looks at
that of each file that it reads.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from confsym.errors import StudyError
from confsym.storage.files import sha256, write_text

FOLDER = Path("checksums")
ENDING = ".sha256"


def record(paths: Iterable[str]) -> None:
    """Write down the checksums of files inside the working directory."""
    for path in filter(_may_have_one, paths):
        write_text(_record_of(path), f"{sha256(path)}  {path}\n")


def recorded() -> list[str]:
    """Paths of all files that have a checksum, ascending."""
    found = (path.relative_to(FOLDER) for path in FOLDER.rglob(f"*{ENDING}"))
    return sorted(str(path)[: -len(ENDING)] for path in found)


def known(path: str) -> str | None:
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
    for path in paths:
        if not (_may_have_one(path) and _record_of(path).is_file() and Path(path).is_file()):
            continue
        if _record_of(path).read_text(encoding="utf-8").split()[:1] != [sha256(path)]:
            yield path


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
    found = [path for path in paths if _aside(path).is_file() and not Path(path).is_file()]
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise StudyError(
            f"{found[0]}{more} is not what the study wrote: its bytes have changed since; it is "
            f"set aside as {_aside(found[0])}, run the same command again to have it made anew."
        )


def _aside(path: str) -> Path:
    return Path(f"{path}.damaged")


def _record_of(path: str) -> Path:
    return FOLDER / f"{path}{ENDING}"


def _may_have_one(path: str) -> bool:
    """Code and a user's files lie elsewhere."""
    return not Path(path).is_absolute() and ".." not in Path(path).parts
