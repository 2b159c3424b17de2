"""Jobs as forks of one process that has loaded their packages: of a short job, most are imports.

`Forks` starts this file as a program. The program loads packages, says that it is ready, and waits.
For each script that it is sent it forks, and the fork runs the script as `python script` would: the
project's own modules are loaded by each fork anew, as they are then. The program ends with the
process that started it. Both talk through a pair of sockets that nobody else can open.
"""

import atexit
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

# What jobs load and takes long. Nothing among it starts a thread, which a fork would be without.
PACKAGES = ("ase.calculators.calculator", "matplotlib.backends.backend_pdf")
PACKAGES += ("matplotlib.backends.backend_svg", "matplotlib.pyplot", "numpy", "pandas")
PACKAGES += ("pyarrow.parquet", "rdkit.Chem.AllChem", "scipy.spatial", "scipy.stats")
PACKAGES += ("sklearn.ensemble", "sklearn.linear_model", "sklearn.pipeline", "snakemake.script")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
READY = b"ready"
LONGEST = 65_536  # bytes of a message, which is a path or two
KILLED = -9


class Forks:
    """The process whose forks run scripts; it takes seconds until it can."""

    def __init__(self) -> None:
        self._channel, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._sending, self._ready = threading.Lock(), False
        atexit.register(self.close)
        with other:
            # -P: what lies beside this file is no top-level module.
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__, str(other.fileno())],
                env=os.environ | ONE_THREAD,
                stdin=subprocess.DEVNULL,
                pass_fds=[other.fileno()],
            )

    def close(self) -> None:
        """End the process, whose processor time, with that of its forks, then counts as ours."""
        self._channel.close()
        self._process.wait()

    def ready(self) -> bool:
        """Whether the packages are loaded and the process is there."""
        with self._sending:
            if not self._ready:
                try:
                    self._ready = self._channel.recv(LONGEST, socket.MSG_DONTWAIT) == READY
                except BlockingIOError:
                    return False
        return self._ready and self._process.poll() is None

    def run(
        self, script: str, variables: Mapping[str, str], started: Callable[[int], object]
    ) -> int:
        """Run a script in a fork, in this process's folder, and wait for it.

        Parameters
        ----------
        script
            Path.
        variables
            Of the environment, beside those of this process.
        started
            Told the fork's process number.

        Returns
        -------
        int
            Exit status; -9 of a fork that was killed.

        Raises
        ------
        ConnectionError
            If the process is no longer there, before a fork was made.
        """
        reading, writing = os.pipe()
        with open(reading, encoding="utf-8") as told:
            try:
                message = json.dumps([script, os.getcwd(), dict(variables)]).encode()
                with self._sending:
                    socket.send_fds(self._channel, [message], [writing])
            finally:
                os.close(writing)
            process = told.readline()
            if not process:
                raise ConnectionError("the process that forks is no longer there")
            started(int(process))
            status = told.readline()
        return int(status) if status else KILLED


def serve(channel: socket.socket) -> None:
    """Fork for each script that is sent, until nobody is there to send one."""
    for name in PACKAGES:
        import_module(name)
    with suppress(ConnectionError):  # who went before this was ready, or before it was asked
        channel.send(READY)
        while True:
            message, files, _, _ = socket.recv_fds(channel, LONGEST, 1)
            if not message:
                break
            _reap()
            if not os.fork():
                channel.close()
                _run(*json.loads(message), files[0])
            os.close(files[0])
    time.sleep(0.05)  # the last fork has told its status and is about to end
    _reap()


def _reap() -> None:
    """Take note of the forks that have ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _run(script: str, folder: str, variables: Mapping[str, str], answer: int) -> None:
    """Run a script as Python would. Never returns."""
    _unless_ignored(signal.default_int_handler)
    status = 1
    os.write(answer, f"{os.getpid()}\n".encode())
    try:
        os.chdir(folder)
        os.environ.update(variables)
        tempfile.tempdir = None  # which is to be found anew
        sys.argv, sys.path[:0] = [script], [str(Path(script).resolve().parent)]
        runpy.run_path(script, run_name="__main__")
        status = 0
    except SystemExit as end:
        status = _status(end)
    except KeyboardInterrupt:  # of code that says nothing of it itself
        print("interrupted", file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):  # nobody may be there to hear it; it may be closed
                stream.flush()
        with suppress(OSError):
            os.write(answer, f"{status}\n".encode())
        os._exit(status)


def _unless_ignored(handler: Any) -> None:
    """Handle an interrupt, unless who started this process wants it ignored, as `nohup` may."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, handler)


def _status(end: SystemExit) -> int:
    """As Python has it: a number, 0 for nothing, and 1 for a text, which it shows."""
    if end.code is None or isinstance(end.code, int):
        return end.code or 0
    print(end.code, file=sys.stderr)
    return 1


if __name__ == "__main__":
    _unless_ignored(signal.SIG_DFL)  # which ends this process without a word
    with socket.socket(fileno=int(sys.argv[1])) as end_of_channel:
        serve(end_of_channel)
