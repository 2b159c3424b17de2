"""ASE's databases, and whatever else ASE reads frame by frame."""

import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.db import connect
from ase.io import iread
from ase.io.formats import UnknownFileTypeError, filetype, ioformats

from confsym.datasets.elements import numbers_of
from confsym.datasets.frames import Geometry, fault, words
from confsym.datasets.xyz import BOX, PERIODIC
from confsym.errors import StudyError

# A file of a user's is data: these would reach for a server or a folder, or run code.
REFUSED = ("bundletrajectory", "mysql", "postgresql", "py")
DATABASES = ("db", "json")  # the user's own numbers; from other programs ASE makes eV and Å
NESTED = ("key_value_pairs", "data")  # where a database's rows keep what is the user's own
NAME = "unique_id"  # of a row, which says nothing


def read_ase(path: str, forces: str | None, source: str) -> Iterator[Geometry]:
    """Read a file frame by frame with ASE.

    Parameters
    ----------
    path
        The file.
    forces
        The key of forces, among a calculator's results or the arrays of atoms.
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
    frame = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        images = _rows(path) if kind in DATABASES else _images(path, kind)
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


def _rows(path: str) -> Iterator[Atoms]:
    """A database's rows with the keys that users added, which `iread` leaves out.

    ASE would make its own tables in a database of other content, so that is refused first.
    """
    if path.endswith(".db"):
        uri = f"{Path(path).resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            connection.execute("select count(*) from systems")
    for row in connect(path, serial=True, use_lock_file=False).select():
        yield row.toatoms(add_additional_information=True)


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
