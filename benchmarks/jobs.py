"""What the jobs of the default study cost: time and peak memory of each rule, start-up, disk.

    .venv/bin/python benchmarks/jobs.py

Runs the default study from nothing in a folder of its own and reads what Snakemake measured of each
job. The shortest jobs end before it has looked at their memory and processor time. Start-up is the
time of Python's own start and of all imports, which each job's Python wrote down. The plain script
of `notes_chain.py` runs beside it, for comparison. About four minutes on two cores; `reruns.py`
goes on from the same study through --cache.
"""

import json
import statistics
import sys
from pathlib import Path

from finished import finished, study_of
from measuring import arguments, kept, table_of, taken_by
from notes_chain import plain
from recording import load, record

STARTS = 5  # of Python alone


def timings(folder: Path) -> list[dict]:
    """Rule, wall and processor seconds and peak memory, MB, of each job.

    The last two are None of a job that ended before Snakemake looked at it: it then has no
    processor time, and the memory of a Python that had hardly started.
    """
    found = []
    for path in sorted((folder / "timings").rglob("*.tsv")):
        entry = table_of(path)
        rule = path.relative_to(folder / "timings").parts[0].removesuffix(".tsv")
        seen = entry["cpu_time"] != "NA" and float(entry["cpu_time"]) > 0
        found.append(
            {
                "rule": rule,
                "wall": float(entry["s"]),
                "processor": float(entry["cpu_time"]) if seen else None,
                "memory": float(entry["max_rss"]) if seen else None,
            }
        )
    return found


def by_rule(jobs: list[dict]) -> list[dict]:
    """Sums and largest values of the jobs of each rule, the rule with most time first."""
    rows = []
    for rule in dict.fromkeys(job["rule"] for job in jobs):
        own = [job for job in jobs if job["rule"] == rule]
        seen = [job for job in own if job["processor"]]
        rows.append(
            {
                "rule": rule,
                "jobs": len(own),
                "wall (s)": sum(job["wall"] for job in own),
                "processor (s)": sum(job["processor"] for job in seen) or None,
                "longest job (s)": max(job["wall"] for job in own),
                "peak memory of a job (MB)": max((job["memory"] for job in seen), default=None),
            }
        )
    return sorted(rows, key=lambda row: -row["wall (s)"])


def disk(folder: Path) -> list[dict]:
    """Files and size of each part of the results, and of what Snakemake keeps of them."""
    sizes: dict[str, list[int]] = {}
    for top in ("results", "checksums", "logs", "timings", ".snakemake/metadata"):
        for path in (folder / top).rglob("*"):
            if path.is_file():
                parts = path.relative_to(folder).parts
                part = (
                    f"results/{{molecule}}/{parts[2]}"
                    if top == "results" and len(parts) > 3
                    else top
                )
                sizes.setdefault(part, []).append(path.stat().st_size)
    return [
        {"part": part, "files": len(one), "size (MB)": sum(one) / 1e6}
        for part, one in sizes.items()
    ]


def counts(folder: Path) -> dict[str, int]:
    """Attempts at the study's molecule and conformers kept."""
    path = next((folder / "results").glob("*/conformers/pruning.json"))
    found = json.loads(path.read_text(encoding="utf-8"))
    return {"attempts": found["attempts"], "conformers": found["kept"]}


def main() -> None:
    """Read what the finished study has."""
    given, before = arguments(__doc__), load()
    with kept(given.cache) as cache:
        folder, run = finished(cache, given.quick)
        jobs = timings(folder)
        start = statistics.median(
            taken_by([sys.executable, "-c", ""], cache).wall for _ in range(STARTS)
        )
        seen, beside = counts(folder), cache / "plain"
        beside.mkdir(exist_ok=True)
        script, _ = plain(beside, seen["attempts"], study_of(given.quick)["split"]["train"])
        busy = sum(job["wall"] for job in jobs)
        waiting = run["imports"] + start * len(jobs)
        whole = {
            **seen,
            "jobs": len(jobs),
            "study, wall (s)": run["wall"],
            "study, processor (s)": run["processor"],
            "plain script, wall (s)": script,
            "study / plain script, wall": run["wall"] / script,
            "jobs, wall (s)": busy,
            "of it Python's start and imports (s)": waiting,
            "share of work (%)": 100 * (1 - waiting / busy),
        }
        record(
            "jobs", given, before, {"study": [whole], "rules": by_rule(jobs), "disk": disk(folder)}
        )


if __name__ == "__main__":
    main()
