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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType

from confsym.errors import StudyError
from confsym.provenance.imports import PACKAGE, distributions_of, imports
from confsym.registry import SYMMETRIES, code_parts, is_file
from confsym.storage import shortage


def load(code: str, where: str) -> Callable:
    """Import what a study names.

    Parameters
    ----------
    code
        Module or file, and name.
    where
        Key of the config, for error messages.

    Raises
    ------
    StudyError
        If it cannot be imported, is not there, or nothing that can be called.
    """
    place, name = code_parts(code)
    with blamed(f"config: {where} is {code!r}, and importing {place}", place):
        module = _of_file(place) if is_file(place) else importlib.import_module(place)
    found = getattr(module, name, None)
    if not callable(found):
        raise StudyError(missing(code, where, [one for one in vars(module) if one[0] != "_"]))
    return found


def missing(code: str, where: str, others: list[str]) -> str:
    """Say that a module or file has nothing of a name, and what is most like it there."""
    from difflib import get_close_matches

    place, name = code_parts(code)
    close = get_close_matches(name, others, n=1)
    guess = f"did you mean {close[0]!r}?" if close else "name a function or class of it."
    return f"config: {where} is {code!r}, but {place} has no {name} to call; {guess}"


def complaint(code: str, where: str) -> str | None:
    """Say what is wrong with code that a study names, running none of it; None if nothing is seen.

    Parameters
    ----------
    code, where
        As in `load`.
    """
    place, name = code_parts(code)
    if not is_file(place):
        if is_file(code):
            return f"config: {where} is {code!r}, a file alone; name what it has: {code}:name."
        return uninstalled(place, where)
    path = Path(place)
    if not os.path.isfile(path):  # unlike pathlib's, it takes any name and any rights
        return (
            f"config: {where} is {code!r}, but there is no file {place} beside the config file or "
            "in the working directory; put it there."
        )
    try:
        defined = names(path)
    except (SyntaxError, ValueError) as error:
        return f"config: {where} is {code!r}, which is no Python ({cause(error, place)}); mend it."
    if name not in defined:
        return missing(code, where, list(defined))
    for module in sorted(imports(path)):
        top = module.partition(".")[0]
        if top in (PACKAGE, *sys.stdlib_module_names) or distributions_of(top):
            continue
        if importlib.util.find_spec(top):
            return (
                f"config: {where} is {code!r}, which imports {top}, a module of no installed "
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
    place, name = code_parts(code)
    try:
        node = names(Path(place)).get("CLAIMS")
        said = {} if node is None else dict(ast.literal_eval(node))
        claimed = sorted(said.get(name, ()))
    except (OSError, SyntaxError, ValueError, TypeError) as error:
        why = cause(error).partition(": <")[0]  # without where in memory it is
        raise StudyError(
            f"{place}: CLAIMS cannot be read ({why}); write lists of symmetries by the "
            f"names of functions, in plain words: CLAIMS = {{{name!r}: ['translation']}}."
        ) from error
    for symmetry in claimed:
        if symmetry not in SYMMETRIES:
            raise StudyError(
                f"{place}: CLAIMS has {symmetry!r} for {name}, which is no symmetry; those are "
                f"{', '.join(SYMMETRIES)}."
            )
    return claimed


def names(path: Path) -> dict[str, ast.AST]:
    """What a Python file defines or imports at its top, by name."""
    found: dict[str, ast.AST] = {}
    for node in ast.parse(path.read_bytes(), filename=str(path)).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name: node for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {one.id: node.value for one in targets if isinstance(one, ast.Name)}
    return found


def uninstalled(place: str, where: str) -> str | None:
    """Say that a module is of no installed package, whose version could be recorded."""
    if is_file(place):
        return (
            f"config: {where} names the file {place}, but it has to name code of an installed "
            "package, so that its version can be recorded; install it as a package."
        )
    if distributions_of(place):
        return None
    top = place.partition(".")[0]
    if top in sys.stdlib_module_names or importlib.util.find_spec(top) is None:
        return f"config: {where} names {place}, but no package {top} is installed; install it."
    return (
        f"config: {where} names {place}, which is of no installed package, so its version cannot "
        "be recorded; install it as a package."
    )


@contextmanager
def blamed(what: str, place: str = "") -> Iterator[None]:
    """Turn what the user's code raises into one sentence: "`what` fails (the cause)".

    Errors of the study and what the machine lacks pass.

    Parameters
    ----------
    what
        What the code was doing, with the key of the config.
    place
        The code's file, where it has one of its own, for the number of the line.
    """
    try:
        yield
    except StudyError:
        raise
    except (Exception, SystemExit) as error:  # which would end a job as if all were well
        if not isinstance(error, ImportError) and shortage.sentence(error):
            raise
        raise StudyError(f"{what} fails ({cause(error, place)}); mend it.") from error


def cause(error: BaseException, place: str = "") -> str:
    """An error's kind and first line, and its line in the user's own file."""
    first = str(error).strip().partition("\n")[0].rstrip(".")
    said = f"{type(error).__name__}: {first}" if first else type(error).__name__
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == place
    ]
    if isinstance(error, SyntaxError) and error.filename == place:
        lines, said = [error.lineno], f"SyntaxError: {error.msg}"
    return f"{place}, line {lines[-1]}: {said}" if lines else said


@cache
def _of_file(path: str) -> ModuleType:
    """A module of a file's text as it is: compiled copies go by times, which mean nothing here."""
    module = ModuleType(f"confsym_own_{Path(path).stem}")
    module.__file__ = path
    sys.modules[module.__name__] = module  # dataclasses look themselves up there
    exec(compile(Path(path).read_bytes(), path, "exec"), vars(module))
    return module
