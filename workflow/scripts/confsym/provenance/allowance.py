"""How much memory the running job may take, as its rule states it."""

from contextvars import ContextVar

STATED: ContextVar[float | None] = ContextVar("memory of the job, MB", default=None)
