"""Snakemake in forks of one process that has imported it, which is half the time of a dry run.

Its jobs can be forks too, of a process that has imported what jobs import: a tenth of their time.
As a program it takes a call a line on its standard input, as JSON, and answers with exit statuses.
"""

import atexit
import json
import os
import runpy
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pathlib import Path

# What a dry run imports, all but this project's own code, of which tests make copies.
IMPORTED = ("snakemake.cli", "snakemake.profiles", "snakemake.report.html_reporter", "smart_open")
IMPORTED += ("jsonschema", "pandas", "pulp", "scipy.constants", "yte")
# What jobs import beside, with the same exception.
OF_JOBS = ("ase.calculators.calculator", "matplotlib.pyplot", "pyarrow.parquet", "scipy.spatial")
OF_JOBS += (
    "matplotlib.backends.backend_svg",
    "matplotlib.backends.backend_pdf",
    "rdkit.Chem.AllChem",
)
OF_JOBS += ("sklearn.ensemble", "sklearn.linear_model", "sklearn.pipeline", "snakemake.script")


def snakemake(
    arguments: list[str], folder: Path, jobs: bool = False, paths: Iterable[Path] = ()
) -> tuple[int, str]:
    """Call Snakemake in a folder; its exit status and what it said.

    With `jobs`, jobs are forks as well. Packages are also looked for in `paths`, before all others.
    """
    server = _server(jobs)
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as said:
        call = {"arguments": arguments, "folder": str(folder), "said": said.name}
        call["paths"] = [str(path) for path in paths]
        server.stdin.write(f"{json.dumps(call)}\n")
        server.stdin.flush()
        return int(server.stdout.readline()), said.read()


@cache
def _server(jobs: bool) -> subprocess.Popen:
    server = subprocess.Popen(
        [sys.executable, __file__, *(["jobs"] if jobs else [])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(server.communicate)  # which ends its input, and waits for it
    return server


def _serve(jobs: bool) -> None:
    for name in IMPORTED + (OF_JOBS if jobs else ()):
        import_module(name)
    if jobs:
        sys.modules["snakemake.script"].PythonScript.execute_script = _run_job
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _call(**json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _call(arguments: list[str], folder: str, said: str, paths: list[str]) -> None:
    """Never returns: Snakemake ends with `sys.exit`."""
    with open(said, "wb") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    os.chdir(folder)
    sys.argv, sys.path[:1] = ["snakemake", *arguments], [folder, *paths]
    runpy.run_module("snakemake", run_name="__main__", alter_sys=True)


def _run_job(script, path: str, edit: bool = False) -> None:
    """Run a job's script as Snakemake does, but in a fork; the project's code is imported anew."""
    began = time.monotonic()
    child = os.fork()
    if not child:
        for name in [name for name in sys.modules if name.partition(".")[0] == "confsym"]:
            del sys.modules[name]
        status = 1
        try:
            sys.argv = [path]
            runpy.run_path(path, run_name="__main__")
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    _, status = os.waitpid(child, 0)
    script.bench_record.running_time = time.monotonic() - began
    if status:
        raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), path)


if __name__ == "__main__":
    _serve("jobs" in sys.argv[1:])
