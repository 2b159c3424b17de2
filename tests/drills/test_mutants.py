"""Tests that see faults: each planted one makes some test fail that is named beside it."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

import pytest
import yaml

from small import RUN
from studies import ROOT

PACKAGE = "workflow/scripts/confsym"
KILLED_AT_LEAST = 0.9
FAILED = 1  # pytest's status where a test failed; others say that it did not run
PATIENCE = 600  # seconds: a fault may make a loop endless


class Mutant(NamedTuple):
    """A fault in a module, the tests that should see it, and why none does if that is known."""

    module: str
    tests: list[str]
    fault: str
    old: str
    new: str
    unseen: str = ""


LISTED = yaml.safe_load(Path(__file__).with_name("mutants.yaml").read_text(encoding="utf-8"))
MUTANTS = [
    Mutant(module, entry["tests"], **mutant)
    for module, entry in LISTED.items()
    for mutant in entry["mutants"]
]


def copied_project(folder: Path) -> Path:
    """The project and its tests, to be edited."""
    not_code = shutil.ignore_patterns(".*", "__pycache__", "data", *RUN)
    return Path(shutil.copytree(ROOT, folder, ignore=not_code))


def status(project: Path, tests: list[str]) -> int:
    """Of a run of some unit tests in a copy of the project, up to the first that fails."""
    try:
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-m", "not slow and not long"]
            + ["-p", "no:cacheprovider", *(f"tests/unit/{name}" for name in tests)],
            cwd=project,
            # A module that was compiled in the same second would be taken for the mutated one.
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"},
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        return FAILED


def killed(mutant: Mutant, project: Path) -> bool:
    """Whether a test fails in a copy of the project with this fault."""
    module = project / PACKAGE / mutant.module
    sound = module.read_text(encoding="utf-8")
    module.write_text(sound.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        return status(project, mutant.tests) == FAILED
    finally:
        module.write_text(sound, encoding="utf-8")


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: f"{one.module}: {one.fault}")
def test_a_fault_stands_once_in_its_module(mutant):
    sound = (ROOT / PACKAGE / mutant.module).read_text(encoding="utf-8")
    assert sound.count(mutant.old) == 1
    compile(sound.replace(mutant.old, mutant.new), mutant.module, "exec")
    assert all((ROOT / "tests/unit" / name).exists() for name in mutant.tests)


def test_a_sound_project_passes_and_a_fault_is_seen(tmp_path):
    project = copied_project(tmp_path / "project")
    assert status(project, ["test_split.py"]) == 0
    assert killed(next(one for one in MUTANTS if one.module == "conformers/split.py"), project)


@pytest.mark.long
def test_faults_are_seen(tmp_path, record):
    projects = SimpleQueue()
    workers = len(os.sched_getaffinity(0))
    for number in range(workers):
        projects.put(copied_project(tmp_path / str(number)))

    def in_a_project(mutant: Mutant) -> bool:
        project = projects.get()
        try:
            return killed(mutant, project)
        finally:
            projects.put(project)

    every = sorted({name for one in MUTANTS for name in one.tests})
    assert status(tmp_path / "0", every) == 0
    with ThreadPoolExecutor(workers) as pool:
        seen = list(pool.map(in_a_project, MUTANTS))
    survivors = [one for one, dead in zip(MUTANTS, seen, strict=True) if not dead]
    assert [one.fault for one in survivors if not one.unseen] == []
    assert sum(seen) >= KILLED_AT_LEAST * len(MUTANTS)
    record(
        "mutation",
        f"plants {len(MUTANTS)} faults in {len(LISTED)} modules, one at a time, and runs the unit "
        "tests of the module",
        f"{sum(seen)} of them make a test fail"
        + ("; `mutants.yaml` says why no test sees the others" if survivors else ""),
    )
