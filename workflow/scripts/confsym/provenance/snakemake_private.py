"""What Snakemake keeps to itself and this project needs: its rules, plan, records and log.

None of it is Snakemake's published interface, so all of it stands here, a test for each, and
requirements.in has an upper bound for Snakemake's version.
"""

import logging
import sys
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

from confsym.provenance.forks import Forks
from confsym.provenance.screen import Full, Screen
from confsym.storage import shortage

METADATA = Path(".snakemake/metadata")
WORTH_A_PROCESS = 6  # jobs: their imports take longer than those of the process that forks


def planned_jobs(workflow: Any, targets: Iterable[str]) -> list[Any]:
    """The jobs that some targets lead to, by the order of rules and then of outputs.

    Parameters
    ----------
    workflow
        Snakemake's own object, while it plans.
    targets
        Names of rules without wildcards.

    Returns
    -------
    list of snakemake.jobs.Job
        With rule, wildcards, input, output, params, log and benchmark.
    """
    from snakemake.jobs import Job  # half a second, and a run record needs none of it

    target_inputs = [workflow.get_rule(target).expand_input({})[0] for target in targets]
    jobs, waiting = {}, [path for paths in target_inputs for path in paths]
    while waiting:
        path = waiting.pop()
        producers = [rule for rule in workflow.rules if rule.is_producer(path)]
        if path in jobs or not producers:
            continue
        producer = max(producers)  # by ruleorder
        job = Job(producer, workflow.dag, producer.get_wildcards(path), targetfile=path)
        jobs.update(dict.fromkeys(job.output, job))
        waiting.extend(job.input)
    order = {rule.name: index for index, rule in enumerate(workflow.rules)}
    by_position = {(order[job.rule.name], job.output[0]): job for job in jobs.values()}
    return [by_position[index] for index in sorted(by_position)]


def parsed_rules(snakefile: Path, config: Path, folder: Path) -> list[Any]:
    """The rules of a study, as Snakemake reads them; nothing runs.

    Parameters
    ----------
    snakefile, config
        Absolute paths of the study's Snakefile and config.
    folder
        An empty folder, which Snakemake takes for the study's.

    Returns
    -------
    list of snakemake.rules.Rule
        With name, snakefile, script, output, params and wildcard_names, in the order of the files.
    """
    from snakemake.api import SnakemakeApi
    from snakemake.settings.types import (
        ConfigSettings,
        OutputSettings,
        Quietness,
        ResourceSettings,
    )

    with SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as api:
        parsed = api.workflow(
            resource_settings=ResourceSettings(cores=1),
            config_settings=ConfigSettings(configfiles=[config]),
            snakefile=snakefile,
            workdir=folder,
        )
        return list(parsed._workflow.rules)


def records(outputs: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """Snakemake's records of these files, as (file, path of the record), in this folder."""
    requested = set(outputs)
    for path in sorted(METADATA.rglob("*")):
        if path.is_file():
            parts = (part.removeprefix("@") for part in path.relative_to(METADATA).parts)
            output = urlsafe_b64decode("".join(parts)).decode()
            if output in requested:
                yield output, path


def outputs(workflow: Any) -> set[str]:
    """Every file that is up to date once this run has succeeded, made by it or before."""
    return {str(path) for job in workflow.dag.jobs for path in job.output}


def folder(workflow: Any) -> str:
    """The study's folder as the command names it (--directory); empty where it names none."""
    return str(workflow.overwrite_workdir or "")


def has_config_of_its_own(workflow: Any) -> bool:
    """Whether the config is for this workflow to read, not for another that has it for a module."""
    return not workflow.modifier.skip_configfile


def named_config(workflow: Any) -> tuple[list[Path], dict[str, Any]]:
    """What the command names: files (--configfile), and keys (--config)."""
    return list(workflow.config_settings.configfiles), dict(workflow.config_settings.config)


def install_screen(workflow: Any) -> None:
    """Show a line a job on the screen and everything in the log file.

    A user who asks for more gets more (`--verbose`) or less (`--quiet`). Left alone are a terminal
    that a logger plugin writes to, another workflow that has this one for a module, and the
    Snakemake that runs one job on a cluster.

    Parameters
    ----------
    workflow
        Snakemake's own object, while it reads the Snakefile.
    """
    if not _reads_its_own(workflow):
        return
    for handler in _handlers():
        default = handler.formatter
        if handler.name == "DefaultLogFileHandler" or workflow.output_settings.verbose:
            handler.setFormatter(Full(default))
            handler.handleError = partial(_unwritable, handler)
        else:
            reasons = "reason" not in map(str, default.quiet)
            screen = Screen(
                default,
                dry_run=workflow.output_settings.dryrun,
                reasons=reasons,
                folder=folder(workflow),
            )
            handler.setFormatter(screen)
            handler.filters.insert(0, screen)
            handler.addFilter(partial(_without_blank_line, handler))


def compare_by_content(workflow: Any, recorded_sha256: Callable[[str], str | None]) -> None:
    """Have Snakemake compare the content of inputs, whatever their time stamps say.

    Snakemake takes an input that is older than the outputs for the one that they were made from.
    But a file that was moved, unpacked or copied with its time stamp is old and may be new to the
    study, and outputs that were touched or copied are newer than they should be. Time decides on
    inputs of outputs that came without a record of theirs, as trusted conformers do. Another
    workflow that has this one for a module is left alone, and so is a file that is too large for
    `max-checksum-file-size`.

    Parameters
    ----------
    workflow
        Snakemake's own object, while it reads the Snakefile.
    recorded_sha256
        SHA-256 of a file, if it is written down and need not be computed.
    """
    from snakemake.io import _IOFile

    is_newer, is_same = _IOFile.is_newer, _IOFile.is_same_checksum
    older = {}  # by their places in memory: a file of two jobs is an input of each
    if not _reads_its_own(workflow):
        return

    async def may_differ(file: Any, time: float) -> bool:
        """Whether Snakemake has to look at a checksum; it asks this of each input that exists."""
        newer = await is_newer(file, time)
        if file.is_ancient or newer:
            return newer
        iocache = file.rule.workflow.iocache
        if (
            iocache.active
            and file not in iocache.checksum
            and (checksum := recorded_sha256(str(file)))
        ):
            iocache.checksum[file] = f"sha256:{checksum}"
        older[id(file)] = file
        return await file.is_checksum_eligible(workflow.dag_settings.max_checksum_file_size)

    async def is_as_recorded(file: Any, checksum: str | None, *limits: Any, **options: Any) -> bool:
        """Whether it has the checksum that the outputs were made from, if that was recorded."""
        if checksum is None and id(file) in older:
            return True
        return await is_same(file, checksum, *limits, **options)

    _IOFile.is_newer, _IOFile.is_same_checksum = may_differ, is_as_recorded


def compare_plain_params(workflow: Any) -> None:
    """Have Snakemake take all params for plain values, which those of this workflow are.

    Before it compares the first one it imports pandas, to recognise pandas' tables among them: a
    quarter of a second of each run. Left alone is another workflow that has this one for a module.

    Parameters
    ----------
    workflow
        Snakemake's own object, while it reads the Snakefile.
    """
    from snakemake.persistence import PersistenceBase

    if not _reads_its_own(workflow):
        return
    PersistenceBase._serialize_param_pandas = PersistenceBase._serialize_param_builtin


def measure_inputs_once(workflow: Any) -> None:
    """Have Snakemake's scheduler ask once how large an input is, which no longer changes.

    Each time a job ends, it asks for the inputs of all jobs that could start. With thousands of
    jobs that takes half a core. Left alone is another workflow that has this one for a module.

    Parameters
    ----------
    workflow
        Snakemake's own object, while it reads the Snakefile.
    """
    from snakemake.scheduling.job_scheduler import JobScheduler

    measure, measured = JobScheduler.update_input_sizes, set()
    if not _reads_its_own(workflow):
        return

    async def measure_new(scheduler: Any, jobs: Iterable[Any]) -> None:
        if new := [job for job in jobs if job not in measured]:
            measured.update(new)
            earlier_sizes = scheduler._input_sizes.copy()
            await measure(scheduler, new)  # which forgets sizes of other jobs beyond 10,000
            scheduler._input_sizes.update(earlier_sizes)

    JobScheduler.update_input_sizes = measure_new


def run_in_forks(workflow: Any) -> None:
    """Have Snakemake run scripts as forks of one process that has loaded what they import.

    That is a third of a study's time. A script runs as Snakemake has it where it has another
    environment (conda, a container), is promised more than one thread, or comes before the process
    is ready; so does each script of a run of few jobs, where there is no Linux, and where the run
    was started with its standard output or error closed, whose numbers other files then have.

    Parameters
    ----------
    workflow
        Snakemake's own object, when a run starts.
    """
    from snakemake.benchmark import benchmarked
    from snakemake.script import PythonScript

    plain = PythonScript.execute_script
    others = plain.__module__ != "snakemake.script"  # somebody else runs scripts already
    closed = sys.stdout is None or sys.stderr is None
    if others or closed or sys.platform != "linux" or len(workflow.dag) < WORTH_A_PROCESS:
        return
    forks = Forks()

    def execute(script: Any, path: str, edit: bool = False) -> None:
        apart = script.conda_env or script.container_img or script.env_modules
        if apart or edit or script.threads != 1 or not forks.ready():
            plain(script, path, edit)
            return
        tmpdir = script.resources.get("tmpdir")
        variables = {"TMPDIR": tmpdir} if tmpdir else {}
        with ExitStack() as measured:

            def measure(process: int) -> None:
                if script.bench_record is not None:
                    measured.enter_context(benchmarked(process, script.bench_record))

            try:
                status = forks.run(path, variables, measure)
            except ConnectionError:  # before the script began
                plain(script, path, edit)
                return
        if status:
            raise CalledProcessError(status, f"{sys.executable} {path}")

    PythonScript.execute_script = execute


def refusal(sentence: str) -> Exception:
    """The error that stops Snakemake, of which the screen shows the sentence alone."""
    from snakemake.exceptions import WorkflowError

    for handler in _handlers():
        if isinstance(handler.formatter, Screen):
            handler.formatter.refusals.append(sentence)
    return WorkflowError(sentence)


def log_lines(lines: Iterable[str]) -> None:
    """Say lines on the screen and in the log file, as Snakemake says its own."""
    _logger().info("\n".join(lines))


def _reads_its_own(workflow: Any) -> bool:
    """Whether this Snakemake was called for this workflow, not for one that has it for a module.

    Nor for one job on a cluster.
    """
    return workflow.is_main_process and workflow.modifier.is_main_snakefile()


def _without_blank_line(handler: Any, record: logging.LogRecord) -> bool:
    """A filter that lets everything pass; the handler then puts no blank line before a job."""
    handler.last_msg_was_job_info = True
    return True


def _unwritable(handler: Any, record: logging.LogRecord) -> None:
    """Say once that the log file cannot be written; Python shows a traceback for each line."""
    error = sys.exception()
    handler.setLevel(logging.CRITICAL + 1)
    if isinstance(error, OSError):
        error.filename = getattr(handler, "baseFilename", None)
    print(f"WARNING: {shortage.sentence(error) or error}", file=sys.stderr)


def _logger() -> logging.Logger:
    return logging.getLogger("snakemake.logging")


def _handlers() -> list[logging.Handler]:
    """Those of the screen and of the log file, as far as there are."""
    names = ("DefaultStreamHandler", "DefaultLogFileHandler")
    return [handler for handler in _logger().handlers if handler.name in names]
