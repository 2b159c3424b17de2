"""Geometries of one molecule as a user's file gives them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from confsym.errors import StudyError
from confsym.storage.numbers import significant


@dataclass(frozen=True, eq=False)
class Frames:
    """Geometries of one molecule, energies and gradients where the file has them.

    Parameters
    ----------
    positions
        (n, atoms, 3) Å.
    numbers
        (atoms,) atomic numbers: the same atoms in the same order in all frames.
    frame
        (n,) place of each frame in the file, from 0; isolated atoms set aside leave gaps.
    energy
        (n,) kcal/mol, None if settings name no energy.
    gradients
        (n, atoms, 3) kcal/mol/Å, None if settings name neither forces nor gradients.
    columns
        Other numbers and words of each frame, by the file's key for them: (n,) each.
    remarks
        Sentences: what was assumed, set aside, permuted, found.
    """

    positions: np.ndarray
    numbers: np.ndarray
    frame: np.ndarray
    energy: np.ndarray | None
    gradients: np.ndarray | None
    columns: dict[str, np.ndarray]
    remarks: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Geometry:
    """One frame of a file, in the file's units.

    Parameters
    ----------
    frame
        Its place in the file, from 0.
    line
        The line where it begins, from 1; None in a file without lines.
    numbers
        (atoms,) atomic numbers.
    positions
        (atoms, 3) in the file's unit of length.
    values
        What the file says of the whole frame.
    forces
        (atoms, 3) what the file has under the key that settings name; None where it has nothing.
    arrays
        Keys of everything that the file says of each atom.
    oddities
        What was unusual and handled, each the end of a sentence that begins "frame 12 …".
    """

    frame: int
    line: int | None
    numbers: np.ndarray
    positions: np.ndarray
    values: Mapping[str, Any]
    forces: np.ndarray | None = None
    arrays: tuple[str, ...] = ()
    oddities: tuple[str, ...] = field(default=())


def words(frame: int, line: int | None = None) -> str:
    """Where a frame is, for people."""
    return f"frame {frame}" if line is None else f"frame {frame} (line {line})"


def number(value: float, digits: int = 3) -> str:
    """A number in a sentence."""
    return significant(value, digits, digits, commas=True)


def fault(source: str, frame: int, line: int | None, complaint: str) -> StudyError:
    """The error that a frame is wrong.

    Parameters
    ----------
    source
        Setting and file, as in `molecules.acac.geometries: acac.xyz`.
    frame, line
        Which one.
    complaint
        The rest of the sentence, without its full stop.
    """
    return StudyError(f"{source}: {words(frame, line)} {complaint}.")
