"""Check an archive against its checksums, and unpack it. The standard library alone."""

import hashlib
import lzma
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from confsym.archive.manifest import MANIFEST, SUMS, colliding, read_manifest, read_sums, unfit
from confsym.errors import StudyError

# All that the standard library raises of a zip file that is damaged, encrypted or of another kind.
DAMAGED = (OSError, EOFError, RuntimeError, ValueError)
DAMAGED += (zipfile.BadZipFile, zlib.error, lzma.LZMAError)


def problems(path: Path) -> Iterator[str]:
    """Sentences about what in an archive is not as its checksums say; none if all is well.

    Raises
    ------
    StudyError
        If it is no archive of a study at all.
    """
    with _opened(path) as archive:
        try:
            sums = read_sums(_text(archive, SUMS))
        except StudyError as error:
            yield str(error)
            return
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
                with archive.open(name) as handle:
                    found = hashlib.file_digest(handle, "sha256").hexdigest()
            except DAMAGED:
                yield f"{name} is damaged and cannot be read"
                continue
            if found != digest:
                yield f"{name} has another SHA-256 than {SUMS} says"


def manifest(path: Path) -> dict[str, Any]:
    """Read the manifest of an archive that is as its checksums say.

    Raises
    ------
    StudyError
        If there is none, or it is damaged.
    """
    with _opened(path) as archive:
        if MANIFEST not in archive.namelist():
            raise StudyError(f"{path} has no {MANIFEST}, so it is no archive of a study.")
        return read_manifest(_text(archive, MANIFEST))


def unpack(path: Path, folder: Path) -> None:
    """Unpack an archive into a folder that is not there yet; nothing is written outside of it.

    Raises
    ------
    StudyError
        If a name leads out of the folder, is a link, or cannot be written. Nothing is left then.
    """
    with _opened(path) as archive:
        for info in archive.infolist():
            if unfit(info.filename) or stat.S_ISLNK(info.external_attr >> 16):
                raise StudyError(
                    f"{path}: {info.filename!r} would be written outside of the folder that it is "
                    "unpacked into, or nowhere, which no archive of a study asks for; do not trust "
                    "it."
                )
        for name in colliding(archive.namelist()):
            raise StudyError(
                f"{path}: {name!r} would be written over another file, or be a folder too, which "
                "no archive of a study asks for; do not trust it."
            )
        try:
            for info in archive.infolist():
                target = Path(archive.extract(info, folder))
                target.chmod(0o755 if info.external_attr >> 16 & 0o100 else 0o644)
        except DAMAGED as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise StudyError(f"{path} cannot be unpacked into {folder}: {error}.") from None


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(path)
        archive.getinfo(SUMS)
    except KeyError:
        raise StudyError(f"{path} has no {SUMS}, so it is no archive of a study.") from None
    except DAMAGED as error:
        raise StudyError(f"{path} is no zip file that can be read: {error}.") from None
    return archive


def _text(archive: zipfile.ZipFile, name: str) -> str:
    try:
        return archive.read(name).decode("utf-8")
    except DAMAGED as error:
        raise StudyError(f"{archive.filename}: {name} cannot be read: {error}.") from None
