"""Code of the user's choice, by name: a class or function of an installed package or own file.

`package.module:name`, `package.module.name` or `file.py:name`. If it fails, one sentence says
where, since the fault is neither in the study nor in this package.
"""

import ast
import importlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import chdir, contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType

from confsym.errors import StudyError
from confsym.provenance.imports import PACKAGE, distributions_of, imports
from confsym.registry import SYMMETRIES, code_parts, is_file
from confsym.storage import shortage


def load(code: str, key: str) -> Callable:
    """Import what a study names.

    Parameters
    ----------
    code
        Module or file, and name.
    key
        Key of the config, for error messages.

    Raises
    ------
    StudyError
        If it cannot be imported, is not there, or nothing that can be called.
    """
    source, name = code_parts(code)
    with blamed(f"config: {key} is {code!r}, and importing {source}", source):
        module = _of_file(source) if is_file(source) else importlib.import_module(source)
    function = getattr(module, name, None)
    if not callable(function):
        raise StudyError(
            missing(code, key, [attribute for attribute in vars(module) if attribute[0] != "_"])
        )
    return function


def missing(code: str, key: str, available: list[str]) -> str:
    """Say that a module or file has nothing of a name, and what is most like it there."""
    source, name = code_parts(code)
    guess = closest(name, available) or "name a function or class of it."
    return f"config: {key} is {code!r}, but {source} has no {name} to call; {guess}"


def closest(name: str, available: Iterable[str]) -> str:
    """Ask whether the name most like this one was meant; nothing where none is like it."""
    from difflib import get_close_matches

    close = get_close_matches(name, available, n=1)
    return f"did you mean {close[0]!r}?" if close else ""


def complaint(code: str, key: str) -> str | None:
    """Say what is wrong with code that a study names, running none of it; None if nothing is seen.

    Parameters
    ----------
    code, key
        As in `load`.
    """
    source, name = code_parts(code)
    if not is_file(source):
        if is_file(code):
            return f"config: {key} is {code!r}, a file alone; name what it has: {code}:name."
        return uninstalled(source, key)
    path = Path(source)
    if not os.path.isfile(path):  # unlike pathlib's, it takes any name and any rights
        return (
            f"config: {key} is {code!r}, but there is no file {source} beside the config file or "
            "in the working directory; put it there."
        )
    try:
        defined = names(path)
    except (SyntaxError, ValueError) as error:
        return f"config: {key} is {code!r}, which is no Python ({cause(error, source)}); mend it."
    if name not in defined:
        return missing(code, key, list(defined))
    for module in sorted(imports(path)):
        top = module.partition(".")[0]
        if top in (PACKAGE, *sys.stdlib_module_names) or distributions_of(top):
            continue
        if importlib.util.find_spec(top):
            return (
                f"config: {key} is {code!r}, which imports {top}, a module of no installed "
                "package, whose changes the study would miss; put its code into the file itself."
            )
    return None


def claims(code: str) -> list[str]:
    """The symmetries that a file claims for one of its functions, none of it run.

    They stand in it as plain values: `CLAIMS = {"my_function": ["translation", "rotation"]}`.

    Raises
    ------
    StudyError
        If CLAIMS is anything else, or names what is no symmetry.
    """
    source, name = code_parts(code)
    try:
        node = names(Path(source)).get("CLAIMS")
        by_function = {} if node is None else dict(ast.literal_eval(node))
        claimed = sorted(by_function.get(name, ()))
    except (OSError, SyntaxError, ValueError, TypeError) as error:
        reason = cause(error).partition(": <")[0]  # without where in memory it is
        raise StudyError(
            f"{source}: CLAIMS cannot be read ({reason}); write lists of symmetries by the "
            f"names of functions, in plain words: CLAIMS = {{{name!r}: ['translation']}}."
        ) from error
    for symmetry in claimed:
        if symmetry not in SYMMETRIES:
            raise StudyError(
                f"{source}: CLAIMS has {symmetry!r} for {name}, which is no symmetry; those are "
                f"{', '.join(SYMMETRIES)}."
            )
    return claimed


def names(path: Path) -> dict[str, ast.AST]:
    """What a Python file defines or imports at its top, by name."""
    definitions: dict[str, ast.AST] = {}
    for node in ast.parse(path.read_bytes(), filename=str(path)).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            definitions[node.name] = node
        elif isinstance(node, ast.Import | ast.ImportFrom):
            definitions |= {alias.asname or alias.name: node for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            definitions |= {
                target.id: node.value for target in targets if isinstance(target, ast.Name)
            }
    return definitions


def uninstalled(source: str, key: str) -> str | None:
    """Say that a module is of no installed package, whose version could be recorded."""
    if is_file(source):
        return (
            f"config: {key} names the file {source}, but it has to name code of an installed "
            "package, so that its version can be recorded; install it as a package."
        )
    if distributions_of(source):
        return None
    top = source.partition(".")[0]
    if top in sys.stdlib_module_names or importlib.util.find_spec(top) is None:
        return f"config: {key} names {source}, but no package {top} is installed; install it."
    return (
        f"config: {key} names {source}, which is of no installed package, so its version cannot "
        "be recorded; install it as a package."
    )


@contextmanager
def blamed(action: str, source: str = "") -> Iterator[None]:
    """Turn what the user's code raises into one sentence: "`action` fails (the cause)".

    Errors of the study and what the machine lacks pass. The working directory is the same again
    afterwards, whatever the code does: a job's files have paths from there.

    Parameters
    ----------
    action
        What the code was doing, with the key of the config.
    source
        The code's file, where it has one of its own, for the number of the line.
    """
    try:
        with chdir("."):
            yield
    except StudyError:
        raise
    except (Exception, SystemExit) as error:  # which would end a job as if all were well
        if not isinstance(error, ImportError) and shortage.sentence(error):
            raise
        raise StudyError(f"{action} fails ({cause(error, source)}); mend it.") from error


def cause(error: BaseException, source: str = "") -> str:
    """An error's kind and first line, and its line in the user's own file."""
    first = str(error).strip().partition("\n")[0].rstrip(".")
    description = f"{type(error).__name__}: {first}" if first else type(error).__name__
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == source
    ]
    if isinstance(error, SyntaxError) and error.filename == source:
        lines, description = [error.lineno], f"SyntaxError: {error.msg}"
    return f"{source}, line {lines[-1]}: {description}" if lines else description


@cache
def _of_file(path: str) -> ModuleType:
    """A module of a file's text as it is: compiled copies go by times, which mean nothing here."""
    module = ModuleType(f"confsym_own_{Path(path).stem}")
    module.__file__ = path
    sys.modules[module.__name__] = module  # dataclasses look themselves up there
    exec(compile(Path(path).read_bytes(), path, "exec"), vars(module))
    return module
