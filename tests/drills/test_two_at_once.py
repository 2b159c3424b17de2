"""Two at once: in one folder, in two, with a report, and with a config that is edited meanwhile."""

import os
import signal
import time
from contextlib import contextmanager

from small import artifacts, copied, in_the_making, started
from studies import Study, tiny

WAIT = 300.0  # seconds that a slow machine may take to begin a job
MODEL = "results/butanol/experiments/notes/model.joblib"
METRICS = "results/butanol/experiments/notes/metrics.csv"


@contextmanager
def paused(study: Study, *targets: str):
    """A run that is held in the midst of a job, and goes on to its end after the body."""
    process = started(study, *targets)
    try:
        deadline = time.monotonic() + WAIT
        while not in_the_making(study):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGSTOP)
        yield
        os.killpg(process.pid, signal.SIGCONT)
        said, _ = process.communicate()
        assert process.returncode == 0, said
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def without(study: Study, *names: str) -> Study:
    for name in names:
        (study.folder / name).unlink()
    return study


def test_a_second_run_in_the_same_folder_is_refused(tmp_path, finished):
    study = without(copied(finished, tmp_path / "study"), MODEL)
    with paused(study, MODEL):
        second = study.snakemake(MODEL)
        assert second.returncode != 0
        last = second.stdout.splitlines()[-1]
        assert last.startswith("ERROR: another snakemake is at work in this folder, or one was ")
        assert "Traceback" not in second.stdout
    assert artifacts(study) == artifacts(finished)
    assert not study.plan()


def test_two_studies_in_two_folders(tmp_path, finished):
    name = "results/butanol/conformers/ensemble.npz"
    studies = [without(copied(finished, tmp_path / one), name) for one in ("one", "two")]
    for study in studies:
        study.project = finished.project  # both run the same code
    runs = [started(study, name) for study in studies]
    for study, run in zip(studies, runs, strict=True):
        said, _ = run.communicate()
        assert run.returncode == 0, said
        assert artifacts(study) == artifacts(finished)


def test_a_report_while_the_study_runs(tmp_path, finished):
    study = without(copied(finished, tmp_path / "study"), MODEL)
    with paused(study, MODEL):
        report = study.snakemake("--report", "report.zip")
        assert report.returncode == 0, report.stdout
    assert (study.folder / "report.zip").stat().st_size > 10**5
    assert artifacts(study) == artifacts(finished)
    assert not study.plan()


def test_a_config_that_is_edited_while_the_study_runs(tmp_path, finished):
    """The run keeps to the config that it began with; the next one makes anew what it has to."""
    study = without(copied(finished, tmp_path / "study"), MODEL, METRICS)
    with paused(study, MODEL, METRICS):
        study.configure(tiny(models__hgb={"kind": "hist_gradient_boosting", "max_iter": 7}))
    assert artifacts(study) == artifacts(finished)
    jobs = study.plan(MODEL, METRICS)
    assert set(jobs) == {"fit_model butanol notes", "evaluate_model butanol notes"}
    study.run(MODEL, METRICS)
    changed = artifacts(study)
    assert changed[MODEL] != artifacts(finished)[MODEL]
    assert changed[METRICS] != artifacts(finished)[METRICS]
    study.configure(tiny())
    study.run(MODEL, METRICS)
    assert artifacts(study) == artifacts(finished)
