"""Time the target `notes` against the same chain written as one plain script.

    .venv/bin/python benchmarks/notes_chain.py --pairs 5

Each pair runs `plain_script.py` and `snakemake notes` from nothing, one after the other, in folders
of their own. Printed are wall and processor time of each, the ratios pair by pair, where the time
goes, and two single comparisons: pruning and energies.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow/scripts"))

SMILES = "CC(CCC)CC(C)(CCCC)O"


def timed(command: list[str], folder: Path) -> tuple[float, float]:
    """Wall and processor seconds of a command with all that it starts."""
    start = time.perf_counter()
    with (folder / "output.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{command} failed:\n{(folder / 'output.log').read_text()[-3000:]}")
    return wall, used.ru_utime + used.ru_stime


def plain(folder: Path, attempts: int, train: int) -> tuple[float, float]:
    """Run the plain script."""
    script = str(ROOT / "benchmarks/plain_script.py")
    return timed([sys.executable, script, SMILES, str(attempts), str(train)], folder)


def workflow(folder: Path, attempts: int, train: int, cores: int) -> tuple[float, float]:
    """Run the target `notes` of the default study."""
    study = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    study["embedding"]["attempts"], study["split"]["train"] = attempts, train
    (folder / "study.yaml").write_text(yaml.safe_dump(study, sort_keys=False), encoding="utf-8")
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
    command += ["--workflow-profile", str(ROOT / "profiles/default"), "--cores", str(cores)]
    return timed([*command, "--configfile", "study.yaml", "--directory", ".", "notes"], folder)


def stages_of_workflow(folder: Path) -> dict[str, list[float]]:
    """Wall and processor seconds of each rule, summed over its jobs, from its timings."""
    stages: dict[str, list[float]] = {}
    for path in sorted(folder.glob("timings/**/*.tsv")):
        rule = path.relative_to(folder / "timings").parts[0].removesuffix(".tsv")
        header, row = (line.split("\t") for line in path.read_text().splitlines()[:2])
        entry = dict(zip(header, row, strict=True))
        total = stages.setdefault(rule, [0.0, 0.0])
        total[0] += float(entry["s"])
        total[1] += float(entry["cpu_time"]) if entry["cpu_time"] != "NA" else 0.0
    return stages


def pruning_and_energies(attempts: int, repeats: int) -> None:
    """Processor seconds of RDKit's pruning and of ours, of the notes' energies and of ours."""
    import numpy as np
    from rdkit import Chem
    from rdkit.Chem import AllChem, rdDistGeom

    from confsym.conformers import embedding, pruning
    from confsym.molecules import molecule
    from confsym.energies.force_fields import mmff94

    target = molecule.build("benchmark", SMILES)
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text("utf-8"))
    keys = schema["properties"]["embedding"]["properties"]
    options = {key: entry["default"] for key, entry in keys.items()}

    def clock(function) -> float:
        start = time.process_time()
        function()
        return time.process_time() - start

    def embed(threshold: float) -> tuple[np.ndarray, Chem.Mol]:
        parameters = embedding.parameters(options)
        parameters.randomSeed, parameters.pruneRmsThresh = options["seed"], threshold
        parameters.numThreads = 0
        copy = Chem.Mol(target)
        rdDistGeom.EmbedMultipleConfs(copy, attempts, parameters)
        return np.array([conformer.GetPositions() for conformer in copy.GetConformers()]), copy

    # The difference of two long times is noisy: repeat it.
    differences, ours = [], []
    for _ in range(repeats):
        start = time.process_time()
        positions, _ = embed(-1.0)
        without = time.process_time() - start
        start = time.process_time()
        expected, copy = embed(0.2)
        differences.append(time.process_time() - start - without)
        start = time.process_time()
        kept = pruning.prune(positions, pruning.heavy_atom_matches(target), 0.2)
        ours.append(time.process_time() - start)
        assert (positions[kept] == expected).all()
    theirs, own = statistics.median(differences), statistics.median(ours)
    print(f"\npruning of {attempts} attempts, {len(expected)} kept by both, processor seconds")
    print("  RDKit, with pruning less without", spread(differences))
    print("  confsym                         ", spread(ours))
    print(f"  {theirs / own:.1f} times less")

    def rebuilt() -> None:
        for conformer in copy.GetConformers():
            properties = AllChem.MMFFGetMoleculeProperties(copy)
            number = conformer.GetId()
            AllChem.MMFFGetMoleculeForceField(copy, properties, confId=number).CalcEnergy()

    theirs = clock(rebuilt)
    ours = clock(lambda: mmff94(target, expected, "benchmark")[0])
    print(f"energies of {len(expected)} conformers, processor seconds")
    print(
        f"  a force field each {theirs:.2f}, one for all {ours:.2f}: {theirs / ours:.1f} times less"
    )


def spread(values: list[float]) -> str:
    """Median and range."""
    return f"{statistics.median(values):7.2f}  ({min(values):.2f} to {max(values):.2f})"


def table(title: str, stages: dict[str, list[float]]) -> None:
    """Print stages with wall and processor seconds."""
    print(f"\n{title:34s} wall (s)   processor (s)")
    for stage, (wall, cpu) in stages.items():
        print(f"  {stage:30s} {wall:10.2f} {cpu:15.2f}")


def time_pairs(arguments: argparse.Namespace) -> None:
    """Run plain script and workflow in turn and print what they took."""
    scale = (arguments.attempts, arguments.train)
    runs: list[tuple[float, ...]] = []
    with tempfile.TemporaryDirectory() as top:
        for pair in range(arguments.pairs):
            folders = [Path(top) / f"{kind}{pair}" for kind in ("plain", "workflow")]
            for folder in folders:
                folder.mkdir()
            runs.append(
                (*plain(folders[0], *scale), *workflow(folders[1], *scale, arguments.cores))
            )
            print(
                f"pair {pair}: plain {runs[-1][0]:.1f} s wall, {runs[-1][1]:.1f} s processor; "
                f"workflow {runs[-1][2]:.1f} s wall, {runs[-1][3]:.1f} s processor",
                flush=True,
            )
        table("plain script", json.loads((folders[0] / "stages.json").read_text()))
        table("workflow, all jobs of a rule", stages_of_workflow(folders[1]))
    print(f"\n{arguments.pairs} pairs, median (range)")
    print("plain script, wall (s)      ", spread([run[0] for run in runs]))
    print("workflow, wall (s)          ", spread([run[2] for run in runs]))
    print("plain script, processor (s) ", spread([run[1] for run in runs]))
    print("workflow, processor (s)     ", spread([run[3] for run in runs]))
    print("ratio of wall times         ", spread([run[2] / run[0] for run in runs]))
    print("ratio of processor times    ", spread([run[3] / run[1] for run in runs]))


def main() -> None:
    """Run the pairs and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=3, help="of the pruning comparison")
    parser.add_argument("--attempts", type=int, default=10000)
    parser.add_argument("--train", type=int, default=3000)
    parser.add_argument("--cores", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    if arguments.pairs:
        time_pairs(arguments)
    pruning_and_energies(arguments.attempts, arguments.repeats)


if __name__ == "__main__":
    main()
