"""Which of a study's config files names a path, whose folder the path starts from."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml


def naming(configs: Sequence[Path], keys: Sequence[str]) -> Path | None:
    """The config file that a value of the merged study comes from.

    Parameters
    ----------
    configs
        The study's config files; of several that have the value, the last one counts.
    keys
        Where the value stands: `("molecules", "acac", "geometries", "file")`.

    Returns
    -------
    path
        The last file if none has the value, which then comes from the command line; None if there
        are no files.
    """
    saying = [path for path in configs if _says(_read(path), keys)]
    return next(reversed(saying or list(configs)), None)


def value(config: Path, keys: Sequence[str]) -> Any:
    """What a config file itself says at some place."""
    content = _read(config)
    for key in keys:
        content = content[key]
    return content


@cache
def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _says(value: Any, keys: Sequence[str]) -> bool:
    for key in keys:
        if not isinstance(value, dict) or key not in value:
            return False
        value = value[key]
    return True
