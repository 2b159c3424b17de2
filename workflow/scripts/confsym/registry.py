"""What a row of any registry has, and how its function is found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

ORIGINAL = "original"  # where a transform is named: conformers as embedded

SYMMETRIES = ("translation", "rotation", "reflection", "relabelling", "equivalent_swap")


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
        JSON Schema of each parameter, with its default.
    """

    name: str
    function: str
    label: str
    reference: str = ""
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def modules(self) -> set[str]:
        """Dotted names of the modules that its functions live in."""
        return {self.function.partition(":")[0]}


def resolve(function: str) -> Callable:
    """Import the function that a row names as `package.module:function`."""
    module, _, name = function.partition(":")
    return getattr(import_module(module), name)


def arguments(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Keyword arguments of a kind's function: what its entry in the config says beside `kind`."""
    return {name: value for name, value in settings.items() if name != "kind"}


def registry(*rows: Row) -> dict[str, Any]:
    """Index rows by name."""
    return {row.name: row for row in rows}
