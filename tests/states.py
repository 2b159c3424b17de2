"""A study whose config, code, packages and files change, each of them for all to see.

A state is the set of edits that are made. Each of them changes a result. A run in an empty folder
shows what the results of a state are, whatever was there before.
"""

import copy
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import yaml

import warm
from studies import ROOT, Study, copy_project

FEATURES = """
import numpy as np
from spread import FACTOR

CLAIMS = {"shape": ["translation", "rotation", "relabelling"]}
WIDTH = 1.0


def shape(positions, topology, unit, power=1):
    centred = positions - positions.mean(axis=1, keepdims=True)
    values = float(np.loadtxt(unit)) * FACTOR * WIDTH * np.linalg.svd(centred)[1].T ** power
    return {f"s{i}": one for i, one in enumerate(values)}
"""
CALCULATOR = """
import json
from pathlib import Path

from ase.calculators.calculator import Calculator, all_changes
from scipy.spatial.distance import pdist

SCALE = 1.0


class Pairs(Calculator):
    implemented_properties = ["energy"]

    def __init__(self, strength, table):
        super().__init__()
        self.strength = SCALE * strength * json.loads(Path(table).read_text())

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        self.results["energy"] = self.strength * (1 / pdist(atoms.positions)).sum()
"""


def _frames() -> str:
    """60 geometries of water, made up, with an energy each."""
    start = np.array([[0, 0, 0], [0.96, 0, 0], [-0.24, 0.93, 0]])
    frames = start + np.random.default_rng(1).normal(scale=0.05, size=(60, 3, 3))
    lines = []
    for frame in frames:
        lines += ["3", f"Properties=species:S:1:pos:R:3 energy={frame.sum():.6f}"]
        lines += [
            f"{one} {x:.6f} {y:.6f} {z:.6f}" for one, (x, y, z) in zip("OHH", frame, strict=True)
        ]
    return "\n".join(lines) + "\n"


FIRST_ENERGY = _frames().splitlines()[1].split()[1] + "\n"

# A molecule from a SMILES and one from a file; a feature, a level and a model of the user's own.
CONFIG: dict[str, Any] = {
    "molecules": {
        "propanol": {"smiles": "CCCO"},
        "water": {
            "smiles": "O",
            "level": "given",
            "geometries": {"file": "water.xyz", "energy": "energy", "energy_unit": "eV"},
        },
    },
    "embedding": {"attempts": 60, "prune_rms": 0, "shard": 60, "seed": 1},
    "levels": {
        "pairs": {
            "kind": "ase",
            "calculator": "my_calculator.py:Pairs",
            "options": {"strength": 2.0, "table": "table.json"},
            "parts": 1,
        }
    },
    "energies": {"level": "mmff94"},
    "split": {"train": 10, "seed": 0},
    "transforms": {
        "translated": {"kind": "translation", "vector": [1, 1, 1]},
        "rotated": {"kind": "rotation"},
    },
    "features": {
        "mine": {"kind": "my_features.py:shape", "parameters": {"unit": "unit.txt"}},
        "sorted": {"kind": "inverse_distances", "order": "sorted"},
    },
    "models": {
        "forest": {
            "kind": "estimator",
            "class": "sklearn.ensemble.ExtraTreesRegressor",
            "parameters": {"n_estimators": 3},
        },
        "ridge": {"kind": "ridge"},
    },
    "experiments": {
        "notes": {"features": "mine", "model": "ridge", "baseline": "pairs"},
        "forest": {"features": "sorted", "model": "forest"},
    },
    "figures": {"single_column_mm": 84},
}
TARGETS = (
    "results/propanol/figures/parity/notes.svg",
    "results/water/experiments/forest/model.joblib",
    "results/run_config.yaml",
)
OWN = {
    "study/my_features.py": FEATURES,
    "study/my_calculator.py": CALCULATOR,
    "study/table.json": "1.5\n",
    "study/unit.txt": "1.25\n",
    "study/water.xyz": _frames(),
}


def _package(version: float) -> dict[str, str]:
    """A package that the user's feature imports, as pip leaves it."""
    about = "packages/spread.dist-info"
    return {
        "packages/spread.py": f"FACTOR = {version}\n",
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: spread\nVersion: {version}\n",
        f"{about}/top_level.txt": "spread\n",
    }


@dataclass(frozen=True)
class Setting:
    """Another value of a key of the config; None: without the key."""

    key: str
    value: Any

    def apply(self, config: dict, files: dict[str, str]) -> None:
        *sections, last = self.key.split(".")
        place = config
        for section in sections:
            place = place.setdefault(section, {})
        if self.value is None:
            del place[last]
        else:
            place[last] = copy.deepcopy(self.value)


@dataclass(frozen=True)
class Text:
    """Another text at one place of a file."""

    file: str
    old: str
    new: str

    def apply(self, config: dict, files: dict[str, str]) -> None:
        assert files[self.file].count(self.old) == 1, (self.file, self.old)
        files[self.file] = files[self.file].replace(self.old, self.new)


@dataclass(frozen=True)
class Package:
    """Another version of a package."""

    version: float

    def apply(self, config: dict, files: dict[str, str]) -> None:
        files.update(_package(self.version))


CODE = "workflow/scripts/confsym"
TURNED = {name: CONFIG["transforms"][name] for name in ("rotated", "translated")}
# The last ones leave nothing to see of some others.
EDITS: dict[str, Setting | Text | Package] = {
    "another molecule": Setting("molecules.propanol.smiles", "CCCN"),
    "another unit": Setting("molecules.water.geometries.energy_unit", "kcal/mol"),
    "more attempts": Setting("embedding.attempts", 70),
    "another seed of conformers": Setting("embedding.seed", 2),
    "smaller shards": Setting("embedding.shard", 40),
    "another option of a calculator": Setting("levels.pairs.options.strength", 3.0),
    "another level": Setting("energies.level", "uff"),
    "another seed of the split": Setting("split.seed", 1),
    "another vector": Setting("transforms.translated.vector", [2, 0, 0]),
    "one more transform": Setting("transforms.mirrored", {"kind": "reflection"}),
    "another parameter of a feature": Setting("features.mine.parameters.power", 2),
    "another order of a feature": Setting("features.sorted.order", "atoms"),
    "another parameter of a class": Setting("models.forest.parameters.n_estimators", 4),
    "another width of figures": Setting("figures.single_column_mm", 90),
    "a default": Text("workflow/schemas/config.schema.yaml", "default: 174", "default: 180"),
    "a script": Text(
        "workflow/scripts/join_energies.py", "energy, converged)", "-energy, converged)"
    ),
    "a motion": Text(
        f"{CODE}/transforms/motions.py", "positions + np.array(v", "positions - np.array(v"
    ),
    "a feature": Text(f"{CODE}/features/distances.py", "values = 1 /", "values = 2 /"),
    "a model": Text(
        f"{CODE}/models/linear.py", "LeaveOneOutRidge(alpha)", "LeaveOneOutRidge([9.0])"
    ),
    "a unit": Text(
        f"{CODE}/datasets/units.py",
        "(1.0, 1 / constants.calorie, EV,",
        "(2.0, 1 / constants.calorie, 2 * EV,",
    ),
    "calls of calculators": Text(
        f"{CODE}/energies/ase_calculator.py", "energy()) / K", "energy()) * K"
    ),
    "a table": Text(
        f"{CODE}/energies/tables.py", '"energy_kcal_mol": energy', '"energy_kcal_mol": 2 * energy'
    ),
    "a figure": Text(f"{CODE}/figures/parity.py", "fontsize=9)", "fontsize=7)"),
    "the style": Text(
        f"{CODE}/figures/confsym.mplstyle", "axes.linewidth: 0.8", "axes.linewidth: 1.8"
    ),
    "an own feature": Text("study/my_features.py", "WIDTH = 1.0", "WIDTH = 2.0"),
    "an own calculator": Text("study/my_calculator.py", "SCALE = 1.0", "SCALE = 3.0"),
    "an own table": Text("study/table.json", "1.5", "2.5"),
    "an own file of a feature": Text("study/unit.txt", "1.25", "2.25"),
    "own geometries": Text("study/water.xyz", FIRST_ENERGY, "energy=0.5\n"),
    "a package": Package(2.0),
    "another parameter of a model": Setting("models.ridge.alpha", [1.0]),
    "transforms the other way round": Setting("transforms", TURNED),
    "other features": Setting("experiments.forest.features", "mine"),
    "no baseline": Setting("experiments.notes.baseline", None),
}
YEARS_AGO = 1_500_000_000  # s, the time stamp of what a package or a backup brings with it


class Workshop:
    """A project, a study, a package and what is edited in them.

    Parameters
    ----------
    folder
        Where all of them are put.
    planted
        Bugs that the project has from the start.
    environment
        Variables of all runs.
    """

    def __init__(
        self,
        folder: Path,
        planted: Iterable[Text] = (),
        environment: Mapping[str, str] = MappingProxyType({}),
    ):
        self.folder, self.planted, self.environment = folder, tuple(planted), environment
        self.study = Study(folder / "study", CONFIG, copy_project(folder / "project"))
        self.edits: frozenset[str] = frozenset()
        self.aged = 0  # files that came with an old time stamp
        self.known: dict[tuple, dict[str, str]] = {}
        self.put(self.edits)

    def put(self, edits: Iterable[str], aged: bool = False) -> None:
        """Make these edits and no others; with `aged`, files come with time stamps of years ago."""
        self.edits = frozenset(edits)
        config, files = copy.deepcopy(CONFIG), OWN | _package(1.0)
        edited = {one.file for one in (*self.planted, *EDITS.values()) if isinstance(one, Text)}
        for name in edited - set(files):
            files[name] = (ROOT / name).read_text(encoding="utf-8")
        for edit in (*self.planted, *(EDITS[name] for name in sorted(self.edits))):
            edit.apply(config, files)
        files["study/study.yaml"] = yaml.safe_dump(config, sort_keys=False)
        for name, text in files.items():
            self._write(self.path(name), text, aged)

    def path(self, name: str) -> Path:
        """Where a file is that an edit names as it is called in the project."""
        return self.folder / (f"project/{name}" if name.startswith("workflow/") else name)

    def _write(self, path: Path, text: str, aged: bool) -> None:
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        if aged:  # never twice the same: Python takes such a module for the one that it compiled
            self.aged += 1
            os.utime(path, (YEARS_AGO - self.aged, YEARS_AGO - self.aged))

    def keep(self, *targets: str) -> None:
        """Run from scratch, and remember how the study is then."""
        self.run(*targets)
        self.known[self.edits, targets] = self.study.checksums()
        shutil.copytree(self.study.folder, self.folder / "kept")

    def restore(self) -> None:
        """Make the study as it was kept."""
        shutil.rmtree(self.study.folder)
        shutil.copytree(self.folder / "kept", self.study.folder)
        self.put([])

    def result(self, number: int) -> Path:
        """One of the files under results/."""
        found = sorted(path for path in self.study.folder.glob("results/**/*") if path.is_file())
        return found[number % len(found)]

    def touch(self) -> None:
        """Give all files of the project a new time stamp."""
        for path in self.study.project.rglob("*"):
            os.utime(path)

    def comment(self, name: str) -> None:
        """Write a comment into a file, which stays until `put` writes its text again."""
        with self.path(name).open("a", encoding="utf-8") as module:
            module.write("# a comment\n")

    def run(self, *targets: str, study: Study | None = None) -> None:
        """Run a study to the end, or fail with what Snakemake said."""
        arguments = [*(study or self.study).arguments(cores=1), *targets]
        paths = [self.folder / "packages"]
        status, said = warm.snakemake(
            arguments, self.folder, jobs=True, paths=paths, **self.environment
        )
        assert status == 0, said

    def fresh(self, *targets: str) -> dict[str, str]:
        """Checksums of the results of a run from scratch of the state as it is."""
        state = self.edits, targets
        if state not in self.known:
            study = Study(self.folder / "fresh", CONFIG, self.study.project)
            for name in ("study.yaml", *(Path(name).name for name in OWN)):
                shutil.copy2(self.study.folder / name, study.folder / name)
            self.run(*targets, study=study)
            self.known[state] = study.checksums()
            shutil.rmtree(study.folder)
        return self.known[state]

    def stale(self, *targets: str) -> list[str]:
        """Results that are not what a run from scratch gives, after a run of what is there.

        A file that nobody asked for may be missing: Snakemake makes it when a job needs it.
        """
        self.run(*targets)
        found = self.study.checksums()
        return [
            name
            for name, expected in self.fresh(*targets).items()
            if found.get(name, None if name in targets else expected) != expected
        ]
