"""Two at once: in one folder, in two, with a report, and with a config that is edited meanwhile."""

import time

from small import artifacts, copied, in_the_making, started
from studies import Study, tiny

WAIT = 300.0  # seconds that a slow machine may take to begin a job


def begun(study: Study) -> None:
    """Wait until the study's run has locked its folder and begun a job."""
    deadline = time.monotonic() + WAIT
    while not in_the_making(study):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def ended(process) -> str:
    """What a run that went on beside the test said; fails where the run did."""
    said, _ = process.communicate()
    assert process.returncode == 0, said
    return said


def without(study: Study, *names: str) -> Study:
    for name in names:
        (study.folder / name).unlink()
    return study


def test_a_second_run_in_the_same_folder_is_refused(tmp_path, finished):
    name = "results/butanol/experiments/notes/model.joblib"
    study = without(copied(finished, tmp_path / "study"), name)
    first = started(study, name)
    begun(study)
    second = study.snakemake(name)
    last = second.stdout.splitlines()[-1]
    assert second.returncode != 0
    assert last.startswith("ERROR: another snakemake is at work in this folder, or one was killed")
    assert "Traceback" not in second.stdout
    ended(first)
    assert artifacts(study) == artifacts(finished)
    assert not study.plan()


def test_two_studies_in_two_folders(tmp_path, finished):
    name = "results/butanol/conformers/ensemble.npz"
    studies = [without(copied(finished, tmp_path / one), name) for one in ("one", "two")]
    for study in studies:
        study.project = finished.project  # both run the same code
    for run in [started(study, name, cores=1) for study in studies]:
        ended(run)
    for study in studies:
        assert artifacts(study) == artifacts(finished)


def test_a_report_while_the_study_runs(tmp_path, finished):
    name = "results/butanol/experiments/notes/model.joblib"
    study = without(copied(finished, tmp_path / "study"), name)
    run = started(study, name)
    begun(study)
    report = study.snakemake("--report", "report.zip")
    ended(run)
    if report.returncode == 0:  # the model was there again in time
        assert (study.folder / "report.zip").stat().st_size > 10**5
    else:
        assert not (study.folder / "report.zip").exists()
        assert name in report.stdout
    assert artifacts(study) == artifacts(finished)
    assert study.snakemake("--report", "report.zip").returncode == 0


def test_a_config_that_is_edited_while_the_study_runs(tmp_path, finished):
    """The run keeps to the config that it began with; the next one makes anew what it has to."""
    names = [
        f"results/butanol/experiments/notes/{name}" for name in ("model.joblib", "metrics.csv")
    ]
    study = without(copied(finished, tmp_path / "study"), *names)
    run = started(study, *names)
    begun(study)
    study.configure(tiny(models__hgb={"kind": "hist_gradient_boosting", "max_iter": 7}))
    ended(run)
    assert artifacts(study) == artifacts(finished)
    jobs = study.plan(*names)
    assert set(jobs) == {"fit_model butanol notes", "evaluate_model butanol notes"}
    study.run(*names)
    fresh = artifacts(study)
    assert all(fresh[name] != artifacts(finished)[name] for name in names)
    study.configure(tiny())
    study.run(*names)
    assert artifacts(study) == artifacts(finished)
