"""Which code and which packages a job's result depends on."""

import ast
import hashlib
import platform
import sys
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from confsym.storage import files as storage

PACKAGE = "confsym"
COMPUTES = {"jax": ["jaxlib"]}  # modules that compute what others, which import them, are asked for

sha256 = cache(storage.sha256)  # of a file that many jobs read


@cache
def imports(path: Path) -> frozenset[str]:
    """Dotted names of everything that a Python file imports, anywhere in it.

    `from a import b` gives a and a.b, since b may be a module.
    """
    names = set()
    waiting: list[ast.AST] = [ast.parse(path.read_bytes(), filename=str(path))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif not isinstance(node, ast.expr):  # expressions import nothing, and are most of a file
            waiting.extend(ast.iter_child_nodes(node))
    return frozenset(names)


@cache
def top_levels(path: Path) -> frozenset[str]:
    """What stands before the first dot of everything that a Python file imports."""
    return frozenset(name.partition(".")[0] for name in imports(path))


def module_file(name: str, scripts: Path) -> Path | None:
    """The file of a module of this package; None for packages, other names and other modules."""
    if not name.startswith(f"{PACKAGE}."):
        return None
    path = scripts.joinpath(*name.split(".")).with_suffix(".py")
    return path if path.is_file() else None


@cache
def imported_files(path: Path, scripts: Path) -> frozenset[Path]:
    """The package's files that a Python file imports itself."""
    return frozenset(filter(None, (module_file(name, scripts) for name in imports(path))))


def closure(
    script: Path, modules: Iterable[str] = (), files: Iterable[str | Path] = ()
) -> list[Path]:
    """The script and every package file that it imports, directly or not, sorted.

    Parameters
    ----------
    script
        The rule's script; the package lies beside it.
    modules
        Dotted names of further modules that the job loads by name (a registry's functions).
    files
        The user's own files, which the job loads too.
    """
    scripts = script.parent
    by_name = filter(None, (module_file(name, scripts) for name in modules))
    waiting = [script, *map(Path, files), *by_name]
    visited = set(waiting)
    while waiting:
        new = imported_files(waiting.pop(), scripts) - visited
        visited |= new
        waiting.extend(new)
    return sorted(visited)


class Code(NamedTuple):
    """The code that a job runs, and files that its parameters name."""

    files: tuple[Path, ...]
    sha256: str  # of the files' names in the project and their content
    software: tuple[str, ...]  # `name==version` of the distributions that they import


@cache
def code(
    script: Path,
    modules: frozenset[str] = frozenset(),
    files: frozenset[str] = frozenset(),
    data: frozenset[str] = frozenset(),
) -> Code:
    """The code of a job; arguments as in `closure`, and files that it reads beside its inputs."""
    code_files = closure(script, modules, files)
    read_files = [*code_files, *map(Path, sorted(data))]
    digest = hashlib.sha256()
    for path in read_files:
        is_in_project = path.is_relative_to(script.parent)
        name = path.relative_to(script.parent).as_posix() if is_in_project else path.name
        digest.update(f"{name} {sha256(path)}\n".encode())
    return Code(tuple(read_files), digest.hexdigest(), tuple(software(code_files, modules)))


def software(files: Iterable[Path], modules: Iterable[str] = ()) -> list[str]:
    """`name==version` of every distribution that the files import or modules are of, sorted."""
    tops = {name.partition(".")[0] for name in modules}.union(*map(top_levels, files))
    tops -= {PACKAGE, *sys.stdlib_module_names}
    tops.update(module for top in tops & set(COMPUTES) for module in COMPUTES[top])
    distributions = {name for top in tops for name in distributions_of(top)}
    return sorted(f"{name}=={version(name)}" for name in distributions)


def environment(packages: Iterable[str]) -> dict:
    """Interpreter, platform and package versions; nothing that names the machine or its user."""
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": platform.system(),
        "machine": platform.machine(),
        "packages": dict(package.split("==") for package in packages),
    }


@cache
def distributions_of(module: str) -> tuple[str, ...]:
    """Names of the installed distributions that a module is of."""
    distributions = _distributions().get(module.partition(".")[0], [])
    return tuple(distribution.metadata["Name"] for distribution in distributions)


@cache
def version(distribution: str) -> str:
    """The version of an installed distribution, by its name."""
    return metadata.version(distribution)


@cache
def _distributions() -> dict[str, list[metadata.Distribution]]:
    """The installed distributions of each top-level module.

    `importlib.metadata.packages_distributions` finds the same from every file's path as an object,
    and reads the description of each distribution, which is most of a run that has nothing to do.
    """
    by_module = defaultdict(list)
    for distribution in metadata.distributions():
        for name in _top_levels(distribution):
            by_module[name].append(distribution)
    return by_module


def _top_levels(distribution: metadata.Distribution) -> set[str]:
    """Top-level modules of a distribution: those that it lists, or those of the files it lists."""
    if listed := distribution.read_text("top_level.txt"):
        return set(listed.split())
    files = (distribution.read_text("RECORD") or "").splitlines()
    firsts = {line.partition(",")[0].partition("/")[0] for line in files}
    modules = {first.removesuffix(".py") for first in firsts}
    return {name for name in modules if name.isidentifier()}
