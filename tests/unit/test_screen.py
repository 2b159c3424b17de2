"""What a run shows on the screen: no Snakemake, records as it makes them."""

import logging
import os
from pathlib import Path

import pytest

from confsym.provenance.screen import Full, Screen, sentence, shortened

CALLED = (
    'RuleException:\nCalledProcessError in file "a.smk", line 9:\n'
    "Command 'python fit_model.py' returned non-zero exit status 1."
)
FAILED = "WorkflowError:\nAt least one job did not complete successfully."


class Snakemakes(logging.Formatter):
    """In place of Snakemake's: files only of a job without a message, other records as they are."""

    def format(self, record):
        if getattr(record, "event", None) == "job_info":
            return f"[then]\n{record.rule_msg or f'rule {record.rule_name}: in, out'}"
        return record.msg


def record(event=None, msg="", created=0.0, **fields):
    values = {"msg": msg, "created": created, "levelno": logging.INFO, **fields}
    return logging.makeLogRecord(values | ({"event": event} if event else {}))


def begun(jobid=3, message="Fitting notes of butanol", **fields):
    values = {
        "rule_msg": message,
        "rule_name": "fit_model",
        "wildcards": {"molecule": "butanol", "experiment": "notes"},
        "reason": "Missing output files: model.joblib",
    }
    return record("job_info", jobid=jobid, **values | fields)


def broken(log, jobid=3, **aux):
    return record("job_error", jobid=jobid, rule_name="fit_model", log=log, aux=aux)


def shown(screen, *records):
    """What a handler with the screen as filter and formatter writes."""
    return [text for one in records if screen.filter(one) and (text := screen.format(one))]


@pytest.fixture
def screen():
    return Screen(Snakemakes(), dry_run=False)


def test_a_job_is_a_line_and_progress_stays(screen):
    lines = shown(
        screen,
        record("workflow_started", "SNAKEMAKE\n  Host: here"),
        record(None, "Select jobs to execute..."),
        record("run_info", "Job stats:\nfit_model  1"),
        record("job_started", "Execute 1 jobs..."),
        begun(),
        record("job_finished", "Finished jobid: 3", job_id=3),
        record("progress", "1 of 2 steps (50%) done"),
        record(None, "Elapsed time: 1"),
    )
    assert lines[0] == "Job stats:\nfit_model  1"
    assert lines[1][2::3][:2] == "::"
    assert lines[1][8:] == " Fitting notes of butanol"
    assert lines[2:] == ["1 of 2 steps (50%) done", "Elapsed time: 1"]


def test_a_job_without_a_message_is_told_by_its_rule(screen):
    (line,) = shown(screen, begun(message=None))
    assert line[9:] == "Rule fit_model of molecule=butanol, experiment=notes"
    (line,) = shown(screen, begun(message=None, wildcards={}))
    assert line[9:] == "Rule fit_model"


def test_a_dry_run_tells_rule_wildcards_and_reason():
    screen = Screen(Snakemakes(), dry_run=True)
    assert shown(screen, begun(), begun(message=None, wildcards={})) == [
        "rule fit_model: Fitting notes of butanol\n"
        "    wildcards: molecule=butanol, experiment=notes\n"
        "    reason: Missing output files: model.joblib",
        "rule fit_model:\n    reason: Missing output files: model.joblib",
    ]
    without = Screen(Snakemakes(), dry_run=True, reasons=False)
    assert "reason" not in shown(without, begun())[0]


def test_a_reason_names_the_first_files_of_a_long_list():
    assert shortened("Forced execution") == "Forced execution"
    four = "Missing output files: a, b, c, d"
    assert shortened(f"{four}; Updated input files: {four[22:]}, e") == (
        f"{four}; Updated input files: a, b, c and 2 more"
    )


def test_a_log_that_comes_late_is_read_at_the_end(screen, tmp_path):
    log = tmp_path / "a.log"
    (*_, told) = shown(screen, begun(), broken([str(log)], external_jobid="77"))
    assert "without a sentence" in told
    log.write_text("ERROR: one.\n")
    assert shown(screen, record("error", FAILED)) == ["ERROR: one."]


def test_a_failed_job_is_told_when_it_fails_and_last(screen, tmp_path):
    log = tmp_path / "notes.log"
    log.write_text("INFO: 3 rows\nERROR: models.hgb: too few rows; lower split.train.\n")
    told, *others = shown(
        screen,
        begun(),
        record("error", CALLED),
        broken([str(log)], external_jobid="77"),
        record(None, "Exiting because a job execution failed. Look above for error messages"),
        record(None, "Complete log(s): x.log"),
        record("error", FAILED),
    )[1:]
    assert told.splitlines()[0][9:] == "Failed: Fitting notes of butanol"
    assert told.splitlines()[1:] == [
        "    rule: fit_model",
        f"    log: {log}",
        "    external_jobid: 77",
        "    models.hgb: too few rows; lower split.train.",
    ]
    assert others == [
        "Complete log(s): x.log",
        "ERROR: models.hgb: too few rows; lower split.train.",
    ]


def test_a_job_of_this_machine_has_said_its_sentence_itself(screen, tmp_path):
    log = tmp_path / "notes.log"
    log.write_text("ERROR: models.hgb: too few rows; lower split.train.\n")
    (_, told, last) = shown(screen, begun(), broken([str(log)]), record("error", FAILED))
    assert told[9:] == f"Failed: Fitting notes of butanol\n    rule: fit_model\n    log: {log}"
    assert last == "ERROR: models.hgb: too few rows; lower split.train."


def test_a_log_is_named_from_where_the_command_was_given(tmp_path, monkeypatch):
    (tmp_path / "study").mkdir()
    monkeypatch.chdir(tmp_path / "study")
    screen = Screen(Snakemakes(), dry_run=False, folder="study")
    (_, told, last) = shown(screen, begun(), broken(["a.log"]), record("error", FAILED))
    assert told.endswith("    log: study/a.log")
    assert "in its log (study/a.log)" in last
    Path("a.log").write_text("ERROR: a defect\nTraceback (most recent call last):\n")
    assert shown(screen, record("error", FAILED)) == ["ERROR: a defect; see study/a.log"]


def test_several_failed_jobs_have_a_line_each_and_equal_ones_one(screen, tmp_path):
    words = ["one.", "two.", "one."]
    for jobid, word in enumerate(words):
        (tmp_path / f"{jobid}.log").write_text(f"ERROR: {word}\n")
        shown(screen, begun(jobid), broken([str(tmp_path / f"{jobid}.log")], jobid))
    assert shown(screen, record("error", FAILED)) == ["ERROR: one.\nERROR: two."]


def test_a_job_that_succeeds_at_last_has_not_failed(screen, tmp_path):
    (tmp_path / "a.log").write_text("ERROR: one.\n")
    shown(screen, begun(), broken([str(tmp_path / "a.log")]))
    shown(screen, record("job_finished", job_id=3))
    assert shown(screen, record("error", FAILED)) == [FAILED]


def test_jobs_of_a_group_are_known_by_their_sentences(screen, tmp_path):
    (tmp_path / "a.log").write_text("ERROR: one.\n")
    job = {"jobid": 3, "rule_name": "fit_model", "log": [str(tmp_path / "a.log")]}
    assert shown(screen, begun(), record("group_error", "jobs: …", job_error_info=[job]))[1:] == [
        "jobs: …"
    ]
    assert shown(screen, record("error", FAILED)) == ["ERROR: one."]


def test_a_job_that_was_killed_is_told_by_its_message(screen):
    killed = CALLED.replace("returned non-zero exit status 1.", "died with <Signals.SIGKILL: 9>.")
    lines = shown(screen, begun(), record("error", killed), broken(["no.log"]))
    assert lines[1] == killed
    last = shown(screen, record("error", FAILED))[0]
    assert last.startswith("ERROR: Fitting notes of butanol: this job failed without a sentence")
    assert "no.log" in last


def test_other_errors_stay_as_snakemake_tells_them(screen):
    missing = "MissingInputException in rule fit_model:\nMissing input files"
    assert shown(screen, record("error", missing), record("error", FAILED)) == [missing, FAILED]


def test_a_refusal_is_told_alone(screen):
    screen.refusals.append("config: 'raww' is no feature.")
    error = (
        'WorkflowError in file "a.smk", line 3:\nconfig: \'raww\' is no feature.\n  File "a.smk"'
    )
    assert shown(screen, record("error", error)) == ["config: 'raww' is no feature."]
    assert shown(screen, record("error", "WorkflowError:\nanother")) == ["WorkflowError:\nanother"]


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (
            "WorkflowError:\nFailed to create output directory results/a.\n"
            "OSError: [Errno 30] Read-only file system: 'results/a'",
            "ERROR: results/a: the file system can only be read; run the study in a folder",
        ),
        (
            "WorkflowError:\nError recording metadata for finished job ([Errno 28] No space left "
            "on device). Please ensure write permissions for the directory /a/.snakemake",
            "ERROR: /a/.snakemake: the disk is full; free some space",
        ),
        (
            "LockException:\nError: Directory cannot be locked. Please make sure that …:\n/a",
            "ERROR: another snakemake is at work in this folder, or one was killed here; ",
        ),
    ],
)
def test_what_snakemake_itself_lacked_is_one_sentence(screen, error, says):
    (told,) = shown(screen, record("error", error))
    assert told.startswith(says)
    assert "\n" not in told


def test_a_failed_job_is_told_before_what_snakemake_lacked(screen, tmp_path):
    (tmp_path / "a.log").write_text("ERROR: one.\n")
    lacked = "WorkflowError:\n[Errno 28] No space left on device: 'x'"
    *_, told = shown(screen, begun(), broken([str(tmp_path / "a.log")]), record("error", lacked))
    assert told.splitlines()[0] == "ERROR: one."
    assert told.splitlines()[1].startswith("ERROR: x: the disk is full")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ERROR: first.\nINFO: more\nERROR: last.\n", "last."),
        ("ERROR: a defect\nTraceback (most recent call last):\n", "a defect; see a.log"),
        ("INFO: an ERROR: in a line\n", None),
        ("", None),
    ],
)
def test_the_sentence_of_a_log(text, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.log").write_text(text)
    assert sentence(["missing.log", "a.log"], since=0.0) == says


def test_a_log_from_before_the_job_is_not_its_own(tmp_path):
    log = tmp_path / "a.log"
    log.write_text("ERROR: an earlier run's.\n")
    os.utime(log, (1000, 1000))
    assert sentence([log], since=1003.0) is None
    assert sentence([log], since=999.0) == "an earlier run's."


def test_the_log_file_has_a_jobs_message_and_its_files():
    full = Full(Snakemakes())
    one = begun()
    assert full.format(one) == ("[then]\nJob 3: Fitting notes of butanol\nrule fit_model: in, out")
    assert one.rule_msg == "Fitting notes of butanol"  # other handlers have the record, too
    assert full.format(begun(message=None)) == "[then]\nrule fit_model: in, out"
    assert full.format(record("progress", "1 of 2")) == "1 of 2"
