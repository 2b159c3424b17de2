"""The one exception that stands for a mistake in a study rather than in the code."""


class StudyError(ValueError):
    """Something the author of a study can mend.

    Its message is one sentence: what was wrong, where, and what to do. A job shows that sentence
    alone, without a traceback.
    """
