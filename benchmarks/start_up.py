"""Time the imports of each script of a rule, and name the heaviest.

    .venv/bin/python benchmarks/start_up.py

Runs what each script imports at its top in a fresh Python, and has Python itself say how long each
module takes. What a kind of feature or model imports later, in the job, is not in it; `jobs.py`
has all imports of the jobs of a study. About two minutes.
"""

import ast
import compileall
import os
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

from measuring import ROOT, arguments, taken_by
from recording import load, record, spread

SCRIPTS = ROOT / "workflow/scripts"
IMPORT = re.compile(r"import time: +(\d+) \| +(\d+) \| +([\w.]+)")
REPEATS = 2


def imports_of(script: Path) -> str:
    """The lines of a script that import, at its top."""
    body = ast.parse(script.read_text(encoding="utf-8")).body
    return "\n".join(
        ast.unparse(node) for node in body if isinstance(node, ast.Import | ast.ImportFrom)
    )


def seconds_of_imports(said: str) -> Counter[str]:
    """Seconds of each package's own modules, from what `python -X importtime` says."""
    seconds: Counter[str] = Counter()
    for own, _, module in IMPORT.findall(said):
        seconds[module.partition(".")[0]] += int(own) / 1e6
    return seconds


def main() -> None:
    """Measure each script, and Python alone."""
    given, before = arguments(__doc__), load()
    scripts = sorted(SCRIPTS.glob("*.py"))[: 1 if given.quick else None]
    os.environ["PYTHONPATH"] = str(SCRIPTS)
    compileall.compile_dir(SCRIPTS, quiet=1)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, code in {
            "(Python alone)": "",
            **{s.stem: imports_of(s) for s in scripts},
        }.items():
            command = [sys.executable, "-X", "importtime", "-c", code]
            runs = [taken_by(command, Path(folder)) for _ in range(REPEATS)]
            seconds = seconds_of_imports(runs[-1].said)
            package, own = seconds.most_common(1)[0] if code else ("", 0.0)
            rows.append(
                {
                    "script": name,
                    "wall (s)": spread(run.wall for run in runs),
                    "processor (s)": spread(run.processor for run in runs),
                    "heaviest package": package,
                    "its share (%)": 100 * own / seconds.total(),
                    "modules": len(IMPORT.findall(runs[-1].said)),
                }
            )
            print(rows[-1], flush=True)
    rows.sort(key=lambda row: row["processor (s)"]["median"])
    record("start_up", given, before, {"times": rows})


if __name__ == "__main__":
    main()
