"""Run the default study at ten times its size, and hold each stage against the default size.

    .venv/bin/python benchmarks/large_study.py

100,000 attempts, 20,000 training conformers. Pruned at 0.2 Å as usual, so many attempts leave
10,224 conformers: they are pruned at 0.1 Å here. For each rule: processor seconds a conformer at
both sizes, and peak memory. Half an hour on two cores, so that `all.py` leaves it out. Processor
seconds depend little on what else the machine does. With `--cache` a run that was stopped goes on.
"""

import copy

from typing import Any

from finished import finished, study_of
from jobs import by_rule, counts, timings
from measuring import arguments, kept, snakemake, taken_by
from recording import load, record

from studies import copy_project

Row = dict[str, Any]
ATTEMPTS, TRAIN, PRUNE_RMS = 100_000, 20_000, 0.1
LEAST = 10.0  # seconds of processor at the large size: less is mostly Python's start


def beside(row: Row, usual: Row | None, sizes: dict[str, int]) -> Row:
    """What a rule takes for a conformer, beside the same at the default size."""
    used, before = (one["processor (s)"] if one else None for one in (row, usual))
    each = {}
    if used and before and used >= LEAST:
        now, then = 1e3 * used / sizes["large"], 1e3 * before / sizes["usual"]
        each = {"a conformer (ms)": now, "at the default size (ms)": then, "ratio": now / then}
    names = ("rule", "jobs", "processor (s)", "peak memory of a job (MB)")
    return {name: row[name] for name in names} | each


def main() -> None:
    """Run both sizes."""
    given, before = arguments(__doc__), load()
    study = study_of(given.quick)
    large = copy.deepcopy(study)
    large["embedding"]["attempts"] = 2 * study["embedding"]["attempts"] if given.quick else ATTEMPTS
    large["embedding"]["prune_rms"] = PRUNE_RMS
    large["split"]["train"] = 2 * study["split"]["train"] if given.quick else TRAIN
    with kept(given.cache) as cache:
        usual, _ = finished(cache, given.quick)
        folder = cache / "large"
        if not folder.exists():
            copy_project(folder)
        taken_by(snakemake(folder, large, folder), folder)
        jobs, found = timings(folder), counts(folder)
        sizes = {"usual": counts(usual)["conformers"], "large": found["conformers"]}
        known = {row["rule"]: row for row in by_rule(timings(usual))}
        rows = [beside(row, known.get(row["rule"]), sizes) for row in by_rule(jobs)]
    whole = found | {
        "train": large["split"]["train"],
        "prune_rms (Å)": PRUNE_RMS,
        "processor (s)": sum(job["processor"] or 0 for job in jobs),
        "peak memory of a job (MB)": max(row["peak memory of a job (MB)"] or 0 for row in rows),
    }
    record("large_study", given, before, {"study": [whole], "rules": rows})


if __name__ == "__main__":
    main()
