"""Time pruning against the number of attempts, beside RDKit's own.

    .venv/bin/python benchmarks/pruning.py

Prunes the first 1,000 to 100,000 attempts of the default study at 0.2 Å. RDKit prunes only what it
embeds itself: it embeds in threads of their own and prunes in the one that calls it, whose
processor time is that of the pruning. It gets the same seeds, so that both see the same conformers,
and has to keep the same ones; it stops at 30,000 attempts. About 12 minutes on two cores, 6 of them
to embed, less with what other programs left in --cache, and 4 for RDKit.
"""

import os
import time
from pathlib import Path

import numpy as np

from measuring import alone, arguments, attempts, clocked, default_molecule, default_study, kept
from recording import exponent, load, record, spread

from rdkit.Chem import rdDistGeom
from confsym.conformers import embedding, pruning
from confsym.molecules import molecule

SIZES = [1_000, 3_000, 10_000, 30_000, 100_000]
RDKIT_UP_TO = 30_000  # attempts: its time grows with their square
FITTED_FROM = 3_000  # attempts: below, what is done once weighs
REPEATS = 3


def ours(count: int, cache: Path, repeats: int) -> tuple[np.ndarray, list[float]]:
    """Which of the first attempts are kept, and processor seconds of each run."""
    positions = attempts(count, cache)
    matches = pruning.heavy_atom_matches(molecule.build(*default_molecule()))
    threshold = default_study()["embedding"]["prune_rms"]
    runs = [clocked(lambda: pruning.prune(positions, matches, threshold)) for _ in range(repeats)]
    return runs[0][0], [seconds for _, _, seconds in runs]


def theirs(count: int) -> tuple[np.ndarray, float]:
    """Positions that RDKit's own pruning keeps of the same attempts, and its processor seconds."""
    target, options = molecule.build(*default_molecule()), default_study()["embedding"]
    parameters = embedding.parameters(options)
    parameters.randomSeed, parameters.pruneRmsThresh = options["seed"], options["prune_rms"]
    parameters.numThreads = max(os.cpu_count() or 1, 2)  # one would embed in the calling thread
    start = time.thread_time()
    rdDistGeom.EmbedMultipleConfs(target, count, parameters)
    seconds = time.thread_time() - start
    return np.array([conformer.GetPositions() for conformer in target.GetConformers()]), seconds


def main() -> None:
    """Measure each number of attempts, and fit the growth."""
    given, before = arguments(__doc__), load()
    sizes = [100, 200] if given.quick else SIZES
    rows = []
    with kept(given.cache) as cache:
        attempts(sizes[-1], cache)
        for count in sizes:
            (chosen, seconds), memory = alone(ours, count, cache, REPEATS)
            row = {
                "attempts": count,
                "kept": len(chosen),
                "confsym (s)": spread(seconds),
                "peak memory (MB)": memory,
                "RDKit (s)": None,
                "RDKit / confsym": None,
            }
            if count <= RDKIT_UP_TO:
                expected, row["RDKit (s)"] = theirs(count)
                if not np.array_equal(attempts(count, cache)[chosen], expected):
                    raise SystemExit(f"RDKit keeps other conformers of {count} attempts.")
                row["RDKit / confsym"] = row["RDKit (s)"] / row["confsym (s)"]["median"]
            rows.append(row)
            print(row, flush=True)
    fits = [growth(rows, name, given.quick) for name in ("confsym", "RDKit")]
    record("pruning", given, before, {"times": rows, "growth": fits})


def growth(rows: list[dict], name: str, quick: bool) -> dict:
    """Fit the power of the number of attempts that the time grows with."""
    known = [
        row for row in rows if row[f"{name} (s)"] and (quick or row["attempts"] >= FITTED_FROM)
    ]
    sizes, seconds = ([row[key] for row in known] for key in ("attempts", f"{name} (s)"))
    seconds = [one["median"] if isinstance(one, dict) else one for one in seconds]
    return {
        "pruning": name,
        "from": sizes[0],
        "to": sizes[-1],
        "exponent": exponent(sizes, seconds),
    }


if __name__ == "__main__":
    main()
