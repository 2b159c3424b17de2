"""Check an archive against its checksums, and unpack it. The standard library alone."""

import hashlib
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from confsym.errors import StudyError

SUMS = "SHA256SUMS"
MANIFEST = "manifest.json"


def read_sums(text: str) -> dict[str, str]:
    """Read lines of `sha256sum`: file name to SHA-256."""
    lines = (line.split("  ", 1) for line in text.splitlines() if line)
    return {name: digest for digest, name in lines}


def problems(path: Path) -> Iterator[str]:
    """Sentences about what in an archive is not as its checksums say; none if all is well.

    Raises
    ------
    StudyError
        If it is no archive of a study at all.
    """
    with _opened(path) as archive:
        sums = read_sums(archive.read(SUMS).decode("utf-8"))
        names = [info.filename for info in archive.infolist()]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"{name} stands in it twice"
        for name in sorted(set(names) - {*sums, SUMS}):
            yield f"{name} is in it, but not in {SUMS}"
        for name, digest in sorted(sums.items()):
            if name not in names:
                yield f"{name} is missing"
                continue
            try:
                found = _sha256(archive, name)
            except (zipfile.BadZipFile, zlib.error, EOFError):
                yield f"{name} is damaged and cannot be read"
                continue
            if found != digest:
                yield f"{name} has another SHA-256 than {SUMS} says"


def unpack(path: Path, folder: Path) -> None:
    """Unpack an archive; nothing is written outside of `folder`.

    Raises
    ------
    StudyError
        If a name leads out of the folder, or is a link. Nothing is written then.
    """
    with _opened(path) as archive:
        for info in archive.infolist():
            parts = PurePosixPath(info.filename).parts
            link = stat.S_ISLNK(info.external_attr >> 16)
            outside = info.filename.startswith("/") or ".." in parts
            if link or outside or not parts or set("\\:") & set(info.filename):
                raise StudyError(
                    f"{path}: {info.filename!r} would be written outside of the folder that it is "
                    "unpacked into, which no archive of a study asks for; do not trust it."
                )
        for info in archive.infolist():
            target = folder.joinpath(*PurePosixPath(info.filename).parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(info))
            target.chmod(0o755 if info.external_attr >> 16 & 0o100 else 0o644)


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(path)
        archive.getinfo(SUMS)
    except (OSError, zipfile.BadZipFile) as error:
        raise StudyError(f"{path} is no zip file that can be read: {error}.") from None
    except KeyError:
        raise StudyError(f"{path} has no {SUMS}, so it is no archive of a study.") from None
    return archive


def _sha256(archive: zipfile.ZipFile, name: str) -> str:
    with archive.open(name) as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
