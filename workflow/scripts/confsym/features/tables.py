"""Feature values of an ensemble, as a study describes them."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from confsym.errors import StudyError
from confsym.features import own
from confsym.molecules.topology import Topology
from confsym.provenance.memory import require
from confsym.provenance.progress import Progress
from confsym.registry import arguments, code_parts, is_file, resolve

TABLES = 3  # as large as the one that is asked for, at most at once
CHUNK = 500  # conformers at a time: bounds memory, and keeps pair arrays in the processor's cache


def compute(
    name: str,
    function: str,
    settings: Mapping[str, Any],
    positions: np.ndarray,
    topology: Topology,
) -> tuple[list[str], np.ndarray]:
    """Compute a feature table.

    Parameters
    ----------
    name
        The study's name for the feature, for error messages.
    function
        `package.module:function` of the kind.
    settings
        The feature's entry in the config: `kind` and its parameters.
    positions : (n, atoms, 3)
        Å.
    topology
        Elements and bonds, atoms in the order of the positions.

    Returns
    -------
    names : list of str
    values : (n, features)

    Raises
    ------
    StudyError
        If a position or a value is not a finite number, or the table does not fit in memory.
    """
    if not np.isfinite(positions).all():
        conformer = int(np.flatnonzero(~np.isfinite(positions).all(axis=(1, 2)))[0])
        raise StudyError(
            f"features.{name}: conformer {conformer} has a coordinate that is not a finite number; "
            "mend or leave out that conformer."
        )
    if is_file(code_parts(function)[0]):
        feature = own.feature(name, function, settings["parameters"])
        cure = f"mend {function}."
    else:
        feature = partial(resolve(function), **arguments(settings))
        cure = "two atoms may lie on top of each other."
    chunks, progress = [], Progress(len(positions), "conformers")
    for start in range(0, len(positions), CHUNK):
        chunks.append(feature(positions[start : start + CHUNK], topology))
        if not start:
            _fits(name, len(positions), chunks[0][1].shape[1])
        progress.add(len(chunks[-1][1]))
    names, values = chunks[0][0], np.concatenate([values for _, values in chunks])
    if not np.isfinite(values).all():
        column = names[int(np.flatnonzero(~np.isfinite(values).all(axis=0))[0])]
        raise StudyError(
            f"features.{name}: column {column} is not a finite number for every conformer; {cure}"
        )
    return names, values


def _fits(name: str, conformers: int, columns: int) -> None:
    """Refuse a table that does not fit in memory."""
    require(
        lambda some: 8 * TABLES * some * columns,
        conformers,
        f"features.{name}: a table of {columns} columns",
        "conformers",
        "have at most {fits} (embedding.attempts, or frames of the file), or take fewer columns",
    )
