"""The one exception that stands for a mistake in a study rather than in the code."""


class StudyError(ValueError):
    """Something the author of a study can mend.

    Its message is one sentence: what was wrong, where, and what to do. A job shows that sentence
    alone, without a traceback.
    """


def shown(value: object, most: int = 200) -> str:
    """A value of the user's as a sentence shows it: in quotes if it is text, cut in the middle."""
    text = repr(value)
    half = most // 2
    return text if len(text) <= most else f"{text[:half]}…{text[-half:]}"
