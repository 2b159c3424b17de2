"""Things that an RO-Crate speaks of, as JSON-LD."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

Entity = dict[str, Any]


def entity(name: str, kind: str | list[str], /, **properties: Any) -> Entity:
    """An entity of an identifier and one type or several."""
    return {"@id": name, "@type": kind} | properties


def identifier(name: str, within: str = "") -> str:
    """A file's name, or a name in a realm of its own ("#job/"), as the part of a URI."""
    return within + quote(name)


def references(identifiers: Iterable[str]) -> Any:
    """References to entities, each once; a single one stands alone, as readers expect."""
    found = [{"@id": name} for name in dict.fromkeys(identifiers)]
    return found[0] if len(found) == 1 else found


def of_left_out(entry: Mapping[str, Any]) -> Entity:
    """A file that was left out: it is no `File`, since a `File` has to be in the archive."""
    return entity(
        identifier(entry["file"], "#left-out/"),
        "CreativeWork",
        name=entry["file"],
        description=f"left out; it comes back with: {entry['comes_back_with']}",
        sha256=entry["sha256"],
    )
