"""Frames of a file, one after the other, into arrays of one molecule."""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from ase.data import chemical_symbols

from confsym.datasets.elements import formula
from confsym.datasets.frames import Geometry, fault, words
from confsym.datasets.xyz import EXPONENT, from_fortran
from confsym.errors import StudyError
from confsym.storage.numbers import as_read


@dataclass(eq=False)
class Gathered:
    """What a file says, in its own units and orders of atoms.

    The buffers grow in place, so that a million frames are in memory once.

    Parameters
    ----------
    positions, forces
        Numbers of all atoms of all frames, one after the other.
    energy
        A number a frame.
    frame, line
        Where each frame is; -1 for no line.
    order
        For each frame which of `orders` lists its atoms.
    orders
        Atomic numbers in each order in which atoms are listed.
    places
        Where each of them is among `orders`, by its bytes.
    columns
        Other numbers and words, those of all frames alone.
    atoms
        Energies of isolated atoms, by atomic number.
    oddities
        What was unusual: how many frames, and where the first of them is.
    keys
        What the first frame says of itself, and of its atoms.
    repeats
        Frames whose positions are those of an earlier one, and those of them with another energy.
    """

    positions: array = field(default_factory=lambda: array("d"))
    forces: array = field(default_factory=lambda: array("d"))
    energy: array = field(default_factory=lambda: array("d"))
    frame: array = field(default_factory=lambda: array("q"))
    line: array = field(default_factory=lambda: array("q"))
    order: array = field(default_factory=lambda: array("q"))
    orders: list[np.ndarray] = field(default_factory=list)
    places: dict[bytes, int] = field(default_factory=dict)
    columns: dict[str, list] = field(default_factory=dict)
    atoms: dict[int, float | None] = field(default_factory=dict)
    oddities: dict[str, tuple[int, str]] = field(default_factory=dict)
    keys: tuple[list[str], list[str]] = ((), ())
    repeats: tuple[int, int] = (0, 0)

    def words(self, k: int) -> str:
        """Where the k-th frame is, for people."""
        return words(self.frame[k], None if self.line[k] < 0 else self.line[k])


def gather(
    geometries: Iterable[Geometry], energy: str | None, forces: str | None, source: str
) -> Gathered:
    """Take all frames of a file.

    Parameters
    ----------
    geometries
        Its frames.
    energy, forces
        The keys that settings name; None for what is not wanted.
    source
        Setting and file, for error messages.

    Raises
    ------
    StudyError
        If the file has no frames, or a frame has other elements, or no energy or forces under the
        key, or something there that is no number.
    """
    gathered = Gathered()
    first_frames: dict[int, int] = {}
    for geometry in geometries:
        if len(geometry.numbers) == 1:
            _set_aside(gathered, geometry, energy, source)
            continue
        if not gathered.frame:
            gathered.keys = list(geometry.values), list(geometry.arrays)
            gathered.columns = {key: [] for key in geometry.values if key != energy}
        _take_positions(gathered, geometry, source)
        if energy is not None:
            gathered.energy.append(_energy(gathered, geometry, energy, source))
        if forces is not None:
            gathered.forces.frombytes(_forces(geometry, forces, source).tobytes())
        for key, column in gathered.columns.items():
            value = plain_value(geometry.values.get(key))
            if value is not None:
                column.append(value)
        _note_repeat(gathered, first_frames)
        for oddity in geometry.oddities:
            _note(gathered, oddity, geometry)
    if not gathered.frame:
        raise StudyError(
            f"{source}: the file has no geometries"
            + (" but isolated atoms." if gathered.atoms else "; it is empty.")
        )
    return gathered


def plain_value(value: Any) -> float | int | str | bool | None:
    """A number or word of any library's, as Python's own; None for anything else."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(())[()]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    return value if isinstance(value, bool | int | float | str) else None


def _set_aside(gathered: Gathered, geometry: Geometry, energy: str | None, source: str) -> None:
    number = int(geometry.numbers[0])
    value = None
    if energy is not None and energy in geometry.values:
        value = _energy(gathered, geometry, energy, source)
    if gathered.atoms.get(number) is None:
        gathered.atoms[number] = value
    elif value is not None and value != gathered.atoms[number]:
        raise fault(
            source,
            geometry.frame,
            geometry.line,
            f"is a second isolated atom"
            f" {chemical_symbols[number]} with another energy; keep one of them",
        )
    _note(gathered, "is an isolated atom and is set aside", geometry)


def _note(gathered: Gathered, oddity: str, geometry: Geometry) -> None:
    count, first = gathered.oddities.get(oddity, (0, words(geometry.frame, geometry.line)))
    gathered.oddities[oddity] = count + 1, first


def _take_positions(gathered: Gathered, geometry: Geometry, source: str) -> None:
    numbers, positions = geometry.numbers, geometry.positions
    key = numbers.tobytes()
    if key not in gathered.places:
        first_numbers = gathered.orders[0] if gathered.orders else numbers
        if not np.array_equal(np.sort(first_numbers), np.sort(numbers)):
            raise fault(
                source,
                geometry.frame,
                geometry.line,
                f"is {formula(numbers)}, and {gathered.words(0)} is {formula(first_numbers)}; a"
                " file has one molecule",
            )
        gathered.places[key] = len(gathered.orders)
        gathered.orders.append(numbers)
    if positions.shape != (len(numbers), 3) or not np.isfinite(positions).all():
        raise fault(
            source, geometry.frame, geometry.line, "has positions that are no numbers, or too few"
        )
    gathered.order.append(gathered.places[key])
    gathered.positions.frombytes(np.ascontiguousarray(positions, dtype=float).tobytes())
    gathered.frame.append(geometry.frame)
    gathered.line.append(-1 if geometry.line is None else geometry.line)


def _energy(gathered: Gathered, geometry: Geometry, key: str, source: str) -> float:
    if key not in geometry.values:
        keys = ", ".join(geometry.values) or "none at all"
        raise fault(
            source, geometry.frame, geometry.line, f"has no energy {key!r}; its keys are {keys}"
        )
    value = plain_value(geometry.values[key])
    if isinstance(value, str) and from_fortran(value) != value:
        value = from_fortran(value)
        _note(gathered, EXPONENT, geometry)
    try:
        if isinstance(value, str):
            number = as_read(value)
        else:
            number = np.nan if value is None or isinstance(value, bool) else float(value)
    except ValueError:
        number = np.nan
    if not np.isfinite(number):
        shown = str(geometry.values[key])[:60]
        raise fault(
            source,
            geometry.frame,
            geometry.line,
            f"has {key}={shown!r}, where one finite number without a unit is needed",
        )
    return number


def _forces(geometry: Geometry, key: str, source: str) -> np.ndarray:
    """(atoms, 3) contiguous."""
    forces = geometry.forces
    if forces is None:
        keys = ", ".join(geometry.arrays) or "none at all"
        unnamed = "; columns need a name in Properties" if geometry.line is not None else ""
        raise fault(
            source,
            geometry.frame,
            geometry.line,
            f"has no forces {key!r}; its keys of atoms are {keys}{unnamed}",
        )
    if forces.shape != geometry.positions.shape or forces.dtype.kind not in "fiu":
        raise fault(
            source,
            geometry.frame,
            geometry.line,
            f"has {key} of shape {forces.shape}; forces are three numbers an atom",
        )
    if not np.isfinite(forces).all():
        raise fault(source, geometry.frame, geometry.line, f"has {key} that are not finite")
    return np.ascontiguousarray(forces, dtype=float)


def _note_repeat(gathered: Gathered, first_frames: dict[int, int]) -> None:
    """Count the last frame if its positions are those of an earlier one, to the last digit."""
    frame = len(gathered.frame) - 1
    size = len(gathered.positions) // (frame + 1)
    earlier = first_frames.setdefault(hash(gathered.positions[-size:].tobytes()), frame)
    if earlier != frame:
        repeated, with_other_energy = gathered.repeats
        differs = bool(gathered.energy) and gathered.energy[earlier] != gathered.energy[frame]
        gathered.repeats = repeated + 1, with_other_energy + differs


def column(values: list) -> np.ndarray:
    """Numbers as numbers, and words, or words and numbers, as words."""
    if any(isinstance(value, str) for value in values):
        return np.array([str(value) for value in values])
    return np.array(values)


def complete_columns(gathered: Gathered) -> Mapping[str, np.ndarray]:
    """The columns that all frames have."""
    return {
        key: column(values)
        for key, values in gathered.columns.items()
        if len(values) == len(gathered.frame)
    }
