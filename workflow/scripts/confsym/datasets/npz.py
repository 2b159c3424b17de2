"""NumPy's .npz files in the spellings of MD17, sGDML, rMD17 and mlp-train."""

from collections.abc import Iterator
from zipfile import BadZipFile

import numpy as np

from confsym.datasets.elements import numbers_of
from confsym.datasets.frames import Geometry
from confsym.datasets.units_in_file import QUANTITY
from confsym.errors import StudyError

POSITIONS = ("R", "coords", "coordinates", "positions", "pos")
NUMBERS = ("z", "Z", "nuclear_charges", "numbers", "atomic_numbers", "species", "elements")


def read_npz(
    path: str, energy: str | None, forces: str | None, units: dict[str, list[str]], source: str
) -> Iterator[Geometry]:
    """Read a file of arrays; nothing in it is unpickled.

    Parameters
    ----------
    path
        The file.
    energy, forces
        The keys of the arrays that are wanted; forces are given apart.
    units
        Filled with what the file says under its keys of units.
    source
        Setting and file, for error messages.

    Raises
    ------
    StudyError
        If it is no such file, an array is missing or has another shape, or holds objects.
    """
    try:
        archive = np.load(path, allow_pickle=False)
    except (ValueError, BadZipFile, EOFError, OSError) as error:
        # NumPy takes for a pickle what it does not know, and says how to load one.
        reason = "" if "pickle" in str(error) else f": {error}"
        raise StudyError(
            f"{source}: this is no .npz file of plain arrays{reason}; write it with numpy.savez."
        ) from None
    if isinstance(archive, np.ndarray):
        raise StudyError(f"{source}: this is one array; save positions and numbers as .npz.")
    with archive:
        units.update(_units(archive, source))
        yield from _geometries(archive, energy, forces, source)


def _units(archive: np.lib.npyio.NpzFile, source: str) -> Iterator[tuple[str, list[str]]]:
    for key in archive.files:
        if key not in QUANTITY:
            continue
        said = _array(archive, key, source, objects=True)
        if said is None:
            yield key, ["a Python object"]
        elif said.size == 1:
            word = said.reshape(-1)[0]
            yield key, [word.decode(errors="replace") if said.dtype.kind == "S" else str(word)]
        else:
            yield key, [str(said.tolist())]


def _geometries(
    archive: np.lib.npyio.NpzFile, energy: str | None, forces: str | None, source: str
) -> Iterator:
    keys = archive.files
    key = _spelt(keys, POSITIONS, "positions", source)
    positions = _array(archive, key, source)
    if positions.ndim != 3 or positions.shape[2] != 3 or positions.dtype.kind not in "fiu":
        raise StudyError(
            f"{source}: {key} is {positions.dtype} of shape {positions.shape}; positions are"
            " numbers of shape (n, atoms, 3)."
        )
    n, atoms, _ = positions.shape
    elements = _spelt(keys, NUMBERS, "atomic numbers", source)
    symbols = _symbols(archive, elements, n, atoms, source)
    force_array = None if forces not in keys else _array(archive, forces, source)
    if force_array is not None and (
        force_array.shape != positions.shape or force_array.dtype.kind not in "fiu"
    ):
        raise StudyError(
            f"{source}: {forces} is {force_array.dtype} of shape {force_array.shape}; forces are"
            f" numbers of the shape of {key}, {positions.shape}."
        )
    values, arrays = {}, []
    for name in keys:
        array = (
            None if name in (key, elements, forces) else _array(archive, name, source, objects=True)
        )
        if array is None:
            arrays += [name] * (name == forces)
        elif array.shape in ((n,), (n, 1)) and array.dtype.kind in "biufSU":
            # Of more than double precision, a number is none of Python's own.
            values[name] = array.reshape(n).astype(
                float if array.dtype.kind == "f" else array.dtype
            )
        elif array.shape == positions.shape:
            arrays.append(name)
        elif array.ndim and array.dtype.kind in "fiu" and len(array) == n:
            values[name] = array  # no number a frame: the energy's reader says so
        elif name == energy:
            raise StudyError(
                f"{source}: {energy} is {array.dtype} of shape {array.shape}; energies are numbers"
                f" of shape ({n},)."
            )
    for frame in range(n):
        row = symbols[frame % len(symbols)]
        numbers, oddities = numbers_of(row, source, frame, None)
        oddities = () if row[0].isdecimal() else oddities
        yield Geometry(
            frame,
            None,
            numbers,
            positions[frame].astype(float),
            {name: array[frame] for name, array in values.items()},
            None if force_array is None else force_array[frame].astype(float),
            tuple(arrays),
            oddities,
        )


def _spelt(keys: list[str], spellings: tuple[str, ...], quantity: str, source: str) -> str:
    matching = [name for name in spellings if name in keys]
    if len(matching) != 1:
        several = "several arrays could be" if matching else "no array is known to be"
        raise StudyError(
            f"{source}: {several} {quantity} ({', '.join(matching or spellings)}) among"
            f" {', '.join(keys)}; keep one of them under such a name."
        )
    return matching[0]


def _array(
    archive: np.lib.npyio.NpzFile, key: str, source: str, *, objects: bool = False
) -> np.ndarray | None:
    try:
        return archive[key]
    except ValueError as error:
        if objects:
            return None
        if "allow_pickle" not in str(error):
            raise StudyError(f"{source}: {key} cannot be read: {error}.") from None
        raise StudyError(
            f"{source}: {key} holds Python objects, which are not read, since they can run code;"
            f" save it as an array of numbers."
        ) from None


def _symbols(
    archive: np.lib.npyio.NpzFile, key: str, n: int, atoms: int, source: str
) -> list[tuple[str, ...]]:
    """Symbols or numbers as text: one row for all frames or one a frame."""
    array = _array(archive, key, source)
    if array.dtype.kind == "f" and (array == np.round(array)).all():
        array = array.astype(int)
    if array.shape not in ((atoms,), (n, atoms)) or array.dtype.kind not in "iuUS":
        raise StudyError(
            f"{source}: {key} is {array.dtype} of shape {array.shape}; atomic numbers are integers"
            f" of shape ({atoms},) or ({n}, {atoms})."
        )
    if array.dtype.kind == "S":
        array = np.char.decode(array)
    rows = array.reshape(-1, atoms)
    if len(rows) > 1 and (rows == rows[0]).all():
        rows = rows[:1]
    return [tuple(map(str, row)) for row in rows.tolist()]
