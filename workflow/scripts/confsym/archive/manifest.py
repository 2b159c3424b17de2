"""Read what an archive says of itself, and trust nothing. Needs the standard library alone."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from confsym.errors import StudyError

CONFIG = "config/config.yaml"
SUMS = "SHA256SUMS"
MANIFEST = "manifest.json"
README = "ARCHIVE.md"
CRATE = "ro-crate-metadata.json"
OWN = (SUMS, MANIFEST, README, CRATE)

LINE = re.compile(r"([0-9a-f]{64})  (.+)")
# What breaks a line, is no text, or stands between folders or drives somewhere.
FORBIDDEN = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff\\\\:]")
LONGEST = 255  # bytes of a file's name, on common disks
TARGET = re.compile("[a-z_]+")
COMMIT = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")


def unfit(name: str) -> bool:
    """Whether some machine cannot unpack a name, or would unpack it outside of the folder."""
    parts = PurePosixPath(name).parts
    return bool(
        FORBIDDEN.search(name)
        or not parts
        or ".." in parts
        or name.startswith("/")
        or str(PurePosixPath(name)) != name
        or any(len(part.encode()) > LONGEST for part in parts)
    )


def colliding(names: Iterable[str]) -> Iterator[str]:
    """Names that are also folders of others, or that differ from others in case alone."""
    folded_names: set[str] = set()
    folders: set[str] = set()
    for name in sorted(names, key=str.casefold):
        folded = name.casefold()
        if folded in folded_names:
            yield name
        folded_names.add(folded)
        folders |= {str(parent) for parent in PurePosixPath(folded).parents}
    yield from sorted(folded_names & folders)


def read_sums(text: str) -> dict[str, str]:
    """Read lines of `sha256sum`: file name to SHA-256.

    Raises
    ------
    StudyError
        If a line is malformed, or names a file for the second time.
    """
    sums: dict[str, str] = {}
    for line in text.removesuffix("\n").split("\n"):
        match = LINE.fullmatch(line)
        if not match or match[2] in sums:
            raise StudyError(
                f"{SUMS}: the line {line[:200]!r} is no SHA-256 of a file, or the second one of "
                "the same file; take the archive from its source once more."
            )
        sums[match[2]] = match[1]
    return sums


def read_manifest(text: str) -> dict[str, Any]:
    """Read a manifest; an archive that names no targets is one of `all`.

    Raises
    ------
    StudyError
        If it is not what an archive's manifest looks like.
    """
    try:
        manifest = {"targets": ["all"]} | json.loads(text)
        targets, commit = manifest["targets"], manifest["commit"]
        sound = (
            all(map(TARGET.fullmatch, targets))
            and isinstance(targets, list)
            and (commit is None or COMMIT.fullmatch(commit))
            and isinstance(manifest["date"], str)
            and isinstance(manifest["config_as_committed"], bool)
            and not any(map(unfit, [*manifest["project"], *manifest["uncommitted"]]))
            and not any(unfit(entry["file"]) for entry in manifest["left_out"])
            and all(isinstance(entry["sha256"], str) for entry in manifest["left_out"])
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        sound = False
    if not sound:
        raise StudyError(
            f"{MANIFEST} is not what an archive says of itself (targets, commit, date, project, "
            "uncommitted, left_out); take the archive from its source once more."
        )
    return manifest
