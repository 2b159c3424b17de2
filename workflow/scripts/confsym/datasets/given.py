"""A study's molecule from geometries that the user gives."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from logging import Logger
from typing import Any, NamedTuple

import numpy as np
from rdkit import Chem

from confsym.datasets import (
    consistency,
    double_bonds,
    handedness,
    order,
    perception,
    reading,
    units,
)
from confsym.datasets.frames import Frames
from confsym.errors import StudyError
from confsym.molecules import graphs, molecule, stereo
from confsym.storage.files import sha256

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # where a cell begins with it


class Given(NamedTuple):
    """What a file was understood to be.

    Parameters
    ----------
    description
        The content of `molecule.json`.
    frames
        Atoms in the order of the description.
    other_bonds
        (n,) whether a geometry has other bonds than the molecule.
    """

    description: dict
    frames: Frames
    other_bonds: np.ndarray


def read(
    path: str,
    settings: Mapping[str, Any],
    config_key: str,
    name: str,
    entry: Mapping[str, Any],
    references: Sequence[tuple[dict, np.ndarray]],
    log: Logger,
) -> Given:
    """Read a file, check it, and say in the log what was found.

    Parameters
    ----------
    path
        The file.
    settings
        How the config says that it is read.
    config_key
        Where the config says so, for error messages.
    name
        The study's name for the molecule.
    entry
        What else the config says of it: smiles, charge, bonds.
    references
        Of a further file, the description of the molecule and the geometries (n, atoms, 3), Å, of
        its own file; empty for that file itself.
    log
        Of the job.

    Raises
    ------
    StudyError
        If the file is not what the config says, or its numbers contradict the units.
    """
    digest = sha256(path)
    require_checksum(digest, settings, config_key)
    frames = reading.read(path, settings, name, config_key)
    for described, reference_positions in references:
        frames = in_molecule_order(described, reference_positions, frames, config_key)
    description = dict(references[0][0]) if references else describe(name, entry, frames)
    report = consistency.report(frames)
    for remark in (*frames.remarks, *report["remarks"]):
        log.info("%s: %s", config_key, remark.removeprefix(f"{config_key}: "))
    consistency.refuse(report, settings, config_key)
    target = molecule.from_description(description)
    if (
        not references
        and stereo.not_as_specified(target, description["stereo"], frames.positions).all()
    ):
        raise StudyError(
            f"{config_key}: no geometry has the configuration that the SMILES "
            f"{description['smiles']} specifies; give the SMILES of what the file shows."
        )
    differ = perception.other_bonds(target, frames.positions)
    in_file = units.stated_units(settings, config_key)
    for sentence in understood(description, frames, differ, in_file):
        log.info(sentence)
    description |= {
        "other_bonds": int(differ.sum()),
        "bonds_when_other": entry.get("bonds", "refuse"),
        "geometries": {"file": settings["file"], "sha256": digest, "units": in_file} | report,
    }
    return Given(description, frames, differ)


def describe(name: str, entry: Mapping[str, Any], frames: Frames) -> dict:
    """Collect what the study needs to know about the molecule of a file: its `molecule.json`.

    Parameters
    ----------
    name
        The study's name for the molecule.
    entry
        Its entry in section molecules: smiles and charge are read, where they are there.
    frames
        Of the file. The atoms keep their order.

    Returns
    -------
    dict
        As `confsym.molecules.molecule.describe` has it, with `atom_order`, and bonds_from:
        "smiles", or "first frame" where the bonds are perceived.

    Raises
    ------
    StudyError
        If the geometries are another molecule than the SMILES, or no molecule.
    """
    config_key = f"molecules.{name}.geometries"
    smiles = entry.get("smiles") or perception.perceive(
        frames.numbers, frames.positions[0], entry.get("charge", 0), config_key
    )
    target = molecule.build(name, smiles)
    _, orders = perception.recognised(target, frames.numbers, frames.positions, config_key)
    chosen = double_bonds.among(target, frames.positions, orders)[0]
    renumbered = np.argsort(chosen).tolist()  # as `Chem.RenumberAtoms` takes it
    source = "smiles" if "smiles" in entry else "first frame"
    return molecule.describe(name, smiles, renumbered) | {"bonds_from": source}


def in_molecule_order(
    description: dict, reference_positions: np.ndarray, frames: Frames, config_key: str
) -> Frames:
    """List the atoms of a further file as those of the molecule's own file.

    `order.nearest` chooses among the orders that bonds allow: two hydrogens on a carbon may be
    equivalent by bonds and different in space. The same holds of atoms that are listed alike, by
    elements and bonds.

    Parameters
    ----------
    description
        The molecule's `molecule.json`.
    reference_positions : (n, atoms, 3)
        Å, geometries of the molecule's own file, of which some are looked at.
    frames
        Of the further file.
    config_key
        Where the config names it, for error messages.

    Raises
    ------
    StudyError
        If it is of another molecule.
    """
    target = molecule.from_description(description)
    numbers = np.array([atom["number"] for atom in description["atoms"]])
    bonds = np.argwhere(np.triu(Chem.GetAdjacencyMatrix(target)))
    onto = order.spread(reference_positions)
    usual = handedness.usual_hands(onto, handedness.spokes(bonds))
    differ = np.ones(len(frames.frame), dtype=bool)
    if np.array_equal(frames.numbers, numbers):
        differ = perception.other_bonds(target, frames.positions)
    if differ.all():
        one, orders = perception.recognised(target, frames.numbers, frames.positions, config_key)
        orders = double_bonds.among(target, frames.positions, orders)
        here = order.nearest(frames.positions[one], orders, numbers, bonds, onto)
    else:
        here, orders = _as_listed(target, frames.positions[~differ], numbers, bonds, onto)
    if (here != np.arange(len(here))).any():
        said = "the atoms are listed in the order of the molecule's own file"
        if len(orders) >= order.MATCHES:
            said += f", by the best of {order.MATCHES} orders, though bonds allow more"
        frames = _listed(frames, np.arange(len(frames.frame)), here, said)
        differ = perception.other_bonds(target, frames.positions)
    kept = np.flatnonzero(~differ)
    turned = handedness.exchanged(frames.positions, kept, usual, numbers, bonds)
    if not turned:
        return frames
    said = (
        f"like atoms of one atom are exchanged in {len(turned)} geometries, by the handedness "
        "that it has in the molecule's own file"
    )
    return _listed(frames, np.array(list(turned)), np.array(list(turned.values())), said)


def _as_listed(
    target: Chem.Mol,
    positions: np.ndarray,
    numbers: np.ndarray,
    bonds: np.ndarray,
    onto: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Find the order of atoms that have the right elements and bonds already: mostly as they are.

    They are listed otherwise where double bonds would be long ones, or where other branches of an
    atom, such as two methyl groups, make more of its hands those of `onto`.

    Returns
    -------
    here : (atoms,)
        Atom k of the molecule is atom here[k] of the file.
    orders : (orders, atoms)
        Those that were compared.
    """
    listed, centres = np.arange(len(numbers)), handedness.spokes(bonds)
    pairs = handedness.like_pairs(centres, numbers, bonds)
    centres = np.delete(centres, list(pairs), axis=0)  # each of those is mended by itself
    usual, some = handedness.usual_hands(onto, centres), order.spread(positions)

    def agreement(one: np.ndarray) -> np.ndarray:
        return handedness.usual_hands(some[:, one], centres) * usual

    wrong = (agreement(listed) < 0).any()
    if not wrong and not double_bonds.is_open(target):
        return listed, listed[None]
    skeleton = graphs.graph(numbers, bonds)
    ways = np.concatenate([listed[None], graphs.matches(skeleton, skeleton, order.MATCHES)])
    orders = double_bonds.among(target, positions, ways)
    here = listed
    if wrong or (orders[0] != listed).any():
        here = order.nearest(positions[0], orders, numbers, bonds, onto)
    better = (agreement(here) > 0).sum() > (agreement(listed) > 0).sum()
    return (here, orders) if better or (orders[0] != listed).any() else (listed, orders)


def _listed(frames: Frames, which: np.ndarray, orders: np.ndarray, said: str) -> Frames:
    """List atoms of some frames (m,) in other orders, (atoms,) or (m, atoms), and say so."""
    orders = np.broadcast_to(orders, (len(which), orders.shape[-1]))

    def moved(values: np.ndarray | None) -> np.ndarray | None:
        if values is not None:
            values = values.copy()
            values[which] = np.take_along_axis(values[which], orders[:, :, None], axis=1)
        return values

    return replace(
        frames,
        positions=moved(frames.positions),
        numbers=frames.numbers[orders[0]],  # of some frames alone like atoms are exchanged
        gradients=moved(frames.gradients),
        remarks=(*frames.remarks, said),
    )


def understood(
    description: dict, frames: Frames, differ: np.ndarray, in_file: Mapping[str, str]
) -> list[str]:
    """Say what a file was understood to be; `in_file` has the units of its quantities."""
    name = description["name"]
    measured = ", ".join(f"{quantity} in {unit}" for quantity, unit in in_file.items())
    return [
        molecule.understood(description),
        f"molecules.{name}: {len(frames.frame)} geometries; bonds from the "
        f"{'SMILES' if description['bonds_from'] == 'smiles' else 'distances in the first frame'}; "
        f"{int(differ.sum())} have other bonds, by their distances",
        f"molecules.{name}: the file has {measured}; results have kcal/mol and Å",
    ]


def require_checksum(digest: str, settings: Mapping[str, Any], config_key: str) -> None:
    """Refuse another file than the one that the config means.

    Raises
    ------
    StudyError
        If the config gives a SHA-256 and the file has another.
    """
    expected = settings.get("sha256", digest)
    if expected != digest:
        raise StudyError(
            f"{config_key}: the SHA-256 of {settings['file']} is {digest}, and sha256 says "
            f"{expected}; get the file that is meant, or correct sha256."
        )


def split_column(frames: Frames, column: str, config_key: str) -> np.ndarray:
    """(n,) str what the file says of each frame under the key that the study splits by.

    Raises
    ------
    StudyError
        If not every frame has it, or a word would be a formula in a spreadsheet.
    """
    if column not in frames.columns:
        available = ", ".join(frames.columns) or "none"
        raise StudyError(
            f"split.column is {column!r}, which not every geometry of {config_key} has; every one "
            f"has: {available}."
        )
    cells = frames.columns[column]
    if cells.dtype.kind == "U" and (
        formulas := [cell for cell in cells if cell.startswith(FORMULA)]
    ):
        raise StudyError(
            f"{config_key}: {column!r} of a frame is {formulas[0]!r}, which a spreadsheet would "
            "take for a formula to run; let the words that split.column names begin with a letter"
            " or digit."
        )
    return cells.astype(str)


def energies(frames: Frames) -> dict[str, np.ndarray]:
    """The arrays of a part of the energies, as `confsym.energies.parts.compute` has them.

    Returns
    -------
    dict
        conformer (n,); energy_kcal_mol (n,) and gradients (n, atoms, 3), kcal/mol/Å, where the file
        has them.
    """
    arrays = {"energy_kcal_mol": frames.energy, "gradients": frames.gradients}
    available = {name: values for name, values in arrays.items() if values is not None}
    return {"conformer": np.arange(len(frames.frame))} | available
