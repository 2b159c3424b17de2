"""A study on a real Slurm has the bytes of a local run, also after a job was cancelled."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from cluster import one_node
from studies import ROOT, Study, tiny

PLUGINS = ROOT / ".slurm"
PROFILE = ["--workflow-profile", str(ROOT / "profiles/slurm"), "--jobs", "4", "--latency-wait", "5"]
PROFILE += ["--slurm-no-account", "--slurm-init-seconds-before-status-checks", "1"]
PROFILE += ["--default-resources", f"slurm_partition={one_node.PARTITION}", "mem_mb=500"]
PROFILE += ["runtime=5"]
LONGEST = 600  # seconds of a run

why_not = one_node.lacking() or ("" if PLUGINS.is_dir() else "make slurm has not been run")
pytestmark = pytest.mark.skipif(bool(why_not), reason=why_not)


@pytest.fixture(scope="module")
def node(tmp_path_factory) -> Iterator[one_node.Node]:
    found = one_node.Node(tmp_path_factory.mktemp("slurm"))
    try:
        found.start()
        yield found
    finally:
        found.stop()


@pytest.fixture(scope="module")
def config() -> dict:
    """Few jobs: each takes seconds more on a cluster than at home."""
    return tiny(
        embedding__attempts=110,
        embedding__shard=110,
        split__train=50,
        features={"raw": {"kind": "raw_coordinates"}},
        models={"hgb": {"kind": "ridge"}},
        experiments={"notes": {"features": "raw", "model": "hgb"}},
    )


@pytest.fixture(scope="module")
def expected(config, tmp_path_factory) -> dict[str, str]:
    """Checksums of a local run."""
    study = Study(tmp_path_factory.mktemp("home"), config)
    study.run("notes")
    return study.checksums()


def started(study: Study, node: one_node.Node, *options: str) -> subprocess.Popen:
    """A run on the node, in the background."""
    command = [sys.executable, "-m", "snakemake", *study.arguments(), *PROFILE, *options]
    command += ["--", "notes"]
    paths = [str(PLUGINS), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        command,
        cwd=study.project,
        env=node.environment | {"PYTHONPATH": os.pathsep.join(paths)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finished(process: subprocess.Popen) -> tuple[int, str]:
    """Status of a run and what it said."""
    try:
        said, _ = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        process.kill()
        said, _ = process.communicate()
        pytest.fail(f"the run has not come to its end:\n{said}")
    return process.returncode, said


def first_job(process: subprocess.Popen, node: one_node.Node) -> str:
    """Number of a job that the node runs."""
    deadline = time.monotonic() + 120
    while not (running := node.jobs("RUNNING")):
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline, "no job has begun"
        time.sleep(0.1)
    return running[0]


def test_the_bytes_are_those_of_a_local_run(node, config, expected, tmp_path):
    study = Study(tmp_path, config)
    status, said = finished(started(study, node))
    assert status == 0, said
    assert node.jobs("COMPLETED")
    assert study.checksums() == expected


def test_after_a_cancelled_job_and_with_a_daemon_that_stops(node, config, expected, tmp_path):
    study = Study(tmp_path, config)
    process = started(study, node, "--retries", "0")
    node.cancel(first_job(process, node))
    status, said = finished(process)
    assert status != 0, said
    assert study.checksums().keys() < expected.keys()
    process = started(study, node)
    first_job(process, node)
    node.stop_slurmd()
    time.sleep(2)
    node.start_slurmd()
    status, said = finished(process)
    assert status == 0, said
    assert study.checksums() == expected
