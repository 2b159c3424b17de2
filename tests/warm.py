"""Snakemake in forks of one process that has imported it, which is half the time of a dry run.

Its jobs can be forks too, of a process that has imported what jobs import: most jobs of tests are
imports. Snakemake runs jobs in threads, of which a process must not be forked: a second process,
itself a fork, is asked for them through a socket. Each job is held against the code that its rule
says it depends on: one that loads a module beside fails, but for `UNCHECKED`.
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
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable
from functools import cache, partialmethod
from importlib import import_module
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path

LONGEST = 900  # seconds of a run, a guard against hanging; a slow machine takes minutes
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
OF_JOBS += ("PIL.PngImagePlugin", "ase.io", "ase.optimize", "joblib", "plotly.offline", "pymatviz")
OF_JOBS += ("scipy.optimize", "scipy.stats", "sklearn.dummy", "sklearn.neighbors", "tabulate")
UNCHECKED = "CONFSYM_TESTS_UNCHECKED"  # in the environment of a run whose code is wrong on purpose
# Snakemake tells each job so, but a fork no longer heeds it.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


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
        env=os.environ | ONE_THREAD | dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(server.communicate)  # which ends its input, and waits for it
    return server


def _serve(jobs: bool) -> None:
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
    """Never returns: Snakemake ends with `sys.exit`."""
    with open(said, "wb") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    signal.alarm(LONGEST)
    os.chdir(folder)
    sys.argv, sys.path[:1] = ["snakemake", *arguments], [folder, *paths]
    if jobs:
        listener = Listener()
        forker = os.fork()
        if not forker:
            _fork_jobs(listener)
        atexit.register(os.kill, forker, signal.SIGTERM)
        sys.modules["snakemake.script"].PythonScript.execute_script = partialmethod(
            _ask_for_job, listener.address
        )
    runpy.run_module("snakemake", run_name="__main__", alter_sys=True)


def _ask_for_job(script, address: str, path: str, edit: bool = False) -> None:
    """Have a job's script run, as Snakemake's own method does."""
    began = time.monotonic()
    loaded: set[str] = set()
    with Client(address) as forker:
        forker.send((path, os.getcwd()))
        try:
            status, loaded = forker.recv()
        except EOFError:  # it was killed
            status = -signal.SIGKILL
    if not status and UNCHECKED not in os.environ:
        status = _require_known(script, loaded)
    if script.bench_record:  # of a rule with a benchmark
        script.bench_record.running_time = time.monotonic() - began
    if status:
        raise subprocess.CalledProcessError(status, path)


def _require_known(script, loaded: set[str]) -> int:
    """1, with a sentence, if a job loaded code that its parameter `code` is not of; 0 else."""
    code = script.params.get("code")
    known = {str(Path(file).resolve()) for file in _files_of_code().get(code, ())}
    missed = sorted(loaded - known) if code else []
    if missed:
        print(f"{script.rulename} loads code that it is not run again for: {', '.join(missed)}")
    return int(bool(missed))


@cache
def _files_of_code() -> dict[str, list[Path]]:
    """What the Snakefile knows of it by the checksums that jobs are given."""
    workflow = import_module("snakemake.workflow").Workflow
    (here,) = (one for one in gc.get_objects() if type(one) is workflow)
    files: dict[str, list[Path]] = here.globals["FILES_OF_CODE"]
    return files


def _fork_jobs(listener: Listener) -> None:
    """Never returns: it is killed where Snakemake ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that nothing has to wait for a job
    while True:
        with listener.accept() as asking:
            if not os.fork():
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _run_job(asking, *asking.recv())


def _run_job(asking: Connection, path: str, folder: str) -> None:
    """Never returns. The project's own code is imported anew."""
    os.chdir(folder)
    for name in filter(_is_own, [*sys.modules]):
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
        asking.send((status, _own_modules()))
        os._exit(status)


def _own_modules() -> set[str]:
    """Files of the project's modules that are loaded, but for empty ones of packages."""
    loaded = (vars(module).get("__file__") for name, module in sys.modules.items() if _is_own(name))
    paths = (Path(file).resolve() for file in loaded if file)
    return {str(path) for path in paths if path.name != "__init__.py"}


def _is_own(name: str) -> bool:
    return name.partition(".")[0] == "confsym"


if __name__ == "__main__":
    _serve("jobs" in sys.argv[1:])
