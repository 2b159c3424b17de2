"""Run every program that measures for docs/performance.md: `make benchmarks` starts with this.

    .venv/bin/python benchmarks/all.py

The programs run one after the other, so that none disturbs another, and share conformers and the
finished default study in a temporary folder. About half an hour on two cores. Measure on a machine
that does nothing else.
"""

import subprocess
import sys
from pathlib import Path

from measuring import arguments, kept

PROGRAMS = [
    "start_up",
    "notes_chain",
    "jobs",
    "reruns",
    "energies",
    "features",
    "models",
    "pruning",
]


def main() -> None:
    """Run them, and stop at the first that fails."""
    given = arguments(__doc__)
    with kept(given.cache) as cache:
        for name in PROGRAMS:
            print(f"\n{name}", flush=True)
            command = [sys.executable, str(Path(__file__).with_name(f"{name}.py"))]
            command += ["--records", str(given.records), "--cache", str(cache)]
            subprocess.run(command + ["--quick"] * given.quick, check=True)


if __name__ == "__main__":
    main()
