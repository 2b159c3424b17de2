"""Time runs that have little to do, and planning.

    .venv/bin/python benchmarks/reruns.py

Runs the default study once, unless `jobs.py` left it in --cache, and then: a run with nothing to
do; a run after another `alpha` of its ridge; a run after a line was added to the module that draws
parity figures; and dry runs of the default study and of many molecules, from nothing. About four
minutes beside the study.
"""

import copy
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from finished import finished, study_of
from measuring import ROOT, Taken, arguments, kept, snakemake, taken_by
from recording import load, record, spread

ALPHAS = [0.125, 0.25]
SHORT_RUNS = 5  # with nothing to do
MODULE = "workflow/scripts/confsym/figures/parity.py"
CLASSES = ("drug", "flexible", "amino_acid", "peptide")  # of benchmarks/molecules.csv
PLANNED = [(10, 9), (50, 6), (50, 9)]  # molecules, experiments
FEWER = {
    "embedding": {"attempts": 500, "prune_rms": 0, "shard": 500},  # pruned, caffeine has three
    "split": {"train": 300},
    "learning_curves": {"sizes": [100], "repeats": 3},
}
TOTAL = re.compile(r"^total +(\d+)", re.MULTILINE)


def jobs_in(said: str) -> int:
    """How many jobs Snakemake's table counts; none where it has none."""
    found = TOTAL.search(said)
    return int(found[1]) if found else 0


def row(what: str, runs: list[Taken]) -> dict[str, Any]:
    """What runs of one kind took; all have the same jobs."""
    return {
        "what": what,
        "jobs": jobs_in(runs[-1].said),
        "wall (s)": spread(run.wall for run in runs),
        "processor (s)": spread(run.processor for run in runs),
        "memory (MB)": max(run.memory for run in runs),
    }


def reruns(folder: Path, study: dict[str, Any], repeats: int) -> Iterator[dict]:
    """Run the finished study again, after edits."""
    command = snakemake(folder, study, folder)
    short = range(SHORT_RUNS if repeats > 1 else 1)
    yield row("nothing to do", [taken_by(command, folder) for _ in short])
    runs = []
    for alpha in ALPHAS[:repeats]:
        other = copy.deepcopy(study)
        other["models"]["ridge"]["alpha"] = [alpha]
        runs.append(taken_by(snakemake(folder, other, folder), folder))
    yield row("another alpha of the ridge", runs)
    taken_by(snakemake(folder, study, folder), folder)
    runs = []
    for edit in range(len(ALPHAS[:repeats])):
        with (folder / MODULE).open("a", encoding="utf-8") as module:
            module.write(f"# edit {edit}\n")
        runs.append(taken_by(command, folder))
    yield row("a line more in figures/parity.py", runs)


def many(study: dict[str, Any], count: int, most: int) -> dict[str, Any]:
    """The study with so many molecules and experiments, which learn energies alone."""
    with (ROOT / "benchmarks/molecules.csv").open(encoding="utf-8", newline="") as file:
        rows = [one for one in csv.DictReader(file) if one["class"] in CLASSES]
    experiments = [
        (name, one)
        for name, one in study["experiments"].items()
        if one.get("learn", "energies") == "energies"
    ][:most]
    molecules = {one["name"]: {"smiles": one["smiles"]} for one in rows[:count]}
    return study | FEWER | {"molecules": molecules, "experiments": dict(experiments)}


def planning(studies: dict[str, dict], top: Path, repeats: int) -> Iterator[dict]:
    """Dry runs from nothing."""
    for number, (what, study) in enumerate(studies.items()):
        folder = top / f"planned{number}"
        folder.mkdir(exist_ok=True)
        command = snakemake(ROOT, study, folder, "--dry-run")
        runs = [taken_by(command, folder) for _ in range(repeats)]
        sizes = {name: len(study[name]) for name in ("molecules", "experiments")}
        yield sizes | row(what, runs)


def main() -> None:
    """Measure reruns and plans."""
    given, before = arguments(__doc__), load()
    repeats = 1 if given.quick else 2
    study = study_of(given.quick)
    studies = {"the study": study}
    for count, most in [(2, 2)] if given.quick else PLANNED:
        studies[f"{count} molecules, {most} experiments"] = many(study, count, most)
    found: list[dict] = []
    with kept(given.cache) as cache:
        for one in planning(studies, cache, repeats):
            found.append(one)
            print(one, flush=True)
        folder, _ = finished(cache, given.quick)
        again = []
        for one in reruns(folder, study, repeats):
            again.append(one)
            print(one, flush=True)
    record("reruns", given, before, {"reruns": again, "planning": found})


if __name__ == "__main__":
    main()
