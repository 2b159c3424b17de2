"""ASE's databases, and whatever else ASE reads frame by frame."""

import re
import sqlite3
import warnings
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.db import connect
from ase.io import iread
from ase.io.formats import UnknownFileTypeError, filetype, ioformats, open_with_compression

from confsym.datasets.elements import numbers_of
from confsym.datasets.frames import Geometry, fault, words
from confsym.datasets.units_in_file import QUANTITY
from confsym.datasets.xyz import BOX, PERIODIC
from confsym.errors import StudyError

# A file of a user's is data: these would reach for a server or a folder, or run code.
REFUSED = ("bundletrajectory", "mysql", "postgresql", "py")
DATABASES = ("db", "json")  # the user's own numbers; from other programs ASE makes eV and Å
PROPERTY_UNITS = "property_unit_dict"
UNDERSCORED = re.compile(rb"(?<!\S)[-+]?(?=[\d.]*\d_\d)[\d_]+\.[\d_]*(?:[eE][-+]?\d+)?(?!\S)")
NESTED = ("key_value_pairs", "data")  # where a database's rows keep what is the user's own
NAME = "unique_id"  # of a row, which says nothing


def read_ase(
    path: str, energy: str | None, forces: str | None, units: dict[str, list[str]], source: str
) -> Iterator[Geometry]:
    """Read a file frame by frame with ASE.

    Parameters
    ----------
    path
        The file.
    energy, forces
        The keys of what is wanted; those of forces are among a calculator's results or the arrays
        of atoms.
    units
        Filled with what a database says of the units of these and of positions, in its metadata.
    source
        Setting and file, for error messages.

    Raises
    ------
    StudyError
        If ASE does not know the format or cannot read a frame.
    """
    try:
        kind = filetype(path)
    except UnknownFileTypeError:
        kind = "unknown"
    if kind in REFUSED or kind not in ioformats:
        raise StudyError(
            f"{source}: this is no format that is read; write extended XYZ (.xyz), an ASE database"
            " (.db), .npz or .sdf."
        )
    if ioformats[kind].acceptsfd and not ioformats[kind].isbinary:
        _refuse_underscores(path, source)
    frame = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        images = _rows(path, energy, forces, units) if kind in DATABASES else _images(path, kind)
        while True:
            try:
                atoms = next(images, None)
            except Exception as error:  # each of ASE's readers raises what it likes
                reason = f"{type(error).__name__}: {error}".splitlines()[0]
                raise StudyError(
                    f"{source}: ASE cannot read {words(frame)} as {kind} ({reason}); write"
                    " extended XYZ and call it .xyz."
                ) from None
            if atoms is None:
                return
            yield _geometry(atoms, frame, kind, forces, source)
            frame += 1


def _images(path: str, kind: str) -> Iterator[Atoms]:
    return iread(path, ":", format=kind, do_not_split_by_at_sign=True)


def _refuse_underscores(path: str, source: str) -> None:
    """Refuse a text with 1_0.5, which ASE, as Python, takes for 10.5."""
    with open_with_compression(path, "rb") as file:
        for line, text in enumerate(file, start=1):
            if b"_" in text and (found := UNDERSCORED.search(text)):
                raise StudyError(
                    f"{source}: line {line} has {found[0].decode()!r} for a number, which only "
                    "Python would read; write numbers without underscores."
                )


def _rows(
    path: str, energy: str | None, forces: str | None, units: dict[str, list[str]]
) -> Iterator[Atoms]:
    """A database's rows with the keys that users added, which `iread` leaves out.

    ASE would make its own tables in a database of other content, so that is refused first.
    """
    if path.endswith(".db"):
        uri = f"{Path(path).resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            connection.execute("select count(*) from systems")
    database = connect(path, serial=True, use_lock_file=False)
    units.update(_units(database.metadata, energy, forces))
    for row in database.select():
        yield row.toatoms(add_additional_information=True)


def _units(
    metadata: Mapping, energy: str | None, forces: str | None
) -> Iterator[tuple[str, list[str]]]:
    """What a database says of units: SchNetPack's keys of metadata, and those of any file."""
    for key, said in metadata.items():
        name = key.lstrip("_")
        if name in QUANTITY and isinstance(said, str):
            yield name, [said]
        elif name == PROPERTY_UNITS and isinstance(said, dict):
            for quantity, wanted in (("energy_unit", energy), ("force_unit", forces)):
                if isinstance(said.get(wanted), str):
                    yield quantity, [said[wanted]]


def _geometry(atoms: Atoms, frame: int, kind: str, forces: str | None, source: str) -> Geometry:
    results = dict(atoms.calc.results) if atoms.calc else {}
    values = {key: value for key, value in atoms.info.items() if key not in (*NESTED, NAME)}
    arrays = {
        key: value for key, value in atoms.arrays.items() if key not in ("numbers", "positions")
    }
    nested = [atoms.info.get(key) for key in NESTED]
    for found in [results, *(one for one in nested if isinstance(one, dict))]:
        for key, value in found.items():
            destination = (
                arrays if np.shape(value)[:1] == (len(atoms),) and len(atoms) > 1 else values
            )
            if key in destination and not np.array_equal(destination[key], value):
                raise fault(source, frame, None, f"has two values of {key!r} that differ")
            destination[key] = value
    oddities = []
    if atoms.pbc.any():
        oddities.append(PERIODIC)
    elif atoms.cell.any():
        oddities.append(BOX)
    if kind not in (*DATABASES, "traj"):
        oddities.append(
            f"is read by ASE as {kind}, which gives eV and Å whatever the program wrote"
        )
    numbers, _ = numbers_of(tuple(atoms.get_chemical_symbols()), source, frame, None)
    force_array = arrays.get(forces) if forces else None
    return Geometry(
        frame,
        None,
        numbers,
        atoms.positions,
        values,
        None if force_array is None else np.asarray(force_array),
        tuple(arrays),
        tuple(oddities),
    )
