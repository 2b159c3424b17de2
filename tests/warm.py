"""Snakemake in forks of one process that has imported it, which is half the time of a dry run.

Its jobs can be forks too, as those of a user's run are, but from the first one on: the process
whose forks they are is a fork itself, of one that has imported what jobs import. Each job is held
against the code that its rule says it depends on: one that loads a module beside fails, but for
`UNCHECKED`.
What every run parses anew, Snakefiles and the modules whose imports it asks for, is parsed once for
each text.
As a program it takes a call a line on its standard input, as JSON, and answers with exit statuses.
"""

import ast
import atexit
import gc
import hashlib
import json
import os
import pickle
import runpy
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from functools import cache, partial, partialmethod
from importlib import import_module
from pathlib import Path

sys.path.insert(1, str(Path(__file__).parents[1] / "workflow/scripts"))

from confsym.provenance.forks import ONE_THREAD, PACKAGES, Forks, serve

LONGEST = 900  # seconds of a run, a guard against hanging; a slow machine takes minutes
# What a dry run imports, all but this project's own code, of which tests make copies.
IMPORTED = ("snakemake.cli", "snakemake.profiles", "snakemake.report.html_reporter", "smart_open")
IMPORTED += ("jsonschema", "pandas", "pulp", "scipy.constants", "yte")
# What jobs import beside, with the same exception.
OF_JOBS = (*PACKAGES, "PIL.PngImagePlugin", "ase.io", "ase.optimize", "joblib", "plotly.offline")
OF_JOBS += ("pymatviz", "scipy.optimize", "sklearn.dummy", "sklearn.neighbors", "tabulate")
STRICT = {"PYTHONWARNINGS": "error::RuntimeWarning"}  # what NumPy warns of, as in pyproject.toml
UNCHECKED = "CONFSYM_TESTS_UNCHECKED"  # in the environment of a run whose code is wrong on purpose
KNOWN = "CONFSYM_TESTS_KNOWN"  # in that of a job: paths of the code that its rule knows


def snakemake(
    arguments: list[str],
    folder: Path,
    jobs: bool = False,
    paths: Iterable[Path] = (),
    **environment: str,
) -> tuple[int, str]:
    """Call Snakemake in a folder; its exit status and what it said.

    With `jobs`, jobs are forks as well. Packages are also looked for in `paths`, before all others.
    """
    server = _server(jobs, tuple(sorted(environment.items())))
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as said:
        call = {"arguments": arguments, "folder": str(folder), "said": said.name}
        call["paths"] = [str(path) for path in paths]
        server.stdin.write(f"{json.dumps(call)}\n")
        server.stdin.flush()
        return int(server.stdout.readline()), said.read()


@cache
def _server(jobs: bool, environment: tuple[tuple[str, str], ...]) -> subprocess.Popen:
    server = subprocess.Popen(
        [sys.executable, __file__, *(["jobs"] if jobs else [])],
        env=os.environ | ONE_THREAD | STRICT | dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(server.communicate)  # which ends its input, and waits for it
    return server


def _serve(jobs: bool) -> None:
    for name in filter(_is_own, [*sys.modules]):
        del sys.modules[name]  # each run has its own
    for name in IMPORTED + (OF_JOBS if jobs else ()):
        import_module(name)
    folder = tempfile.mkdtemp()
    _parse_snakefiles_once(Path(folder))
    for number, line in enumerate(sys.stdin):
        if number == 1:  # some servers are asked only once
            _parse_modules_once()
        gc.freeze()  # forks leave alone what is there, and so share it
        child = os.fork()
        if not child:
            _call(jobs, **json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
    shutil.rmtree(folder)


def _parse_snakefiles_once(folder: Path) -> None:
    """Have Snakemake keep in a folder what it makes of each Snakefile's text, for later calls."""
    workflow = sys.modules["snakemake.workflow"]
    parse = workflow.parse

    def kept(path, caller, linemap, overwrite_shellcmd=None, rulecount=0):
        name = path.get_path_or_uri(secret_free=True)
        with caller.sourcecache.open(path) as file:
            told = file.read(), name, overwrite_shellcmd, rulecount
        place = folder / hashlib.sha256(repr(told).encode()).hexdigest()
        if place.exists():
            *found, lines = pickle.loads(place.read_bytes())
            linemap |= lines
        else:
            found = parse(path, caller, linemap, overwrite_shellcmd, rulecount)
            part = place.with_suffix(".part")
            part.write_bytes(pickle.dumps((*found, linemap)))
            part.rename(place)
        return tuple(found)

    workflow.parse = kept


def _parse_modules_once() -> None:
    """Parse the project's modules for all calls, each of which asks what they import."""
    parse = ast.parse
    paths = (Path(__file__).parents[1] / "workflow/scripts").rglob("*.py")
    trees = {text: parse(text) for text in (path.read_bytes() for path in paths)}

    def known(source, *arguments, **named):
        tree = trees.get(source) if isinstance(source, bytes) else None
        return tree or parse(source, *arguments, **named)

    ast.parse = known


def _call(jobs: bool, arguments: list[str], folder: str, said: str, paths: list[str]) -> None:
    """Never returns: Snakemake ends with `sys.exit`, of a number."""
    with open(said, "wb") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    signal.alarm(LONGEST)
    os.chdir(folder)
    sys.argv, sys.path[:2] = ["snakemake", *arguments], [folder, *paths]
    if jobs:
        sys.modules["snakemake.script"].PythonScript.execute_script = partialmethod(
            _execute, Jobs()
        )
    try:
        runpy.run_module("snakemake", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code)  # as it stands: to take packages apart is a third of the time


class Jobs(Forks):
    """Forks of a process that is a fork of this one."""

    def __init__(self) -> None:
        self._channel, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._sending = threading.Lock()
        if not os.fork():
            self._channel.close()
            runpy.run_path = partial(_run_known, runpy.run_path)
            serve(other)
            os._exit(0)
        other.close()


def _execute(script, jobs: Jobs, path: str, edit: bool = False) -> None:
    """Have a job's script run, as Snakemake's own method does."""
    began = time.monotonic()
    variables, code = {}, script.params.get("code")
    if code and UNCHECKED not in os.environ:
        files = (str(Path(file).resolve()) for file in _files_of_code().get(code, ()))
        variables[KNOWN] = os.pathsep.join(files)
    status = jobs.run(path, variables, lambda process: None)
    if script.bench_record:  # of a rule with a benchmark
        script.bench_record.running_time = time.monotonic() - began
    if status:
        raise subprocess.CalledProcessError(status, path)


@cache
def _files_of_code() -> dict[str, list[Path]]:
    """What the Snakefile knows of it by the checksums that jobs are given."""
    workflow = import_module("snakemake.workflow").Workflow
    (here,) = (one for one in gc.get_objects() if type(one) is workflow)
    files: dict[str, list[Path]] = here.globals["FILES_OF_CODE"]
    return files


def _run_known(run_path: Callable, path: str, run_name: str) -> None:
    """Run a job's script, which fails if it loads code that its parameter `code` is not of."""
    run_path(path, run_name=run_name)
    loaded = (vars(module).get("__file__") for name, module in sys.modules.items() if _is_own(name))
    paths = {Path(file).resolve() for file in loaded if file}
    code = {str(path) for path in paths if path.name != "__init__.py"}  # those are empty
    missed = sorted(code - {*os.environ[KNOWN].split(os.pathsep)}) if KNOWN in os.environ else []
    if missed:
        sys.exit(f"it loads code that it is not run again for: {', '.join(missed)}")


def _is_own(name: str) -> bool:
    return name.partition(".")[0] == "confsym"


if __name__ == "__main__":
    _serve("jobs" in sys.argv[1:])
