"""The one exception that stands for a mistake in a study rather than in the code."""

import unicodedata

# Control characters, those that turn or hide others on the screen, halves of characters, line ends.
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


class StudyError(ValueError):
    """Something the author of a study can mend.

    Its message is one sentence: what was wrong, where, and what to do. A job shows that sentence
    alone, without a traceback. Words of a user's file may stand in it, so what could clear or turn
    the screen, or begin another line, is written as an escape.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__("".join(map(_visible, sentence)))


def _visible(character: str) -> str:
    if unicodedata.category(character) not in UNSEEN:
        return character
    return character.encode("unicode_escape").decode("ascii")


def quoted(value: object, max_length: int = 200) -> str:
    """A value of the user's as a sentence shows it: in quotes if it is text, cut in the middle."""
    text = repr(value)
    half = max_length // 2
    return text if len(text) <= max_length else f"{text[:half]}…{text[-half:]}"
