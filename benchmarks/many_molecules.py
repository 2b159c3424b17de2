"""Run a study of many molecules to its end, and hold its wall time against the work in it.

    .venv/bin/python benchmarks/many_molecules.py

50 drug-like molecules, amino acids and peptides, 500 attempts each, six experiments. The work is
the time of all jobs, by their own clocks. Twenty minutes on two cores, so that `all.py` leaves it
out. Measure on a machine that does nothing else.
"""

import os

from finished import study_of
from jobs import timings
from measuring import arguments, kept, snakemake, taken_by
from recording import load, record
from reruns import jobs_in, many

from studies import copy_project

MOLECULES, EXPERIMENTS = 50, 6


def main() -> None:
    """Run it."""
    given, before = arguments(__doc__), load()
    study = many(study_of(given.quick), 2 if given.quick else MOLECULES, EXPERIMENTS)
    with kept(given.cache) as cache:
        folder = copy_project(cache / "many")
        run = taken_by(snakemake(folder, study, folder), folder)
        jobs = timings(folder)
    work = sum(job["wall"] for job in jobs) / os.cpu_count()
    whole = {
        "molecules": len(study["molecules"]),
        "experiments": len(study["experiments"]),
        "jobs": jobs_in(run.said),
        "wall (s)": run.wall,
        "work in jobs / cores (s)": work,
        "ratio": run.wall / work,
        "Snakemake's memory (MB)": run.memory,
        "peak memory of a job (MB)": max(job["memory"] for job in jobs if job["memory"]),
    }
    record("many_molecules", given, before, {"study": [whole]})


if __name__ == "__main__":
    main()
