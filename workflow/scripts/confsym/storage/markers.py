"""Generated parts of documents that are written by hand.

A part stands between two lines, `<!-- name -->` and `<!-- end of name -->`.
"""

import re

from confsym.errors import StudyError


def with_part(text: str, name: str, part: str, document: str) -> str:
    """Put a generated part between its two markers.

    Parameters
    ----------
    text
        The document.
    name
        What the markers call the part.
    part
        What is to stand there; it ends with a line break.
    document
        What the document is called, for the error message.

    Raises
    ------
    StudyError
        If the document has no such place, or several.
    """
    pattern = rf"(?<=<!-- {name} -->\n).*?(?=<!-- end of {name} -->)"
    found, count = re.subn(pattern, lambda _: part, text, flags=re.DOTALL)
    if count != 1:
        raise StudyError(
            f"{document}: the generated part {name!r} has {count} places, not one; put "
            f"<!-- {name} --> and <!-- end of {name} --> on lines of their own where it belongs."
        )
    return found


def parts_of(text: str) -> list[str]:
    """Names of the generated parts that a document has places for, in their order."""
    return re.findall(r"<!-- end of (\w+) -->", text)
