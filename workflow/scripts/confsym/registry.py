"""What a row of any registry has, and how its function is found."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any, Self

from confsym.errors import StudyError

ORIGINAL = "original"  # where a transform is named: conformers as embedded

SYMMETRIES = ("translation", "rotation", "reflection", "relabelling", "equivalent_swap")

# What kinds claim that claim them all. Written out: a further symmetry is claimed by nobody until
# somebody claims it.
ALL = frozenset({"translation", "rotation", "reflection", "relabelling", "equivalent_swap"})


@dataclass(frozen=True)
class Row:
    """One kind: a thing that a study can name.

    The function is named, not imported, so that a job loads the one kind that it runs and is out
    of date only when that kind's own code changes.

    Parameters
    ----------
    name
        What `kind:` says in the config.
    function
        `package.module:function`.
    label
        What axes and tables call it.
    reference
        DOI of the source, or an empty string where there is nothing to cite.
    parameters
        JSON Schema of each parameter, with its default; one without a default has to be given.
    names_code
        The parameter that names code of the user's choice; empty where none does.
    own
        That code, in the row `of` an entry of the config: `package.module:name` or `file.py:name`.
    data
        Files that its parameters there name.
    """

    name: str
    function: str
    label: str
    reference: str = ""
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    names_code: str = ""
    own: tuple[str, ...] = ()
    data: tuple[str, ...] = ()

    def of(self, settings: Mapping[str, Any]) -> Self:
        """The row for one entry of the config: with the code that the entry names, if it can."""
        if not self.names_code:
            return self
        code = settings[self.names_code]
        data = tuple(files_named(settings.get("parameters")))
        return replace(self, own=(code,), data=data, label=code_parts(code)[1])

    @property
    def modules(self) -> set[str]:
        """Dotted names of the modules that its functions live in."""
        return {place for place in self._places if not is_file(place)}

    @property
    def files(self) -> set[str]:
        """The user's own files that its functions live in."""
        return {place for place in self._places if is_file(place)}

    @property
    def _places(self) -> set[str]:
        return {code_parts(code)[0] for code in (self.function, *self.own)}


def behind(rows: Iterable[Row]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """All their modules, the user's own files, and the files that parameters name."""
    modules, files, data = (
        frozenset(name for row in rows for name in getattr(row, kind))
        for kind in ("modules", "files", "data")
    )
    return modules, files, data


def files_named(settings: Any) -> list[str]:
    """Files that options name anywhere, such as a learned potential's, by paths from here."""
    if isinstance(settings, str):
        return [settings] if os.path.isfile(settings) else []
    inside = settings.values() if isinstance(settings, Mapping) else settings
    nested = isinstance(settings, Mapping | list | tuple)
    return [path for one in inside for path in files_named(one)] if nested else []


def code_parts(code: str) -> tuple[str, str]:
    """Module or file, and name in it: of `module:name`, `file.py:name` or `module.name`."""
    source, _, name = code.rpartition(":" if ":" in code else ".")
    return source, name


def is_file(source: str) -> bool:
    """Whether this is a Python file, and not a module."""
    return source.endswith(".py")


def resolve(function: str) -> Callable:
    """Import the function that a row names as `package.module:function`.

    Raises
    ------
    StudyError
        If it cannot be imported: whoever wrote the row or the function has to mend one of them.
    ModuleNotFoundError
        If a package that it needs is not there.
    """
    module, _, name = function.partition(":")
    own = module.partition(".")[0]
    try:
        return getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        if (error.name or own).partition(".")[0] != own:
            raise
        raise _slip(function, module, error) from error
    except (AttributeError, ImportError, NameError, SyntaxError, TypeError) as error:
        raise _slip(function, module, error) from error


def _slip(function: str, module: str, error: Exception) -> StudyError:
    return StudyError(
        f"{function}, which a row of a registry names, cannot be imported "
        f"({type(error).__name__}: {error}); mend {module.replace('.', '/')}.py or the row."
    )


def arguments(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Keyword arguments of a kind's function: what its entry in the config says beside `kind`."""
    return {name: value for name, value in settings.items() if name != "kind"}


def registry(*rows: Row) -> dict[str, Any]:
    """Index rows by name."""
    return {row.name: row for row in rows}
