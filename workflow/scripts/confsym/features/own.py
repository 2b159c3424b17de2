"""A feature that is a function in a user's own file."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from confsym.errors import StudyError
from confsym.molecules.topology import Topology
from confsym.own import blamed, load
from confsym.registry import code_parts
from confsym.storage.parquet import CONFORMER

Columns = tuple[list[str], np.ndarray]

ALIKE = 1e-6  # relative to a column's size: round-off is far below, another conformer far above


def feature(
    name: str, code: str, parameters: Mapping[str, Any]
) -> Callable[[np.ndarray, Topology], Columns]:
    """Load a function, and hold what it returns against what a feature has to be.

    Parameters
    ----------
    name
        The study's name for the feature, for error messages.
    code
        `file.py:function`.
    parameters
        What it is called with beside positions (n, atoms, 3) in Å, a copy, and the topology.

    Returns
    -------
    function
        From positions and topology to names and values (n, features), as the project's own kinds.
        It raises a StudyError where the function fails or returns anything but columns of numbers,
        and where a conformer's values depend on what other conformers there are.
    """
    function = load(code, f"features.{name}.kind")
    place, label = code_parts(code)

    def called(positions: np.ndarray, topology: Topology) -> Columns:
        with blamed(f"features.{name}: {code}", place):
            found = function(positions.copy(), topology, **parameters)
            try:
                return columns(found, len(positions), label)
            except ValueError as error:
                raise StudyError(f"features.{name}: {code} returns {error}; mend it.") from None

    def checked(positions: np.ndarray, topology: Topology) -> Columns:
        names, values = called(positions, topology)
        size = ALIKE * np.abs(values).max(axis=0)
        # The first is alone like itself where a function refers to the first.
        for one in (slice(1), slice(-1, None)):
            others, alone = called(positions[one], topology)
            if names != others or (np.abs(alone - values[one]) > size).any():
                raise StudyError(
                    f"features.{name}: {code} has other columns or values for a conformer alone "
                    "than for the same among others; let each row follow from its own conformer."
                )
        return names, values

    return checked


def columns(found: Any, rows: int, label: str) -> Columns:
    """Names and values (rows, features) of what a function returned.

    Parameters
    ----------
    found
        Array or Series (rows,), array (rows, features); dict or DataFrame of columns (rows,); or
        names and an array.
    rows
        How many conformers there were.
    label
        What columns without names are called after.

    Raises
    ------
    ValueError
        If it is none of these; the message completes "returns …".
    """
    names = None
    if hasattr(found, "keys") and getattr(found, "ndim", None) != 1:  # a Series' are of its rows
        names, found = list(map(str, found)), [found[key] for key in found]
        if not found:
            raise ValueError("no columns")
        shapes = {np.shape(one) for one in found}
        if shapes != {(rows,)}:
            raise ValueError(f"columns of shape {_shown(shapes)} for {rows} conformers")
        found = np.column_stack(found)
    elif isinstance(found, tuple) and len(found) == 2:
        names, found = list(map(str, found[0])), found[1]
    try:
        values = np.asarray(found)
    except ValueError:
        raise ValueError("rows of different lengths") from None
    if values.dtype.kind not in "biuf":
        raise ValueError(f"{type(found).__name__} of {values.dtype}, which are no real numbers")
    values = values.astype(float)
    values = values[:, None] if values.ndim == 1 else values
    if values.ndim != 2 or len(values) != rows or values.shape[1] == 0:
        raise ValueError(f"an array of shape {np.shape(found)} for {rows} conformers")
    if names is None:
        count = values.shape[1]
        names = [label] if count == 1 else [f"{label}_{column}" for column in range(count)]
    if len(names) != values.shape[1] or len(set(names)) < len(names):
        raise ValueError(f"{len(set(names))} different names for {values.shape[1]} columns")
    if CONFORMER in names:
        raise ValueError(f"a column called {CONFORMER}, which is the table's own")
    return names, values


def _shown(shapes: set[tuple[int, ...]]) -> str:
    return " and ".join(map(str, sorted(shapes)))
