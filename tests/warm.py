"""Snakemake in forks of one process that has imported it, which is half the time of a dry run.

As a program it takes a call a line on its standard input, as JSON, and answers with exit statuses.
"""

import atexit
import json
import os
import runpy
import subprocess
import sys
import tempfile
from functools import cache
from importlib import import_module
from pathlib import Path

# What a dry run imports, all but this project's own code, of which tests make copies.
IMPORTED = ("snakemake.cli", "snakemake.profiles", "snakemake.report.html_reporter", "smart_open")
IMPORTED += ("jsonschema", "pandas", "pulp", "scipy.constants", "yte")


def snakemake(arguments: list[str], folder: Path) -> tuple[int, str]:
    """Call Snakemake in a folder; its exit status and what it said."""
    server = _server()
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as said:
        call = {"arguments": arguments, "folder": str(folder), "said": said.name}
        server.stdin.write(f"{json.dumps(call)}\n")
        server.stdin.flush()
        return int(server.stdout.readline()), said.read()


@cache
def _server() -> subprocess.Popen:
    server = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(server.communicate)  # which ends its input, and waits for it
    return server


def _serve() -> None:
    for name in IMPORTED:
        import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _call(**json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _call(arguments: list[str], folder: str, said: str) -> None:
    """Never returns: Snakemake ends with `sys.exit`."""
    with open(said, "wb") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    os.chdir(folder)
    sys.argv, sys.path[0] = ["snakemake", *arguments], folder
    runpy.run_module("snakemake", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _serve()
