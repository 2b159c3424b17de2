"""How much memory and time a job asks for, from the config and the job's wildcards.

The numbers are twice what was measured, or more (docs/performance.md). What a config does not say
is taken for large: atoms are as many as a chain of the SMILES' heavy atoms could have, and columns
of a feature table as many as any kind makes of them by its defaults. If a job needs more, it fails
with a sentence (`provenance/memory.py`), and a retry has twice as much.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from confsym.energies.registry import level_row
from confsym.sampling import times
from confsym.study import attempts, experiments, geometries, overrides

Study = Mapping[str, Any]

DOUBLE = 8e-6  # MB of a number
START = 500  # MB of a job that has loaded its packages
LEARNING = 1000  # MB of one that has loaded scikit-learn and has a little to learn
JAX = 2500  # MB of one that has loaded JAX
LINEAR = 5000  # MB of a linear force field, whose columns nobody knows before they are there
MOST_MEMORY = 64_000  # MB: what needs more is refused by its job, with the number that would fit
UNKNOWN_ATOMS = 100  # where a file says which atoms there are
UNKNOWN_FRAMES = 10_000  # where a file is not there yet
LEAST_COLUMNS = 2000
TIME, MOST_TIME = 10, 1440  # min
SLOWER = 5  # than the machine that the seconds below were measured on
ATOMS = 40  # of the molecule that they were measured with
GRADIENT = {"gfn2_xtb": 0.03, "gfn1_xtb": 0.04}  # s
FORCE_FIELD, OWN = 2e-4, 1.0  # s of a gradient by any force field; by a calculator of the study's
EMBEDDED = 0.012  # s of an attempt
COLUMN = 3e-6  # s of a column of a conformer
ATOM = re.compile(r"\[[^]]*\]|Br|Cl|[BCNOFPSI]|[bcnops]")
ELEMENT = re.compile(r"[A-Z][a-z]?|[bcnops]")


@dataclass(frozen=True)
class Size:
    """What a job's memory and time grow with.

    Parameters
    ----------
    conformers, atoms
        Of the molecule, at most.
    elements
        Different ones, hydrogen among them.
    moved
        Transforms.
    experiments
        Of the study.
    gradient
        s of a gradient at the molecule's level.
    """

    conformers: int
    atoms: int
    elements: int
    moved: int
    experiments: int
    gradient: float

    @property
    def positions(self) -> float:
        """MB of the positions of all conformers."""
        return 3 * DOUBLE * self.conformers * self.atoms

    @property
    def columns(self) -> int:
        """Columns of a feature set: all distances, or a power spectrum of all elements."""
        return max(LEAST_COLUMNS, self.atoms**2 // 2, 35 * self.elements**3)

    @property
    def table(self) -> float:
        """MB of a feature set of all conformers."""
        return DOUBLE * self.conformers * self.columns

    @property
    def predictions(self) -> float:
        """MB of the predictions of all conformers and copies by one experiment."""
        return 1e-4 * self.conformers * (1 + self.moved)


def size_of(study: Study, folder: str, file_size: int) -> Size:
    """The size of a molecule, or of a further set of its geometries.

    Parameters
    ----------
    study
        The config, defaults filled in.
    folder
        As in `geometries.folders`.
    file_size
        Bytes of the file that its geometries come from; 0 where there is none.
    """
    name = geometries.molecule_of(folder)
    atom_symbols = ATOM.findall(study["molecules"][name].get("smiles", ""))
    atoms = 3 * len(atom_symbols) + 2 if atom_symbols else UNKNOWN_ATOMS
    elements = len({_element(atom) for atom in atom_symbols}) + 1 if atom_symbols else 5
    return Size(
        _conformers(study, folder, atoms, file_size),
        atoms,
        elements,
        len(study["transforms"]),
        len(study["experiments"]),
        gradient_time(study, experiments.level_of(study, name), atoms),
    )


def _element(atom: str) -> str:
    """The element of an atom of a SMILES; what stands there, where a job will refuse it."""
    match = ELEMENT.search(atom)
    return match[0].upper() if match else atom


def _conformers(study: Study, folder: str, atoms: int, file_size: int) -> int:
    if folder in geometries.read_folders(study):
        return int(file_size / (3 * 8 * atoms)) if file_size else UNKNOWN_FRAMES
    if folder in geometries.sampled_folders(study):
        settings = geometries.sampling_of(study, folder)
        frames = times.frames(settings["duration"], settings["interval"])
        return settings["walkers"] * frames
    return overrides.embedding_of(study, folder)["attempts"]


def gradient_time(study: Study, level: str, atoms: int) -> float:
    """Seconds that a gradient at a level takes."""
    is_own = level in experiments.own_levels(study)
    return (OWN if is_own else GRADIENT.get(level, FORCE_FIELD)) * (atoms / ATOMS) ** 2


# Jobs of no experiment: memory in MB, and time in seconds.


def starting(study: Study, size: Size, wildcards: Mapping[str, str]) -> tuple[float, float]:
    """Little more than the start of Python: descriptions, verdicts, joined tables."""
    return START + 4 * size.positions, 0


def embedding(study: Study, size: Size, wildcards: Mapping[str, str]) -> tuple[float, float]:
    """A shard of attempts."""
    settings = overrides.embedding_of(study, wildcards["molecule"])
    count = attempts.shard(settings, int(wildcards["shard"]))["count"]
    each = EMBEDDED * (size.atoms / ATOMS) ** 3
    return START + 20 * size.positions * count / size.conformers, count * each


def positions(study: Study, size: Size, wildcards: Mapping[str, str]) -> tuple[float, float]:
    """All conformers at once: pruning, reading, splitting, moving, writing, looking for copies."""
    distances = DOUBLE * size.conformers * min(size.atoms**2 / 2, LEAST_COLUMNS)
    return START + 12 * size.positions + 2 * distances, 2e-3 * size.conformers


def energies(study: Study, size: Size, wildcards: Mapping[str, str]) -> tuple[float, float]:
    """Gradients of a part of the conformers, or minimisations."""
    level = wildcards["level"]
    parts = level_row(level, experiments.own_levels(study)).parts if "part" in wildcards else 1
    steps = max(1, study["energies"]["minimize_iterations"])
    each = steps * gradient_time(study, level, size.atoms)
    return LEARNING + 12 * size.positions, size.conformers / parts * each


def walking(study: Study, size: Size, wildcards: Mapping[str, str]) -> tuple[float, float]:
    """A walk of dynamics on a level or a model."""
    folder = wildcards["molecule"]
    sampled = "walker" in wildcards and folder in geometries.sampled_folders(study)
    settings = geometries.sampling_of(study, folder) if sampled else study["dynamics"]
    steps = times.frames(settings["duration"], settings["timestep"])
    each = max(size.gradient, GRADIENT["gfn2_xtb"])
    return JAX + 8 * size.positions, steps * each


def drawing(study: Study, size: Size, wildcards: Mapping[str, str]) -> tuple[float, float]:
    """A figure of a molecule or an experiment."""
    return LEARNING + 30 * size.positions, 60


def tabling(study: Study, size: Size, wildcards: Mapping[str, str]) -> tuple[float, float]:
    """The predictions of all experiments side by side, and which motions move nothing."""
    positions = (6 + 30 * len(experiments.with_forces(study))) * size.positions
    return LEARNING + 6 * size.experiments * size.predictions + positions, 600


def teaching(study: Study, size: Size, wildcards: Mapping[str, str]) -> tuple[float, float]:
    """A teaching figure, whose lesson is learned on the spot."""
    return LEARNING + 6 * size.table, 600


# Jobs of an experiment, or of a feature set.


def featuring(study: Study, size: Size, wildcards: Mapping[str, str]) -> tuple[float, float]:
    """A feature table of all conformers, and of their moved copies."""
    copies = 1
    if "experiment" in wildcards:
        copies = max(1, experiments.copies_of(study["experiments"][wildcards["experiment"]]))
    each = COLUMN * size.columns * max(copies, 1 + size.moved)
    return LEARNING + 4 * copies * size.table, size.conformers * each


def fitting(study: Study, size: Size, wildcards: Mapping[str, str]) -> tuple[float, float]:
    """A fit to energies alone."""
    name = wildcards["experiment"]
    rows, columns = _rows(study, wildcards), size.columns * len(_sets(study, name))
    kind = experiments.model_of(study, name)["kind"]
    centres = min(rows, experiments.model_of(study, name).get("inducing_points", 5000))
    paired = centres if "kernel" in kind or kind == "additive_gp" else 0
    table = DOUBLE * columns * (3 * size.conformers + 5 * rows)
    memory = table + 4 * DOUBLE * paired**2
    jax = kind == "equivariant_network"
    seconds = 60 + 1e-9 * rows * (min(rows, columns) * columns + paired**2) + jax * 0.3 * rows
    return (JAX if jax else LEARNING) + memory, seconds


def fitting_often(study: Study, size: Size, wildcards: Mapping[str, str]) -> tuple[float, float]:
    """The fits of a learning curve, one after the other."""
    memory, seconds = fitting(study, size, wildcards)
    return memory, _fits(study, wildcards["experiment"]) * seconds


def evaluating(study: Study, size: Size, wildcards: Mapping[str, str]) -> tuple[float, float]:
    """Predictions of all conformers and their moved copies by one experiment."""
    name = wildcards["experiment"]
    table = 3 * size.table * len(_sets(study, name))  # one at a time
    model = 3 * DOUBLE * min(_rows(study, wildcards), 5000) ** 2
    jax = experiments.model_of(study, name)["kind"] == "equivariant_network"
    each = 2e-3 * (1 + size.moved)
    memory = table + model + 6 * size.predictions
    return (JAX if jax else LEARNING) + memory, size.conformers * each


def fitting_forces(study: Study, size: Size, wildcards: Mapping[str, str]) -> tuple[float, float]:
    """A fit to energies and forces."""
    name = wildcards["experiment"]
    settings, rows = experiments.model_of(study, name), _rows(study, wildcards)
    rows = min(rows, settings["conformers"]) if "conformers" in settings else rows
    paired = rows * (1 + 3 * size.atoms) if settings["kind"].endswith("_gp") else 0
    memory = LINEAR if settings["kind"] == "linear_force_field" else JAX
    seconds = 1200 + 1e-10 * float(paired) ** 3
    return memory + 1.3 * DOUBLE * paired**2 + 12 * size.positions, seconds


def fitting_forces_often(
    study: Study, size: Size, wildcards: Mapping[str, str]
) -> tuple[float, float]:
    """The fits of a learning curve, one after the other."""
    memory, seconds = fitting_forces(study, size, wildcards)
    return memory, _fits(study, wildcards["experiment"]) * seconds


def trying_forces(study: Study, size: Size, wildcards: Mapping[str, str]) -> tuple[float, float]:
    """Forces of all conformers and their moved copies, or geometries on their way."""
    steps = 300 * max(size.gradient, 0.01)
    each = 0.02 * (size.atoms / ATOMS) ** 2 * (1 + size.moved)
    return JAX + (10 + 2 * size.moved) * size.positions, 1800 + steps + size.conformers * each


def _sets(study: Study, name: str) -> list[str]:
    return experiments.feature_sets(study["experiments"][name])


def _rows(study: Study, wildcards: Mapping[str, str]) -> int:
    """Training conformers of an experiment, and their copies."""
    train = overrides.split_of(study, wildcards["molecule"])["train"]
    return train * (1 + experiments.copies_of(study["experiments"][wildcards["experiment"]]))


def _fits(study: Study, name: str) -> int:
    """Fits of an experiment's learning curve, in which there are most."""
    settings = experiments.learning_curve(study, name)
    return settings["repeats"] * (1 + len(settings["sizes"]))


KINDS_OF_WORK: dict[str, Callable] = {
    function.__name__: function
    for function in (
        starting,
        embedding,
        positions,
        energies,
        walking,
        drawing,
        tabling,
        teaching,
        featuring,
        fitting,
        fitting_often,
        evaluating,
        fitting_forces,
        fitting_forces_often,
        trying_forces,
    )
}


def requirements(
    study: Study, work: str, wildcards: Mapping[str, str], file_size: int, attempt: int
) -> tuple[int, int]:
    """Memory, MB, and time, min, of a job.

    Parameters
    ----------
    study
        The config, defaults filled in.
    work
        What kind of work the job does, a key of `KINDS_OF_WORK`.
    wildcards
        The job's; one without a molecule is as large as the study's first.
    file_size
        Bytes of the file that the molecule's geometries come from; 0 where there is none.
    attempt
        How often the job was started: the second time it has twice as much.
    """
    folder = wildcards.get("molecule") or next(iter(study["molecules"]))
    size = size_of(study, folder, file_size)
    memory, seconds = KINDS_OF_WORK[work](study, size, {"molecule": folder, **wildcards})
    minutes = TIME + SLOWER * seconds / 60
    return (
        int(min(attempt * memory, MOST_MEMORY)),
        int(min(attempt * minutes, MOST_TIME)),
    )
