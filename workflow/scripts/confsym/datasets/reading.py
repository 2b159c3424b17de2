"""A user's file of geometries, read, understood and doubted."""

import zlib
from collections.abc import Iterator, Mapping
from lzma import LZMAError
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from ase.data import chemical_symbols, covalent_radii
from ase.io.formats import get_compression

from confsym.datasets import ase_files, npz, sdf, units, units_in_file, xyz
from confsym.datasets.elements import formula
from confsym.datasets.frames import Frames, Geometry, number
from confsym.datasets.gathering import Gathered, complete_columns, gather
from confsym.datasets.order import MATCHES, put_back
from confsym.errors import StudyError

POINTER = b"version https://git-lfs"  # what a clone without Git LFS has in the place of a file
COARSE = 1e-3  # kcal/mol: steps of energies that are worth a word
NEAREST, WIDEST = 0.3, 1e4  # Å: no two atoms are nearer than that, no molecule here is so wide
MOST = 100  # characters of what a library says of a broken file
WHOLE = (".npz", ".sdf", ".sd", ".mol", ".db", ".json")  # which no reader here unpacks
CHUNK = 1000  # frames whose distances are in memory at once
SHORT, LONG = 0.7, 1.4  # of the sum of covalent radii: where the nearest atom of any molecule is


def read(path: str | Path, settings: Mapping, name: str, config_key: str) -> Frames:
    """Read a file of geometries of one molecule.

    Parameters
    ----------
    path
        Extended XYZ, SDF, .npz (MD17, sGDML, rMD17, mlp-train), or anything that ASE reads.
    settings
        `file`, as the study calls it; `energy`, `forces` or `gradients`: the file's keys, where
        wanted; `energy_unit`, `length_unit`, `force_unit`; `isolated_atoms`: `set_aside` or
        `reference` (energies are then those above the isolated atoms).
    name
        The study's name of the molecule.
    config_key
        Where the settings stand, for error messages.

    Returns
    -------
    Frames
        In kcal/mol and Å; energies are the file's own, in other units.

    Raises
    ------
    StudyError
        If anything in the file is not what it should be: which frame, which line, what.
    """
    source = f"{config_key}: {settings.get('file', path)}"
    names = units.stated_units(settings, config_key)
    key = units.forces_key(settings, config_key)
    if not Path(path).is_file():
        what = "is a folder" if Path(path).is_dir() else "does not exist"
        raise StudyError(f"{source}: {path} {what}; name a file of geometries.")
    with Path(path).open("rb") as file:
        if file.read(len(POINTER)) == POINTER:
            raise StudyError(
                f"{source}: this is a pointer of Git LFS and no data; fetch it with git lfs pull."
            )
    keys, in_file = (settings.get("energy"), key), {}
    try:
        gathered = gather(_geometries(str(path), *keys, in_file, source), *keys, source)
    except (OSError, EOFError, UnicodeDecodeError, BadZipFile, LZMAError, zlib.error) as error:
        why = str(error).splitlines()[0][:MOST] if str(error) else type(error).__name__
        raise StudyError(f"{source}: the file cannot be read to its end: {why}.") from None
    in_file |= {
        name: list(map(str, values))
        for name, values in gathered.columns.items()
        if name in units_in_file.QUANTITY
    }
    unknown = units_in_file.compared(in_file, names, settings, source)
    numbers = gathered.orders[0]
    shape = (len(gathered.frame), len(numbers), 3)
    positions = np.frombuffer(gathered.positions).reshape(shape)
    positions *= units.LENGTH_UNITS[names["length"]]
    _refuse_width(gathered, positions, source)
    _refuse_length(positions[0], numbers, names["length"], source)
    _refuse_overlap(gathered, positions, source)
    remarks = [
        f"{source}: {name} has {shape[0]} geometries of {formula(numbers)}.",
        *_oddity_remarks(gathered),
    ]
    gradients = None
    if key is not None:
        gradients = np.frombuffer(gathered.forces).reshape(shape)
        remarks += _zero(gathered, gradients, source)
        sign = 1.0 if settings.get("gradients") else -1.0
        gradients *= sign * units.FORCE_UNITS[names["force"]]
    remarks += _put_back(gathered, positions, gradients, source)
    energy = None
    if settings.get("energy"):
        energy = np.frombuffer(gathered.energy) * units.ENERGY_UNITS[names["energy"]]
        remarks += _single_precision(gathered, names["energy"]) or _rounded(
            gathered, names["energy"]
        )
        if settings.get("isolated_atoms") == "reference":
            energy, remark = _above_atoms(gathered, energy, numbers, names["energy"], source)
            remarks.append(remark)
    remarks += _unused(gathered, settings) + _assumed(settings, names) + unknown
    return Frames(
        positions=positions,
        numbers=np.array(numbers),
        frame=np.frombuffer(gathered.frame, dtype=np.int64).astype(int),
        energy=energy,
        gradients=gradients,
        columns=dict(complete_columns(gathered)),
        remarks=tuple(remarks),
    )


def _geometries(
    path: str, energy: str | None, forces: str | None, in_file: dict[str, list[str]], source: str
) -> Iterator[Geometry]:
    """The reader of a file, by the end of its name; `in_file` gets units that it states once."""
    plain, packed = get_compression(path)
    suffix = Path(plain).suffix.lower()
    if packed and suffix in WHOLE:
        raise StudyError(f"{source}: a {suffix} file that is packed is not read; unpack it.")
    if suffix in (".xyz", ".extxyz"):
        return xyz.read_xyz(path, forces, source)
    if suffix == ".npz":
        return npz.read_npz(path, energy, forces, in_file, source)
    if suffix in (".sdf", ".sd", ".mol"):
        if forces is not None:
            raise StudyError(f"{source}: an SDF file has no forces; name none.")
        return sdf.read_sdf(path, source)
    return ase_files.read_ase(path, energy, forces, in_file, source)


def _refuse_length(positions: np.ndarray, numbers: np.ndarray, unit: str, source: str) -> None:
    """Refuse a first frame (atoms, 3) whose nearest atoms are too near or too far for bonds."""
    radii = covalent_radii[numbers]
    distance = np.linalg.norm(positions[:, None] - positions, axis=2)
    ratio = distance / (radii[:, None] + radii)
    np.fill_diagonal(ratio, np.inf)
    typical = float(np.median(ratio.min(axis=1)))
    if SHORT < typical < LONG:
        return
    fitting = [
        other
        for other, size in units.LENGTH_UNITS.items()
        if SHORT < typical * size / units.LENGTH_UNITS[unit] < LONG
    ]
    cause = f"; they fit {' or '.join(fitting)}" if fitting else ""
    raise StudyError(
        f"{source}: atoms that should be bonded are {number(typical, 2)} times as far apart as"
        f" bonds are long if positions are in {unit}{cause}: check length_unit."
    )


def _refuse_width(gathered: Gathered, positions: np.ndarray, source: str) -> None:
    """Refuse frames (n, atoms, 3), Å, where an atom is far off."""
    for k, frame in enumerate(positions):
        if (wide := np.ptp(frame, axis=0).max()) > WIDEST:
            raise StudyError(
                f"{source}: {gathered.words(k)} is {wide:.1e} Å wide; mend that frame, or leave it"
                " out, or check length_unit."
            )


def _refuse_overlap(gathered: Gathered, positions: np.ndarray, source: str) -> None:
    """Refuse frames (n, atoms, 3), Å, where two atoms are in one place."""
    first, second = np.triu_indices(positions.shape[1], 1)
    for start in range(0, len(positions) if len(first) else 0, CHUNK):
        chunk = positions[start : start + CHUNK]
        square = ((chunk[:, first] - chunk[:, second]) ** 2).sum(axis=2)
        nearest = square.argmin(axis=1)
        distance = np.sqrt(square.min(axis=1))
        if (distance < NEAREST).any():
            k = int((distance < NEAREST).argmax())
            pair = f"{first[nearest[k]]} and {second[nearest[k]]}"
            raise StudyError(
                f"{source}: in {gathered.words(start + k)} atoms {pair}, counted from 0, are"
                f" {distance[k]:.2f} Å apart; mend that frame, or leave it out."
            )


def _oddity_remarks(gathered: Gathered) -> list[str]:
    """Say what was unusual and handled."""
    remarks = []
    for oddity, (count, first) in gathered.oddities.items():
        also = f", the first of {count} such frames," if count > 1 else ""
        remarks.append(f"{first.capitalize()}{also} {oddity}.")
    repeated, with_other_energy = gathered.repeats
    if repeated:
        remarks.append(f"Frames that repeat the positions of an earlier one exactly: {repeated}.")
    if with_other_energy:
        remarks.append(
            f"Frames that repeat an earlier one, with another energy: {with_other_energy}."
        )
    incomplete = [
        key for key, values in gathered.columns.items() if 0 < len(values) < len(gathered.frame)
    ]
    if incomplete:
        remarks.append(f"Some frames have no value of {', '.join(incomplete)}, which are left out.")
    return remarks


def _zero(gathered: Gathered, forces: np.ndarray, source: str) -> list[str]:
    """Say which frames have no force at all; refuse the file if none has one."""
    zero = np.array([not frame.any() for frame in forces])
    if zero.all():
        raise StudyError(f"{source}: all forces of all frames are zero; name none, or mend them.")
    if not zero.any():
        return []
    first = gathered.words(int(zero.argmax()))
    return [f"Frames where every force is exactly zero: {zero.sum()}, the first of them {first}."]


def _put_back(
    gathered: Gathered, positions: np.ndarray, gradients: np.ndarray | None, source: str
) -> list[str]:
    """List the atoms of all frames in one order, in place, and say what was changed."""
    order = np.frombuffer(gathered.order, dtype=np.int64)
    back = put_back(positions, order, gathered.orders)
    if back.lost:
        raise StudyError(
            f"{source}: {gathered.words(back.lost[0])} lists its atoms in another order than"
            f" {gathered.words(0)}, and its bonds do not say which; list them in one order."
        )
    for k, permutation in back.permutations.items():
        positions[k] = positions[k][permutation]
        if gradients is not None:
            gradients[k] = gradients[k][permutation]
    cases = {
        "with atoms in another order, put into that of the others by their bonds": (
            back.permutations.keys() - set(back.turned)
        ),
        "with like atoms or groups of one atom exchanged, put back by its handedness": back.turned,
        "where a hydrogen is nearer to another atom than in the others, and which are kept": (
            back.moved
        ),
        "where a bond of the molecule is torn, and which are kept": back.broken,
        f"put back by the best of {MATCHES} orders, though bonds allow more": back.cut,
    }
    return [
        f"Frames {case}: {len(which)}, the first of them {gathered.words(min(which))}."
        for case, which in cases.items()
        if len(which)
    ]


def _single_precision(gathered: Gathered, unit: str) -> list[str]:
    """Say how coarse energies are that have the digits of single precision."""
    energy = np.frombuffer(gathered.energy)
    if not (np.abs(energy) < np.finfo(np.float32).max).all():
        return []
    single = energy.astype(np.float32)
    step = float(np.spacing(np.abs(single).max()))
    coarse = step * units.ENERGY_UNITS[unit]
    if len(energy) < 3 or coarse < COARSE or not np.array_equal(single, energy):
        return []
    return [
        f"Energies are in single precision, whose steps here are {number(step, 2)} {unit}, or"
        f" {number(coarse, 2)} kcal/mol: no energy is better known than that."
    ]


def _rounded(gathered: Gathered, unit: str) -> list[str]:
    """Say how coarse energies are that were written with few decimals."""
    energy, size = np.frombuffer(gathered.energy), units.ENERGY_UNITS[unit]
    decimals = next((k for k in range(7) if np.array_equal(energy.round(k), energy)), None)
    if len(energy) < 3 or decimals is None or 10.0**-decimals * size < COARSE:
        return []
    step = 10.0**-decimals
    return [
        f"Energies are multiples of {number(step, 1)} {unit}, or {number(step * size, 2)} kcal/mol:"
        " no energy is better known than that."
    ]


def _above_atoms(
    gathered: Gathered, energy: np.ndarray, numbers: np.ndarray, unit: str, source: str
) -> tuple[np.ndarray, str]:
    """Energies above those of the isolated atoms, and the sentence that says so."""
    missing = [
        chemical_symbols[z] for z in np.unique(numbers) if gathered.atoms.get(int(z)) is None
    ]
    if missing:
        raise StudyError(
            f"{source}: isolated_atoms are the reference, and the file has no isolated atom with an"
            f" energy of {', '.join(missing)}."
        )
    atoms = sum(gathered.atoms[z] for z in numbers.tolist()) * units.ENERGY_UNITS[unit]
    return energy - atoms, f"Energies are those above the file's isolated atoms, {atoms} kcal/mol."


def _unused(gathered: Gathered, settings: Mapping) -> list[str]:
    """Say what the file has beside what settings name."""
    used = {settings.get(key) for key in ("energy", "forces", "gradients")}
    values, arrays = ([key for key in keys if key not in used] for keys in gathered.keys)
    remarks = []
    if not settings.get("energy"):
        remarks.append(f"No energy is named; frames have {', '.join(values) or 'no keys'}.")
    elif unused := [key for key in values if "energ" in key.lower() or key == "E"]:
        remarks.append(f"Energies are {settings['energy']}; not used: {', '.join(unused)}.")
    if not (settings.get("forces") or settings.get("gradients")):
        remarks.append(f"No forces are named; atoms have {', '.join(arrays) or 'no keys'}.")
    elif unused := [key for key in arrays if "force" in key.lower() or "grad" in key.lower()]:
        remarks.append(f"Not used: {', '.join(unused)}.")
    return remarks


def _assumed(settings: Mapping, names: Mapping[str, str]) -> list[str]:
    remarks = []
    if not settings.get("length_unit"):
        remarks.append("Positions are taken to be in angstrom, since no length_unit is stated.")
    if "force" in names and not settings.get("force_unit"):
        remarks.append(f"Forces are taken to be in {names['force']}.")
    return remarks
