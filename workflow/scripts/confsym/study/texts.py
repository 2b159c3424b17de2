"""Text in a config that no file's name, page or sentence could carry."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from confsym.errors import UNSEEN

LONGEST = 10_000  # characters
OPTIONS = "options"  # which may hold whole inputs of other programs, line by line
SMILES = "smiles"  # whose characters have sentences of their own
SNAKEMAKE = "<>{}"  # what it replaces in paths by words of its own


def unfit(content: Any, path: str = "") -> Iterator[str]:
    """Sentences about keys and values with characters that nobody sees, and about endless ones.

    Parameters
    ----------
    content
        A config, or the part of it at some place.
    path
        Its keys, with points between them.
    """
    if isinstance(content, str):
        yield from _sentences(content, path)
    pairs = content.items() if isinstance(content, Mapping) else ()
    for key, value in enumerate(content) if isinstance(content, list) else pairs:
        if isinstance(key, str):
            yield from _sentences(key, f"a key in {path or 'the study'}")
        yield from unfit(value, f"{path}.{key}" if path else f"{key}")


def _sentences(text: str, path: str) -> Iterator[str]:
    """What is wrong with one text, a key or a value."""
    keys = path.split(".")
    if len(text) > LONGEST and OPTIONS not in keys:
        yield f"config: {path} has {len(text):,} characters; {LONGEST:,} are the most."
    allowed = "\n\t" if OPTIONS in keys else ""
    unseen = (
        candidate
        for candidate in text
        if unicodedata.category(candidate) in UNSEEN and candidate not in allowed
    )
    if keys[-1] != SMILES and (character := next(unseen, None)):
        name = unicodedata.name(character, "a control character").lower()
        yield (
            f"config: {path} is {text[:LONGEST]!a}, which has the invisible "
            f"U+{ord(character):04X} in it, {name}; leave it out, or rename the file that it names."
        )


def misread_path(path: str, key: str) -> str | None:
    """Say that Snakemake would read a path as another; None if it reads it as it is.

    Parameters
    ----------
    path
        Of a file of the user's, from the working directory.
    key
        Where the config names it.
    """
    special_characters = [character for character in SNAKEMAKE if character in path]
    if not special_characters:
        return None
    return (
        f"config: {key} leads to {path}, in which Snakemake replaces what stands between "
        f"{' '.join(special_characters)}; give the file, or its folder, a name without them."
    )
