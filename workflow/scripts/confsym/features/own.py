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
    source, label = code_parts(code)

    def called(positions: np.ndarray, topology: Topology) -> Columns:
        with blamed(f"features.{name}: {code}", source):
            result = function(positions.copy(), topology, **parameters)
            try:
                return columns(result, len(positions), label)
            except ValueError as error:
                raise StudyError(f"features.{name}: {code} returns {error}; mend it.") from None

    def checked(positions: np.ndarray, topology: Topology) -> Columns:
        names, values = called(positions, topology)
        size = ALIKE * np.abs(values).max(axis=0)
        # The first is alone like itself where a function refers to the first.
        for rows in (slice(1), slice(-1, None)):
            names_alone, values_alone = called(positions[rows], topology)
            if names != names_alone or (np.abs(values_alone - values[rows]) > size).any():
                raise StudyError(
                    f"features.{name}: {code} has other columns or values for a conformer alone "
                    "than for the same among others; let each row follow from its own conformer."
                )
        return names, values

    return checked


def columns(result: Any, rows: int, label: str) -> Columns:
    """Names and values (rows, features) of what a function returned.

    Parameters
    ----------
    result
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
    if hasattr(result, "keys") and getattr(result, "ndim", None) != 1:  # a Series' are of its rows
        names, result = list(map(str, result)), [result[key] for key in result]
        if not result:
            raise ValueError("no columns")
        shapes = {np.shape(column_values) for column_values in result}
        if shapes != {(rows,)}:
            raise ValueError(f"columns of shape {_shown(shapes)} for {rows} conformers")
        result = np.column_stack(result)
    elif isinstance(result, tuple) and len(result) == 2:
        names, result = list(map(str, result[0])), result[1]
    try:
        values = np.asarray(result)
    except ValueError:
        raise ValueError("rows of different lengths") from None
    if values.dtype.kind not in "biuf":
        raise ValueError(f"{type(result).__name__} of {values.dtype}, which are no real numbers")
    values = values.astype(float)
    values = values[:, None] if values.ndim == 1 else values
    if values.ndim != 2 or len(values) != rows or values.shape[1] == 0:
        raise ValueError(f"an array of shape {np.shape(result)} for {rows} conformers")
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
