"""A Slurm of one node on the loopback interface, without systemd: started, used, stopped."""

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

PROGRAMS = (
    "slurmctld",
    "slurmd",
    "sbatch",
    "squeue",
    "scancel",
    "sinfo",
    "srun",
    "munged",
    "munge",
)
PARTITION = "debug"
CONFIG = """\
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
StateSaveLocation={base}/ctld
SlurmdSpoolDir={base}/slurmd
SlurmctldPidFile={base}/slurmctld.pid
SlurmdPidFile={base}/slurmd.pid
SlurmctldLogFile={base}/slurmctld.log
SlurmdLogFile={base}/slurmd.log
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
MinJobAge=3600
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory} State=UNKNOWN
PartitionName={partition} Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def lacking() -> str:
    """Why there can be no such node here; empty where there can."""
    if os.geteuid() != 0:
        return "only root can start a Slurm of one node"
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    return f"there is no {', '.join(missing)}; make test-slurm installs them" if missing else ""


class Node:
    """The daemons.

    Parameters
    ----------
    base
        An empty folder for all that they write.
    """

    def __init__(self, base: Path):
        self.base = base
        self.munged = False  # whether it is ours
        config = str(base / "slurm.conf")
        path = os.pathsep.join([str(base / "bin"), os.environ["PATH"]])
        self.environment = os.environ | {"SLURM_CONF": config, "PATH": path}

    def start(self) -> None:
        """Start what is not there, and wait until the node is idle."""
        for folder in ("ctld", "slurmd"):
            (self.base / folder).mkdir()
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
        text = CONFIG.format(
            host=socket.gethostname().split(".")[0],
            base=self.base,
            ports=_free_ports(),
            cpus=os.cpu_count(),
            memory=int(0.9 * memory),
            partition=PARTITION,
        )
        (self.base / "slurm.conf").write_text(text)
        # Jobs forget every variable of Slurm's, so that their srun has to be told by itself.
        srun = self.base / "bin/srun"
        srun.parent.mkdir()
        config, program = self.environment["SLURM_CONF"], shutil.which("srun")
        srun.write_text(f'#!/bin/sh\nSLURM_CONF="{config}" exec "{program}" "$@"\n')
        srun.chmod(0o755)
        if self._ask("munge", "--no-input").returncode:
            subprocess.run(
                ["install", "-d", "-o", "munge", "-g", "munge", "/run/munge"], check=True
            )
            subprocess.run(["runuser", "-u", "munge", "--", "munged"], check=True)
            self.munged = True
        self._ask("slurmctld", check=True)
        self.start_slurmd()
        self.wait_for("idle")

    def start_slurmd(self) -> None:
        """Start the daemon that runs jobs."""
        self._ask("slurmd", check=True)

    def stop_slurmd(self) -> None:
        """Stop it; the jobs that it started go on."""
        self._stop("slurmd")

    def stop(self) -> None:
        """Stop what was started here, and nothing else."""
        self._ask("scancel", "--user=root")
        for name in ("slurmd", "slurmctld"):
            self._stop(name)
        if self.munged:
            _end(Path("/run/munge/munged.pid"))

    def wait_for(self, state: str, seconds: float = 60) -> None:
        """Wait until the node is in a state."""
        deadline = time.monotonic() + seconds
        while state not in (seen := self._ask("sinfo", "-h", "-o", "%t").stdout):
            assert time.monotonic() < deadline, f"the node is {seen.strip()}, not {state}"
            time.sleep(0.2)

    def jobs(self, state: str) -> list[str]:
        """Numbers of the jobs in a state."""
        return self._ask("squeue", "-h", "-t", state, "-o", "%A").stdout.split()

    def cancel(self, job: str) -> None:
        """Cancel a job."""
        self._ask("scancel", job, check=True)

    def _ask(self, *command: str, check: bool = False) -> subprocess.CompletedProcess:
        return subprocess.run(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=check,
        )

    def _stop(self, name: str) -> None:
        _end(self.base / f"{name}.pid")


def _end(pid_file: Path) -> None:
    """End the process that a file has the number of, and wait until it has gone."""
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text())
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)


def _free_ports() -> list[int]:
    """Two that nobody listens on now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
