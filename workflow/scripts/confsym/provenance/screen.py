"""What Snakemake shows of a run: a line a job on the screen, and everything in its log file.

Formatters of Snakemake's log records. Each leaves what it does not reword to Snakemake's own
formatter. A record's `event` says what it tells, and which fields it has.
"""

import copy
import logging
import os
import re
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from confsym.storage import shortage

# What a run says for its log file alone: by event, and by how a line begins that has none.
HIDDEN = frozenset({"workflow_started", "resources_info", "job_started", "job_finished"})
CHATTER = (
    "Assuming unrestricted shared filesystem usage",
    "Conda environments: ignored",
    "Select jobs to execute",
    "Using shell",
    "Shutting down",
    "Exiting because a job execution failed",
)
SCRIPT_FAILED = ("CalledProcessError", "returned non-zero exit status 1.")
RUN_FAILED = "At least one job did not complete successfully."
LOCKED = "Directory cannot be locked"
LOCK = (
    "another snakemake is at work in this folder, or one was killed here; wait until it has ended; "
    "if none is at work, give the same command with --unlock, and then without it."
)
LACKING = re.compile(r"\[Errno (\d+)\][^:\n]*(?:: '([^'\n]+)')?")
OWN = ".snakemake"  # where Snakemake writes what it does not name
FOLDER = re.compile(r"directory (\S+?)\.?$", re.MULTILINE)
MARK = "ERROR: "  # a job's log begins the line with it that has the job's sentence
GRAIN = 2.0  # seconds: some file systems keep no finer time stamps
ELSEWHERE = "external_jobid"  # what a cluster calls a job that failed there
NAMED = 3  # files of a list that a dry run names


def sentence(logs: Iterable[str | Path], since: float, folder: str = "") -> str | None:
    """What the last error says that a job wrote; None where it wrote none.

    Parameters
    ----------
    logs
        The job's log files. An error that more lines follow (a traceback) is said with its file.
    since
        When the job began, in seconds since the epoch: an older log is another job's.
    folder
        The study's, as the command names it; empty where that is the working directory.
    """
    for path in map(Path, logs):
        if not path.is_file() or path.stat().st_mtime < since - GRAIN:
            continue
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        error_lines = [number for number, line in enumerate(lines) if line.startswith(MARK)]
        if error_lines:
            message = lines[error_lines[-1]].removeprefix(MARK)
            told = error_lines[-1] == len(lines) - 1
            return message if told else f"{message}; see {os.path.join(folder, path)}"
    return None


def lacking(text: str) -> str | None:
    """What the machine lacked, if Snakemake and not a job found it; None for another error."""
    if not (match := LACKING.search(text)):
        return None
    folder = FOLDER.search(text)
    path = match[2] or (folder[1] if folder else OWN)
    return shortage.sentence(OSError(int(match[1]), "", path))


def title(record: logging.LogRecord) -> str:
    """A job's message; its rule and wildcards where it has none."""
    values = ", ".join(f"{name}={value}" for name, value in record.wildcards.items())
    return record.rule_msg or f"Rule {record.rule_name}" + (f" of {values}" if values else "")


def shortened(reason: str) -> str:
    """Why a job runs, with the first few files of each long list."""
    lists = [clause.split(", ") for clause in reason.split("; ")]
    return "; ".join(
        ", ".join(files if len(files) <= NAMED + 1 else files[:NAMED])
        + (f" and {len(files) - NAMED} more" if len(files) > NAMED + 1 else "")
        for files in lists
    )


class Full(logging.Formatter):
    """Snakemake's words, and beside a job's message its files and its reason.

    Snakemake itself gives files only of jobs without a message.
    """

    def __init__(self, default: logging.Formatter):
        super().__init__()
        self.default = default

    def format(self, record: logging.LogRecord) -> str:
        """A record as Snakemake says it."""
        if getattr(record, "event", None) != "job_info" or not record.rule_msg:
            return self.default.format(record)
        without_message = copy.copy(record)
        without_message.rule_msg = None
        first, _, others = self.default.format(without_message).partition("\n")
        return f"{first}\nJob {record.jobid}: {record.rule_msg}\n{others}"


class Screen(logging.Formatter):
    """A line a job; at the end of a run that fails, what failed, in a sentence a job.

    It is a filter, too, that lets everything pass: it has to know of jobs that fail even where a
    user wants to see no jobs.

    Parameters
    ----------
    default
        Snakemake's own formatter.
    dry_run
        Give each job its rule, wildcards and reason, since nothing else tells them.
    reasons
        Whether a dry run gives the reasons.
    folder
        The study's, as the command names it (--directory): logs begin with it.
    """

    def __init__(
        self,
        default: logging.Formatter,
        *,
        dry_run: bool,
        reasons: bool = True,
        folder: str = "",
    ):
        super().__init__()
        self.default, self.dry_run, self.reasons, self.folder = default, dry_run, reasons, folder
        self.started: dict[int, tuple[str, float]] = {}  # titles of jobs, and when they began
        self.failed: dict[int, tuple[str, list[str], float]] = {}  # the same, with their logs
        self.refusals: list[str] = []  # sentences that this project stops Snakemake with

    def filter(self, record: logging.LogRecord) -> bool:
        """Take note of what the end of the run will say."""
        match getattr(record, "event", None):
            case "job_info":
                self.started[record.jobid] = title(record), record.created
            case "job_finished":  # also after a second attempt
                self.failed.pop(record.job_id, None)
            case "job_error":
                self._note(vars(record))
            case "group_error":
                for job in record.job_error_info:
                    self._note(job)
        return True

    def format(self, record: logging.LogRecord) -> str:
        """The record in a line or a few; empty where only the log file has it."""
        event = getattr(record, "event", None)
        if event in HIDDEN:
            return ""
        if event == "job_info":
            return self._planned(record) if self.dry_run else f"{_clock(record)} {title(record)}"
        if event == "job_error":
            return self._failure(record)
        text = self.default.format(record)
        if event == "error":
            return self._error(text)
        return "" if text.startswith(CHATTER) else text

    def _note(self, job: Mapping) -> None:
        name, began = self.started.get(job["jobid"], (f"Rule {job['rule_name']}", 0.0))
        self.failed[job["jobid"]] = name, job["log"], began

    def _failure_sentence(self, jobid: int) -> str:
        """Read anew each time: a cluster's file system may show a log late."""
        name, logs, began = self.failed[jobid]
        untold = f"this job failed without a sentence in its log ({self._names(logs)}); see above."
        return sentence(logs, began, self.folder) or f"{name}: {untold}"

    def _names(self, logs: Iterable[str]) -> str:
        return ", ".join(os.path.join(self.folder, log) for log in logs)

    def _planned(self, record: logging.LogRecord) -> str:
        message = f" {record.rule_msg}" if record.rule_msg else ""
        lines = [f"rule {record.rule_name}:{message}"]
        if record.wildcards:
            values = ", ".join(f"{name}={value}" for name, value in record.wildcards.items())
            lines.append(f"    wildcards: {values}")
        if self.reasons and record.reason:
            lines.append(f"    reason: {shortened(record.reason)}")
        return "\n".join(lines)

    def _failure(self, record: logging.LogRecord) -> str:
        name, *_ = self.failed[record.jobid]
        lines = [f"{_clock(record)} Failed: {name}", f"    rule: {record.rule_name}"]
        if record.log:
            lines.append(f"    log: {self._names(record.log)}")
        lines += [f"    {key}: {value}" for key, value in record.aux.items()]
        if ELSEWHERE in record.aux:  # a job on this machine has said its sentence here itself
            lines.append(f"    {self._failure_sentence(record.jobid)}")
        return "\n".join(lines)

    def _error(self, text: str) -> str:
        if all(part in text for part in SCRIPT_FAILED):
            return ""  # the job's own sentence follows
        if matching := [message for message in self.refusals if message in text]:
            return matching[-1]
        if LOCKED in text:
            return f"{MARK}{LOCK}"
        sentences = list(dict.fromkeys(map(self._failure_sentence, self.failed)))
        if lacked := lacking(text):
            return "\n".join(f"{MARK}{message}" for message in [*sentences, lacked])
        if RUN_FAILED in text and sentences:
            return "\n".join(f"{MARK}{message}" for message in sentences)
        return text


def _clock(record: logging.LogRecord) -> str:
    return time.strftime("%H:%M:%S", time.localtime(record.created))
