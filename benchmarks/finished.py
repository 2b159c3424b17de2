"""A finished study in a folder of its own, with a copy of the project, for programs to look at."""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pandas as pd
from measuring import ROOT, default_study, snakemake, taken_by

sys.path.insert(0, str(ROOT / "tests"))

from studies import copy_project, tiny

IMPORT = re.compile(r"^import time: +(\d+) \|", re.MULTILINE)


def study_of(quick: bool) -> dict[str, Any]:
    """The default study, or the tests' tiny one."""
    return tiny() if quick else default_study()


def table_of(folder: Path, study: dict[str, Any], path: str, target: str = "") -> pd.DataFrame:
    """A CSV of a study's only molecule, after a run of a target, or of what makes it."""
    folder.mkdir(exist_ok=True)
    (molecule,) = study["molecules"]
    result = f"results/{molecule}/{path}.csv"
    taken_by(snakemake(ROOT, study, folder, target or result), folder)
    return pd.read_csv(folder / result)


def seconds_of_imports(said: str) -> float:
    """Sum over all modules, of all processes that said so."""
    return sum(map(int, IMPORT.findall(said))) / 1e6


def finished(cache: Path, quick: bool) -> tuple[Path, dict[str, float]]:
    """Run the study from nothing, if the cache does not have it.

    Every Python that it starts writes down how long its imports take, which costs them about a
    twentieth.

    Returns
    -------
    folder
        With the project and the study's results, logs and timings.
    run
        Wall and processor seconds, and seconds of all imports of all jobs.
    """
    folder = cache / "study"
    known = folder / "run.json"
    if not known.exists():
        copy_project(folder)
        command = snakemake(folder, study_of(quick), folder)
        os.environ["PYTHONPROFILEIMPORTTIME"] = "1"
        first = taken_by(command, folder)
        again = taken_by(command, folder)  # nothing to do: Snakemake's own imports
        del os.environ["PYTHONPROFILEIMPORTTIME"]
        own, all_of_them = (seconds_of_imports(one.said) for one in (again, first))
        run = {"wall": first.wall, "processor": first.processor, "imports": all_of_them - own}
        known.write_text(json.dumps(run), encoding="utf-8")
    return folder, json.loads(known.read_text(encoding="utf-8"))
