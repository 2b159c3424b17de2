"""What the project uses of Snakemake beyond its interface, so that a change there fails here."""

import asyncio
import hashlib
import json
import logging
import os
import re
import subprocess
import sys
from base64 import urlsafe_b64encode
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import pytest
from snakemake.scheduling.job_scheduler import JobScheduler

import warm
from confsym.provenance.snakemake_private import (
    install_screen,
    measure_inputs_once,
    parsed_rules,
    records,
    refusal,
)
from studies import ROOT, TINY

# A workflow of a few lines: `made` runs, `marred` fails with a sentence, `killed` without one.
TOY = f"""
import sys
from pathlib import Path
sys.path.insert(0, "{ROOT}/workflow/scripts")
from confsym.provenance.snakemake_private import folder, install_screen, log_lines, outputs, refusal
install_screen(workflow)
if "wrong" in config:
    raise refusal("config: wrong is no key.")
def refused(wildcards):
    raise refusal(f"config: {{wildcards.name}} is no name.")
rule made:
    output: "{{name}}.made"
    log: "logs/{{name}}.log"
    message: "Making {{wildcards.name}}"
    shell: "echo {{wildcards.name}} > {{output}}"
rule marred:
    input: "a.made"
    output: "{{name}}.marred"
    log: "logs/{{name}}.log"
    message: "Marring {{wildcards.name}}"
    shell: "echo 'ERROR: {{wildcards.name}} cannot be; take another.' | tee {{log}} >&2; exit 1"
rule killed:
    output: "{{name}}.killed"
    log: "logs/{{name}}.log"
    message: "Killing {{wildcards.name}}"
    shell: "kill -9 $$"
rule refused:
    input: refused
    output: "{{name}}.refused"
onsuccess:
    log_lines(["Made:", *(str(Path(folder(workflow), name)) for name in sorted(outputs(workflow)))])
"""


@pytest.fixture
def toy(tmp_path):
    """Run the toy workflow; what it said, line by line, and its log file's text."""
    (tmp_path / "Snakefile").write_text(TOY)

    def run(*arguments: str) -> tuple[list[str], str]:
        command = [sys.executable, "-m", "snakemake", "--cores", "1", *arguments]
        process = subprocess.run(
            command,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        logs = sorted((tmp_path / ".snakemake/log").glob("*"))
        return process.stdout.splitlines(), logs[-1].read_text() if logs else ""

    return run


def test_the_screen_has_a_line_a_job_and_the_log_file_everything(toy):
    lines, log = toy("a.made")
    table, progress = lines.index("total        1"), lines.index("1 of 1 steps (100%) done")
    assert lines[:2] == ["Building DAG of jobs...", "Job stats:"]
    assert [line[9:] for line in lines[table + 2 : progress]] == ["Making a"]
    assert lines[progress + 1 : progress + 3] == ["Made:", "a.made"]
    assert all(line.startswith(("Complete log", "Elapsed")) for line in lines[progress + 3 :])
    for part in ("SNAKEMAKE", "Job 0: Making a\n", "rule made:\n    output: a.made\n", "Made:\n"):
        assert part in log
    assert "    reason: Missing output files: a.made\n" in log


def test_a_job_that_fails_ends_with_its_sentence(toy):
    lines, log = toy("--keep-going", "b.marred", "c.marred", "d.made")
    ends = [f"ERROR: {name} cannot be; take another." for name in "bc"]
    assert sorted(lines[-2:]) == ends
    assert [lines.count(end) for end in ends] == [2, 2]  # by the job itself, and last
    assert "    b cannot be; take another." not in lines
    assert "    log: logs/b.log" in lines
    assert not [line for line in lines if "CalledProcessError" in line]
    assert "CalledProcessError" in log
    assert "At least one job did not complete successfully" in log
    quiet, _ = toy("--keep-going", "--quiet", "rules", "progress", "--", "b.marred", "c.marred")
    assert sorted(quiet[-2:]) == ends
    assert "Marring" not in "".join(quiet)


def test_files_are_named_as_the_command_names_their_folder(toy, tmp_path):
    for folder in ("mine", str(tmp_path / "other")):
        lines, _ = toy("--directory", folder, "a.made")
        assert lines[lines.index("Made:") + 1] == f"{folder}/a.made"
        lines, _ = toy("--directory", folder, "b.marred")
        assert f"    log: {folder}/logs/b.log" in lines


def test_what_the_command_says_of_the_config_is_told(tmp_path):
    """Of a workflow that is called, and of one that is the module of another."""
    (tmp_path / "Snakefile").write_text(
        f'import sys\nsys.path.insert(0, "{ROOT}/workflow/scripts")\n'
        "from confsym.provenance.snakemake_private import has_config_of_its_own, named_config\n"
        "print(has_config_of_its_own(workflow), *named_config(workflow), file=sys.stderr)\n"
        "rule all:\n    input: []\n"
    )
    (tmp_path / "other.smk").write_text(
        'module told:\n    snakefile: "Snakefile"\n    config: {}\nuse rule * from told\n'
    )
    (tmp_path / "some.yaml").write_text("a: 1\n")
    named = f"[{tmp_path / 'some.yaml'!r}]"
    for arguments, says in (
        ([], "True [] {}"),
        (["--configfile", "some.yaml", "--config", "more=2"], f"True {named} {{'more': 2}}"),
        (["--snakefile", "other.smk", "--config", "more=2"], "False [] {'more': 2}"),
    ):
        _, said = warm.snakemake(["--list-rules", *arguments], tmp_path)
        assert says in said.splitlines()


def test_a_job_that_is_killed_is_named_last(toy):
    lines, _ = toy("--printshellcmds", "a.killed")
    assert "Shell command: kill -9 $$" in lines  # since the user asks for it
    assert [line for line in lines if "SIGKILL" in line]
    assert lines[-1].startswith("ERROR: Killing a: this job failed without a sentence in its log")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--config", "wrong=1"), "config: wrong is no key."),
        (("a.refused",), "config: a is no name."),
    ],
)
def test_a_refusal_is_the_last_line_alone(toy, arguments, says):
    lines, log = toy(*arguments)
    assert lines[-1] == says
    assert not [line for line in lines if "WorkflowError" in line or "File" in line]
    assert says in log
    assert "WorkflowError" in log


def test_a_dry_run_tells_each_job_its_reason(toy):
    lines, _ = toy("--dry-run", "a.marred")
    place = lines.index("rule marred: Marring a")
    assert lines[place + 1 : place + 3] == [
        "    wildcards: name=a",
        "    reason: Missing output files: a.marred; Input files updated by another job: a.made",
    ]
    assert "Reasons:" in lines
    assert lines.count("Job stats:") == 2
    lines, _ = toy("--dry-run", "--quiet", "reason", "--", "a.marred")
    assert "    wildcards: name=a" in lines
    assert not [line for line in lines if line.startswith("    reason")]


def test_who_asks_for_everything_gets_it(toy):
    lines, _ = toy("--verbose", "a.made")
    assert {"Job 0: Making a", "    output: a.made", "SNAKEMAKE"} <= set(lines)


# Copies a file to a second, and that to a third; the digests of `known.txt` are taken for true.
COPIES = f"""
import sys
sys.path.insert(0, "{ROOT}/workflow/scripts")
from confsym.provenance.snakemake_private import compare_by_content
known = dict(line.split() for line in open("known.txt"))
compare_by_content(workflow, known.get)
rule third:
    input: "second"
    output: "third"
    shell: "cp {{input}} {{output}}"
rule second:
    input: "first"
    output: "second"
    shell: "cp {{input}} {{output}}"
"""


@pytest.fixture
def copies(tmp_path):
    """Run that workflow, and return the rules that ran; its files lie in `tmp_path`."""
    (tmp_path / "Snakefile").write_text(COPIES)
    (tmp_path / "known.txt").touch()
    (tmp_path / "first").write_text("one")

    def run(*arguments: str) -> list[str]:
        options = ["--cores", "1", "--rerun-triggers", "mtime"]
        status, said = warm.snakemake([*arguments, *options], tmp_path)
        assert status == 0, said
        return re.findall(r"^ *(?:local)?rule (\w+):", said, re.MULTILINE)

    assert run() == ["second", "third"]
    return run


def age(path: Path, text: str | None = None) -> None:
    """Give a file a time stamp of years ago, and perhaps another text."""
    if text is not None:
        path.write_text(text)
    os.utime(path, (1_500_000_000, 1_500_000_000))


def test_an_input_that_came_with_an_old_time_stamp_is_compared_by_content(copies, tmp_path):
    assert copies() == []
    age(tmp_path / "first")
    assert copies() == []
    age(tmp_path / "first", "two")
    assert copies() == ["second", "third"]
    assert (tmp_path / "third").read_text() == "two"


def test_outputs_that_were_touched_are_not_taken_for_new(copies, tmp_path):
    (tmp_path / "first").write_text("two")
    assert copies("second") == ["second"]
    (tmp_path / "third").touch()
    assert copies() == ["third"]


def test_a_known_checksum_is_believed(copies, tmp_path):
    digest = hashlib.sha256(b"two").hexdigest()
    (tmp_path / "known.txt").write_text(f"first {digest}\n")
    assert copies("--dry-run") == ["second", "third"]


def test_a_file_that_is_too_large_is_compared_by_time(copies, tmp_path):
    age(tmp_path / "first", "two")
    assert copies("--max-checksum-file-size", "2") == []
    (tmp_path / "first").touch()
    assert copies("--max-checksum-file-size", "2") == ["second", "third"]


TOLD = f"""
import sys
sys.path.insert(0, "{ROOT}/workflow/scripts")
from confsym.provenance.snakemake_private import compare_plain_params
compare_plain_params(workflow)
rule made:
    output: "made"
    params: told=config["told"]
    shell: "echo {{params.told}} > {{output}}"
"""


def test_params_are_compared_without_pandas(tmp_path):
    (tmp_path / "Snakefile").write_text(TOLD)
    arguments = [sys.executable, "-X", "importtime", "-m", "snakemake", "--cores", "1"]
    arguments += ["made", "--config"]
    for told, ran in (("told=1", True), ("told=1", False), ("told=2", True), ("told=[2]", True)):
        process = subprocess.run(
            [*arguments, told], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert not re.search(r"\| +pandas$", process.stderr, re.MULTILINE)
        assert ("rule made:" in process.stderr) == ran


class Job(SimpleNamespace):
    """A job that is told apart from its like, as Snakemake's are."""

    __hash__ = object.__hash__
    __eq__ = object.__eq__


class Asked(str):
    """A file that counts how often its size is asked for."""

    times = 0

    async def exists(self) -> bool:
        return True

    async def size(self) -> int:
        self.times += 1
        return len(self)


def test_the_scheduler_asks_for_a_size_once(monkeypatch):
    monkeypatch.setattr(JobScheduler, "update_input_sizes", JobScheduler.update_input_sizes)
    modifier = SimpleNamespace(is_main_snakefile=lambda: True)
    measure_inputs_once(SimpleNamespace(is_main_process=True, modifier=modifier))
    scheduler = JobScheduler.__new__(JobScheduler)
    scheduler._input_sizes = {}
    files = [Asked("a"), Asked("bb"), Asked("ccc")]
    jobs = [Job(input=files[:2]), Job(input=files[1:])]
    asyncio.run(scheduler.update_input_sizes(jobs[:1]))
    assert scheduler._input_sizes == {"a": 1, "bb": 2}
    for _ in range(3):
        asyncio.run(scheduler.update_input_sizes(jobs))
    assert scheduler._input_sizes == {"a": 1, "bb": 2, "ccc": 3}
    assert files[0].times == files[2].times == 1
    many = Job(input=[Asked(str(number)) for number in range(10_000)])
    asyncio.run(scheduler.update_input_sizes([*jobs, many]))
    assert {*files, *many.input} <= scheduler._input_sizes.keys()


def test_without_snakemakes_handlers_nothing_is_installed():
    """A logger plugin writes to the terminal by a handler of its own."""
    logger = logging.getLogger("snakemake.logging")
    handler = logging.NullHandler()
    logger.addHandler(handler)
    modifier = SimpleNamespace(is_main_snakefile=lambda: True)
    try:
        install_screen(SimpleNamespace(is_main_process=True, modifier=modifier))
        assert handler.formatter is None
        assert handler.filters == []
        assert str(refusal("config: wrong.")) == "config: wrong."
    finally:
        logger.removeHandler(handler)


def test_a_workflow_that_has_this_one_for_a_module_keeps_its_screen(toy, tmp_path):
    (tmp_path / "Snakefile").rename(tmp_path / "toy.smk")
    (tmp_path / "Snakefile").write_text(
        'module toy:\n    snakefile: "toy.smk"\nuse rule * from toy as toy_*\n'
    )
    lines, log = toy("a.made")
    assert "Job 0: Making a" in lines
    assert "SNAKEMAKE" in lines
    assert "output: a.made" not in log  # Snakemake's own, for a job with a message


def test_snakemakes_version_is_bounded():
    assert version("snakemake").startswith("9.")


@pytest.mark.parametrize("output", ["results/a.csv", "results/" + "long/" * 60 + "b.csv"])
def test_records_are_found_by_output(output, tmp_path, monkeypatch):
    """Snakemake cuts long names into folders that begin with @."""
    monkeypatch.chdir(tmp_path)
    key = urlsafe_b64encode(output.encode()).decode()
    parts = [f"@{key[:254]}", key[254:]] if len(key) > 254 else [key]
    path = tmp_path / ".snakemake/metadata" / "/".join(parts)
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    assert list(records([output])) == [(output, path.relative_to(tmp_path))]
    assert list(records(["results/other.csv"])) == []


def test_records_are_where_snakemake_writes_them(finished, monkeypatch):
    monkeypatch.chdir(finished.folder)
    outputs = [f"results/butanol/{name}" for name in ("molecule.json", "split.csv")]
    found = {output: json.loads(path.read_text()) for output, path in records(outputs)}
    rules = {output: record["rule"] for output, record in found.items()}
    assert rules == dict(zip(outputs, ("describe_molecule", "split_conformers"), strict=True))


def test_the_plan_of_jobs_has_every_job_of_the_study(finished):
    """Against the benchmark file that each job of the finished study left."""
    snakefile = finished.folder / "plan.smk"
    snakefile.write_text(
        f'include: "{finished.project}/Snakefile"\n'
        "from confsym.provenance.snakemake_private import planned_jobs\n"
        "from pathlib import Path\n"
        "def listed(wildcards):\n"
        '    jobs = planned_jobs(workflow, ["all"])\n'
        '    Path("plan.txt").write_text("\\n".join(sorted(str(job.benchmark) for job in jobs)))\n'
        "    return []\n"
        "rule listed:\n"
        "    input: listed\n"
    )
    process = finished.snakemake("listed", "--snakefile", str(snakefile), "--dry-run")
    assert process.returncode == 0, process.stdout
    planned = (finished.folder / "plan.txt").read_text().splitlines()
    done = sorted(
        path.relative_to(finished.folder).as_posix()
        for path in finished.folder.glob("timings/**/*.tsv")
    )
    assert planned == done


def test_rules_are_those_that_snakemake_lists(tmp_path):
    rules = parsed_rules(ROOT / "Snakefile", TINY, tmp_path)
    listed = subprocess.run(
        [sys.executable, "-m", "snakemake", "--list-rules", "--directory", str(tmp_path)]
        + ["--snakefile", str(ROOT / "Snakefile"), "--configfile", str(TINY)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert sorted(rule.name for rule in rules) == sorted(listed)
    assert Path.cwd() != tmp_path  # Snakemake goes to the study's folder, and comes back
    fit = next(rule for rule in rules if rule.name == "fit_model")
    assert fit.snakefile.endswith("workflow/rules/models.smk")
    assert fit.script.endswith("fit_model.py")
    assert fit.wildcard_names == {"molecule", "experiment"}
    assert [path.split("/")[-1] for path in fit.output] == ["model.joblib"]
    assert callable(fit.params.get("function"))


# Scripts that say whether packages were loaded before they began; the first job takes longer than
# that takes.
SCRIPTS = f"""
import sys
sys.path.insert(0, "{ROOT}/workflow/scripts")
from confsym.provenance.snakemake_private import run_in_forks
onstart:
    run_in_forks(workflow)
rule all:
    input: expand("{{number}}.said", number=range(config["jobs"]))
rule wait:
    output: "waited"
    shell: "sleep {{config[seconds]}}; touch {{output}}"
rule say:
    input: "waited"
    output: "{{number}}.said"
    benchmark: "{{number}}.tsv"
    script: "say.py"
"""
SAY = """
import sys
from pathlib import Path
before = "sklearn" in sys.modules
if int(snakemake.wildcards.number) >= snakemake.config["marred"]:
    sys.exit("it cannot be")
sum(number for number in range(5_000_000))  # long enough for its time to be measured
Path(snakemake.output[0]).write_text(str(before))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="forks are for Linux")
@pytest.mark.parametrize(
    ("config", "more", "forked"),
    [
        (["jobs=7", "seconds=6"], [], "True"),
        (["jobs=2", "seconds=3"], [], "False"),  # not worth a process
        (["jobs=7", "seconds=4"], ["--set-threads", "say=2"], "False"),
    ],
)
def test_scripts_run_in_forks(tmp_path, config, more, forked):
    (tmp_path / "Snakefile").write_text(SCRIPTS)
    (tmp_path / "say.py").write_text(SAY)
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *more, "--config", "marred=99"]
    found = subprocess.run(
        [*command, *config], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )
    assert found.returncode == 0, found.stderr
    said = [path.read_text() for path in sorted(tmp_path.glob("*.said"))]
    assert f"jobs={len(said)}" in config
    assert set(said) == {forked}
    _, row = (tmp_path / "0.tsv").read_text().splitlines()
    assert float(row.split("\t")[0]) > 0.05


@pytest.mark.parametrize("stream", [1, 2])
def test_scripts_run_where_a_stream_is_closed(tmp_path, stream):
    (tmp_path / "Snakefile").write_text(SCRIPTS)
    (tmp_path / "say.py").write_text(SAY)
    command = f"{sys.executable} -m snakemake --cores 2 --config marred=99 jobs=7 seconds=6"
    found = subprocess.run(f"{command} {stream}>&-", cwd=tmp_path, shell=True, timeout=120)
    assert found.returncode == 0
    said = {path.read_text() for path in tmp_path.glob("*.said")}
    assert said == {"False"}


@pytest.mark.skipif(sys.platform != "linux", reason="forks are for Linux")
def test_a_fork_that_fails_fails_its_job_alone(tmp_path):
    (tmp_path / "Snakefile").write_text(SCRIPTS)
    (tmp_path / "say.py").write_text(SAY)
    command = [sys.executable, "-m", "snakemake", "--cores", "2", "--keep-going", "--config"]
    found = subprocess.run(
        [*command, "marred=6", "jobs=7", "seconds=4"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert found.returncode == 1
    assert "it cannot be" in found.stderr
    assert "returned non-zero exit status 1" in found.stderr
    assert len(list(tmp_path.glob("*.said"))) == 6
