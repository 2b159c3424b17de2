"""The study's conformers and energies, as the teaching figures draw from them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from confsym.conformers import ensemble, split
from confsym.energies import tables
from confsym.errors import StudyError
from confsym.features.internal import internal_coordinates
from confsym.molecules.topology import Topology
from confsym.storage import files

LEAST_TRAIN = 40  # training conformers: below, resamples of them are all alike
LEAST_COLUMNS = 3
HYDROGEN = 1


@dataclass(frozen=True, eq=False)
class Sample:
    """Conformers of one molecule with their energies.

    Parameters
    ----------
    name
        The study's name for the molecule.
    topology
        Elements and bonds.
    positions
        (n, atoms, 3) Å.
    energy
        (n,) kcal/mol.
    train
        Training conformers, shuffled.
    held_out
        Held-out conformers, shuffled.
    """

    name: str
    topology: Topology
    positions: np.ndarray
    energy: np.ndarray
    train: np.ndarray
    held_out: np.ndarray


def read(molecule: str | Path, positions: str | Path, energies: str | Path, partition: str | Path):
    """Read a `Sample` from the molecule's description, ensemble, energies and split.

    Raises
    ------
    StudyError
        If there are too few training conformers to draw resamples from.
    """
    description = files.read_json(molecule)
    trains = files.read_csv(partition)["partition"] == split.TRAIN
    if trains.sum() < LEAST_TRAIN:
        raise StudyError(
            f"concepts: split.train is {trains.sum()}, and the teaching figures resample the "
            f"training conformers, of which they need {LEAST_TRAIN}; raise split.train or leave "
            "the target concepts out."
        )
    order = split.shuffled(len(trains), seed=0)
    return Sample(
        name=description["name"],
        topology=Topology.from_description(description),
        positions=ensemble.read(positions).positions,
        energy=tables.read(energies),
        train=order[trains[order]],
        held_out=order[~trains[order]],
    )


def internal(sample: Sample) -> tuple[list[str], np.ndarray]:
    """Bond lengths (Å), angles (rad), cos φ, cos 2φ and cos 3φ of dihedrals: names and (n, p)."""
    return internal_coordinates(sample.positions, sample.topology, dihedrals="cos", multiples=3)


def skeleton(sample: Sample) -> tuple[list[str], np.ndarray]:
    """Those internal coordinates that are of heavy atoms alone: names and (n, p).

    A molecule with too little of a skeleton has all of its internal coordinates instead.
    """
    names, values = internal(sample)
    heavy = sample.topology.numbers != HYDROGEN
    kept = [column for column, name in enumerate(names) if heavy[atoms_of(name)].all()]
    if len(kept) < LEAST_COLUMNS:
        return names, values
    return [names[column] for column in kept], values[:, kept]


def atoms_of(name: str) -> list[int]:
    """The atoms that an internal coordinate is of, by the name of its column."""
    return [int(atom) for atom in name.split("_")[1:]]


def sizes(smallest: int, largest: int, count: int) -> list[int]:
    """At most so many whole numbers, from least to most, evenly spaced in their logarithm."""
    return np.unique(
        np.geomspace(smallest, max(smallest, largest), count).round().astype(int)
    ).tolist()
