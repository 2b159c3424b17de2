"""Slips of whoever adds a row to a registry: each is one sentence, before any job.

Nothing here imports a registry before it looks, since one with a slip cannot be imported.
"""

import ast
import dataclasses
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from traceback import extract_tb

from confsym import own
from confsym.provenance.imports import module_file
from confsym.registry import Row, code_parts

PACKAGE = Path(__file__).resolve().parents[1]
SCRIPTS = PACKAGE.parent
ROOMS = {  # folders of the package that have a registry, and what it calls its rows
    "energies": ("KINDS", "LEVELS"),
    "features": ("FEATURES",),
    "models": ("MODELS",),
    "sampling": ("SAMPLINGS",),
    "transforms": ("TRANSFORMS",),
}
CODE = re.compile(r"confsym(\.\w+)+:\w+")


def unreadable() -> str | None:
    """Say which registry cannot be imported, which row is to blame, and why; None if all can."""
    for room in ROOMS:
        try:
            import_module(f"confsym.{room}.registry")
        except Exception as error:
            path, line = _where(error)
            cause = own.cause(error, str(path)).removeprefix(f"{path}, line {line}: ")
            return f"{_place(path)}, line {line}{_row_at(path, line)}: {cause}; mend it."
    return None


def _where(error: Exception) -> tuple[Path, int]:
    """The last line of this package that an error passed through, or that is no Python."""
    if isinstance(error, SyntaxError) and error.filename:
        return Path(error.filename), error.lineno or 0
    frames = [(Path(one.filename), one.lineno) for one in extract_tb(error.__traceback__)]
    return [(path, line or 0) for path, line in frames if path.is_relative_to(PACKAGE)][-1]


def _row_at(path: Path, line: int) -> str:
    """The row that a line of a registry is of, as a sentence goes on; nothing elsewhere."""
    with suppress(SyntaxError):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and node.lineno <= line <= (node.end_lineno or 0):
                for keyword in node.keywords:
                    if keyword.arg == "name":
                        return f", row {ast.unparse(keyword.value)}"
    return ""


def misspelt(kinds: Collection[str] | None = None) -> Iterator[str]:
    """Sentences about rows that name code which is not there.

    Parameters
    ----------
    kinds
        Names of the rows to look at; None for all of them.
    """
    for room, registries in ROOMS.items():
        module = import_module(f"confsym.{room}.registry")
        for row in (row for name in registries for row in getattr(module, name).values()):
            if kinds is None or row.name in kinds:
                place = _place(PACKAGE / room / "registry.py")
                yield from (f"{place}, row {row.name!r}: {slip}" for slip in _slips(row))


def _slips(row: Row) -> Iterator[str]:
    for field in dataclasses.fields(row):
        code = getattr(row, field.name)
        if not (isinstance(code, str) and CODE.fullmatch(code)):
            continue
        module, name = code_parts(code)
        path = module_file(module, SCRIPTS)
        if not path:
            missing = _place(SCRIPTS / f"{module.replace('.', '/')}.py")
            yield f"{field.name} is {code!r}, but there is no file {missing}; write it."
            continue
        try:
            defined = own.names(path)
        except SyntaxError as error:
            yield f"{_place(path)}, line {error.lineno}, is no Python ({error.msg}); mend it."
            continue
        if name not in defined:
            guess = own.closest(name, defined) or "write it."
            yield f"{field.name} is {code!r}, but {_place(path)} has no {name}; {guess}"


def _place(path: Path) -> str:
    return f"workflow/scripts/{path.relative_to(SCRIPTS).as_posix()}"
