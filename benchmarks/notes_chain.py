"""Time the target `notes` against the same chain written as one plain script.

    .venv/bin/python benchmarks/notes_chain.py

Each pair runs `plain_script.py` and `snakemake notes` from nothing, one after the other, in folders
of their own, on all cores. Measured are wall and processor time of each, the ratios pair by pair,
and where the time goes in the last pair. About ten minutes on two cores: two pairs of 10,000
attempts, and one of 30,000, whose conformers are kept in --cache for other programs.
"""

import json
import sys
import tempfile
from pathlib import Path

from measuring import ROOT, arguments, default_molecule, default_study, snakemake, table_of
from measuring import keep_attempts, kept, taken_by
from recording import load, record, spread

PAIRS = {10_000: 2, 30_000: 1}
TRAIN = 3000  # conformers


def plain(folder: Path, attempts: int, train: int) -> tuple[float, float]:
    """Wall and processor seconds of the plain script."""
    script, (_, smiles) = str(ROOT / "benchmarks/plain_script.py"), default_molecule()
    command = [sys.executable, script, smiles, str(attempts), str(train)]
    return taken_by(command, folder)[:2]


def workflow(folder: Path, attempts: int, train: int) -> tuple[float, float]:
    """Wall and processor seconds of the target `notes` of the default study."""
    study = default_study()
    study["embedding"]["attempts"], study["split"]["train"] = attempts, train
    return taken_by(snakemake(ROOT, study, folder, "notes"), folder)[:2]


def stages_of_workflow(folder: Path) -> dict[str, list[float]]:
    """Wall and processor seconds of each rule, summed over its jobs, from its timings."""
    stages: dict[str, list[float]] = {}
    for path in sorted(folder.glob("timings/**/*.tsv")):
        rule = path.relative_to(folder / "timings").parts[0].removesuffix(".tsv")
        entry = table_of(path)
        total = stages.setdefault(rule, [0.0, 0.0])
        total[0] += float(entry["s"])
        total[1] += float(entry["cpu_time"]) if entry["cpu_time"] != "NA" else 0.0
    return stages


def pairs(attempts: int, train: int, count: int, cache: Path) -> tuple[dict, list[dict]]:
    """Run both in turn: what they took, and the stages of the last pair."""
    runs = []
    with tempfile.TemporaryDirectory() as top:
        for pair in range(count):
            folders = [Path(top) / f"{chain}{pair}" for chain in ("plain", "workflow")]
            for folder in folders:
                folder.mkdir()
            runs.append(
                (*plain(folders[0], attempts, train), *workflow(folders[1], attempts, train))
            )
            print(f"{attempts} attempts, pair {pair}: {runs[-1]}", flush=True)
        stages = {
            "plain script": json.loads((folders[0] / "stages.json").read_text("utf-8")),
            "workflow": stages_of_workflow(folders[1]),
        }
        keep_attempts(folders[1].glob("results/*/conformers/shards/*.npz"), cache)
    taken = {"attempts": attempts, "pairs": count}
    for place, kind in enumerate(("wall", "processor")):
        taken |= {
            f"plain script, {kind} (s)": spread(run[place] for run in runs),
            f"workflow, {kind} (s)": spread(run[place + 2] for run in runs),
            f"ratio, {kind}": spread(run[place + 2] / run[place] for run in runs),
        }
    rows = [
        {
            "attempts": attempts,
            "chain": chain,
            "stage": stage,
            "wall (s)": wall,
            "processor (s)": used,
        }
        for chain, known in stages.items()
        for stage, (wall, used) in known.items()
    ]
    return taken, rows


def main() -> None:
    """Run the pairs of each size."""
    given, before = arguments(__doc__), load()
    taken, stages = [], []
    with kept(given.cache) as cache:
        for attempts, count in ({150: 1} if given.quick else PAIRS).items():
            row, rows = pairs(attempts, 60 if given.quick else TRAIN, count, cache)
            taken.append(row)
            stages += rows
    record("notes_chain", given, before, {"pairs": taken, "stages": stages})


if __name__ == "__main__":
    main()
