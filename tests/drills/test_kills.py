"""Everything killed at once, at random moments: the next run ends in the same bytes."""

import os
import random
import re
import shutil
import signal
import time
from collections import Counter

import pytest

from small import artifacts, copied, in_the_making, started, unmade
from studies import Study

SEED = 18
MOMENTS = 40
STAGES = {  # a file that is in the making while a study is in that stage
    "embedding": "results/butanol/conformers/shards/",
    "fitting": "/model.joblib",
    "writing tables": "results/butanol/tables/",
    "drawing": "results/butanol/figures/",
    "archiving": "results/archive/",
}
WAIT = 300.0  # seconds that a slow machine may take to begin a job


def kill(process) -> None:
    """The run and all of its jobs."""
    assert process.poll() is None, "the run ended before its kill"
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def await_making(study: Study, place: str = "") -> None:
    """Wait until a file of some place is in the making."""
    deadline = time.monotonic() + WAIT
    while not any(place in name for name in in_the_making(study)):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def check_nothing_half(study: Study, expected: dict[str, str]) -> None:
    """What has its name is whole, the moment after a kill."""
    for name, content in artifacts(study).items():
        if "/.part-" not in name:
            assert content == expected.get(name, "no such file"), name


def check_finished(study: Study, expected: dict[str, str], targets: list[str]) -> int:
    """Run to the end and compare; how many times `--unlock` was needed."""
    process = study.snakemake(*targets)
    unlocked = "--unlock" in process.stdout
    if unlocked:
        assert study.snakemake("--unlock").returncode == 0
        process = study.snakemake(*targets)
    assert process.returncode == 0, process.stdout
    assert artifacts(study) == expected
    assert not in_the_making(study)
    return unlocked


@pytest.mark.parametrize(
    "name",
    ["results/butanol/conformers/shards/1.npz", "results/butanol/experiments/notes/model.joblib"],
)
def test_a_job_killed_in_its_midst_is_run_again(tmp_path, finished, name):
    study = copied(finished, tmp_path / "study")
    expected = artifacts(finished)
    (study.folder / name).unlink()
    process = started(study, name)
    await_making(study)
    time.sleep(random.Random(f"{SEED} {name}").uniform(0, 0.2))
    kill(process)
    check_nothing_half(study, expected)
    check_finished(study, expected, [name])


def killed_after(study: Study, steps: int, total: int, delay: float) -> None:
    """Run a study until so many of its jobs are done, and some seconds more.

    The archive's job is the last but one, before the target itself: it is waited for.
    """
    process = started(study, "archive")
    done = rf"{steps} of \d+ steps" if steps else "Building DAG"
    for line in process.stdout:
        if re.match(done, line):
            break
    if steps == total - 2:
        await_making(study, STAGES["archiving"])
    else:
        time.sleep(delay)
    kill(process)


@pytest.mark.long
def test_kills_at_random_moments(tmp_path, undisturbed, record):
    """After a number of jobs that runs through the whole study, and a random time beside."""
    generator = random.Random(SEED)
    total = int(re.search(r"of (\d+) steps", undisturbed.said)[1])
    expected = artifacts(undisturbed)
    killed, unlocked, moments = Counter(), 0, MOMENTS
    for moment in range(MOMENTS):
        study = unmade(undisturbed, tmp_path / str(moment))
        steps = moment * (total - 2) // (MOMENTS - 1)
        killed_after(study, steps, total, generator.uniform(0, 0.5))
        making = in_the_making(study)
        killed.update({stage for stage, place in STAGES.items() if place in " ".join(making)})
        check_nothing_half(study, expected)
        unlocked += check_finished(study, expected, ["archive"])
        shutil.rmtree(study.folder)
    for stage in STAGES:
        if not killed[stage]:  # too short to be met by chance
            study = unmade(undisturbed, tmp_path / stage)
            process = started(study, "archive")
            await_making(study, STAGES[stage])
            kill(process)
            moments += 1
            killed[stage] += any(STAGES[stage] in name for name in in_the_making(study))
            check_nothing_half(study, expected)
            unlocked += check_finished(study, expected, ["archive"])
    assert all(killed[stage] for stage in STAGES), killed
    stages = ", ".join(f"{stage} {killed[stage]}" for stage in STAGES)
    record(
        "kill",
        f"SIGKILL of a small study and all of its jobs at {moments} moments (in the midst of: "
        f"{stages}), and each time a run to the end",
        f"{len(expected)} files the same bytes each time, none half-written, none left behind; "
        f"`--unlock` needed {unlocked} times",
    )
