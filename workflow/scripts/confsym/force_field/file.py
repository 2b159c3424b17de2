"""The file of a force field: JSON and arrays in a zip file. Nothing in it can run.

    force_field.json    what `ForceField` says, and the numbers of the model's state
    arrays/{name}.npy   the arrays of the model's state, without pickles
    CITATION.cff        whom to cite

The format has a version, and a file of another version is refused.
"""

import json
import lzma
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np

from confsym.datasets.elements import formula
from confsym.errors import StudyError
from confsym.force_field.ranges import Ranges
from confsym.force_field.record import UNITS, ForceField, Level, Training
from confsym.models.registry import MODELS
from confsym.registry import resolve
from confsym.storage import zipped

FORMAT, VERSION = "confsym force field", 3
NAME = "force_field.zip"
HEAD, CITATION, ARRAYS = "force_field.json", "CITATION.cff", "arrays/"

# What is raised where a part is missing or of another kind, and where an array cannot be read.
UNFIT = (ArithmeticError, AttributeError, EOFError, LookupError, TypeError, ValueError)
NO_ARRAY = (EOFError, MemoryError, TokenError, ValueError)
# All that the standard library raises of a zip file that is damaged, encrypted or of another kind.
DAMAGED = (EOFError, NotImplementedError, OSError, RuntimeError, ValueError)
DAMAGED += (zipfile.BadZipFile, zlib.error, lzma.LZMAError)


def write(path: str | Path, force_field: ForceField) -> None:
    """Write a force field, with the same bytes for the same content."""
    state, arrays = force_field.model.state()
    head = {
        "format": FORMAT,
        "version": VERSION,
        "experiment": force_field.experiment,
        "molecule": force_field.molecule,
        "units": UNITS,
        "level": asdict(force_field.level),
        "baseline": force_field.baseline and asdict(force_field.baseline),
        "training": asdict(force_field.training),
        "model": {"kind": force_field.kind, "state": state},
        "commit": force_field.commit,
    }
    text = json.dumps(head, indent=1, ensure_ascii=False, allow_nan=False)
    members = {HEAD: f"{text}\n".encode(), CITATION: force_field.citation.encode()}
    members |= {f"{ARRAYS}{name}.npy": _bytes(array) for name, array in arrays.items()}
    zipped.write(path, members)


def read(path: str | Path) -> ForceField:
    """Read a force field.

    Raises
    ------
    StudyError
        If the file is not there, is damaged, of another kind, or of another version of the format.
    """
    path = Path(path)
    if not path.is_file():
        raise StudyError(f"{path} is not there; run the study's target forces, which writes it.")
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            members = {name: archive.read(name) for name in names if _is_part(name)}
    except DAMAGED as error:
        raise StudyError(
            f"{path} is no whole zip file ({_short(error)}); copy or export it again."
        ) from None
    head = _head(path, members)
    try:
        force_field = _built(path, head, members)
        _try(force_field)
        return force_field
    except UNFIT as error:
        if isinstance(error, StudyError):
            raise
        raise StudyError(
            f"{path} lacks a part of a force field, or has a damaged one "
            f"({type(error).__name__}: {_short(error)}); export it again."
        ) from None


def _head(path: Path, members: Mapping[str, bytes]) -> dict[str, Any]:
    """What is not an array, of a file of this format and version."""
    try:
        head = json.loads(members[HEAD])
        kind, version = head["format"], head["version"]
    except (KeyError, RecursionError, TypeError, ValueError):
        kind = version = None
    if kind != FORMAT:
        raise StudyError(
            f"{path} is no force field of confsym: it has no {HEAD} that says so; name a "
            f"{NAME}, or the folder of an experiment that has one."
        )
    if version != VERSION:
        raise StudyError(
            f"{path} has version {version} of the format of force fields and this confsym reads "
            f"version {VERSION}; export it again, or install the confsym that wrote it "
            f"(commit {head.get('commit') or 'unknown'})."
        )
    return head


def _built(path: Path, head: Mapping[str, Any], members: Mapping[str, bytes]) -> ForceField:
    kind, state = head["model"]["kind"], head["model"]["state"]
    if kind not in MODELS or not MODELS[kind].fitted:
        raise StudyError(
            f"{path} has a model of kind {kind!r}, which this confsym does not know; install the "
            f"confsym that wrote it (commit {head['commit'] or 'unknown'})."
        )
    if head["units"] != UNITS:
        raise StudyError(
            f"{path} has units {head['units']}, but a force field has {UNITS}; export it again."
        )
    arrays = {
        name.removeprefix(ARRAYS).removesuffix(".npy"): _array(path, name, content)
        for name, content in members.items()
        if name.startswith(ARRAYS)
    }
    for name, array in arrays.items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise ValueError(f"{name} has numbers that are not finite")
    try:
        model = resolve(MODELS[kind].fitted).from_state(state, arrays)
    except ModuleNotFoundError as error:
        raise StudyError(
            f"{path} has a model of kind {kind}, which needs the package {error.name}; install it."
        ) from None
    return ForceField(
        experiment=head["experiment"],
        molecule=head["molecule"],
        level=Level(**head["level"]),
        baseline=head["baseline"] and Level(**head["baseline"]),
        training=_training(**head["training"]),
        kind=kind,
        model=model,
        citation=members[CITATION].decode(),
        commit=head["commit"],
    )


def _try(force_field: ForceField) -> None:
    """Use all that a calculator uses, so that what does not fit together fails here.

    Atoms on a helix, none of them near another, have an energy and forces of any model.
    """
    training = force_field.training
    numbers = training.geometries, training.lowest, training.highest, training.reach
    if not np.isfinite([*numbers, *training.lengths]).all():
        raise ValueError("numbers of the training geometries are not finite")
    if len(training.lengths) != len(force_field.topology.bonds):
        raise ValueError("lengths are of another number of bonds")
    for name in ("name", "formula"):
        force_field.molecule[name]
    angle = np.arange(len(force_field.topology.numbers), dtype=float)
    helix = np.column_stack([2 * np.cos(angle), 2 * np.sin(angle), angle])[None]
    formula(force_field.topology.numbers)
    model = force_field.model
    found = [force_field.distance(helix), *model.energies_and_forces(helix)]
    if hasattr(model, "deviations"):
        found += model.deviations(helix)
    shapes = [(1,), (1,), helix.shape, (1,), helix.shape]
    if [one.shape for one in found] != shapes[: len(found)]:
        raise ValueError("the model is of another number of atoms")
    if not all(np.isfinite(one).all() for one in found):
        raise ValueError("the model's energies or forces are not finite")


def _training(
    lengths: Sequence[float], ranges: Mapping[str, Any] | None, **numbers: Any
) -> Training:
    distance_ranges = ranges and Ranges(*(tuple(ranges[name]) for name in ("least", "most")))
    return Training(**numbers, lengths=tuple(lengths), ranges=distance_ranges)


def _bytes(array: np.ndarray) -> bytes:
    buffer = BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def _array(path: Path, name: str, content: bytes) -> np.ndarray:
    try:
        return np.lib.format.read_array(BytesIO(content), allow_pickle=False)
    except NO_ARRAY as error:
        raise StudyError(
            f"{path}: {name} is no array of numbers ({_short(error)}), and nothing else is loaded; "
            "export it again."
        ) from None


def _is_part(name: str) -> bool:
    return name in (HEAD, CITATION) or (name.startswith(ARRAYS) and name.endswith(".npy"))


def _short(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
