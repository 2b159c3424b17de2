"""What the rules of the archive ask of Snakemake's plan and of git."""

from functools import cache

from confsym.archive import plan
from confsym.archive.checkout import checkout
from confsym.errors import StudyError
from confsym.provenance.snakemake_private import planned_jobs, refusal

PROJECT = SCRIPTS.parents[1]


@cache
def study_jobs():
    return planned_jobs(workflow, archived_targets())


@cache
def checked_out():
    """The project's files and commit; stop with one sentence if git cannot say."""
    try:
        return checkout(PROJECT)
    except StudyError as error:
        raise refusal(f"archive: {error}")


def archived_targets():
    """The targets whose files an archive has."""
    return ["all", *config["archive"]["targets"]]


def archive_stem():
    """What the archive is called; stop with one sentence if it cannot have that name."""
    try:
        return plan.stem(config, checked_out())
    except StudyError as error:
        raise refusal(str(error))


def study_files(wildcards):
    """Input: every file of the study."""
    return plan.files(study_jobs())


def described_jobs(wildcards):
    """Params: what each job reads, runs and writes."""
    return plan.job_entries(study_jobs(), PROJECT, own_files(), FILES_OF_CODE)


@cache
def own_files():
    """The user's own files by their paths, and what the archive calls them."""
    code = own_code.archived(config, workflow.configfiles[0] if has_one_config() else None)
    data = [(path, path) for path in experiments.data_named(config)]
    given = geometries.files(config, CONFIG_FILES) if config["archive"]["geometries"] else {}
    try:
        named = [*plan.own_names([*code, *data]), *plan.given_names(given).items()]
        return plan.distinct_names(named, {name: PROJECT / name for name in checked_out().files})
    except StudyError as error:
        raise refusal(str(error))


def project_names(wildcards):
    """Params: names of the project's files, and behind them the user's own."""
    return [*checked_out().files, *own_files().values()]


def project_files(wildcards):
    """Input: the project's files and the user's own; stop if an archive of another name is asked for."""
    if wildcards.archive != archive_stem():
        raise refusal(
            f"archive: {wildcards.archive} is not what this study's archive is called, which is "
            f"{archive_stem()}; ask for the target archive."
        )
    return [*(os.path.relpath(PROJECT / name) for name in checked_out().files), *own_files()]


def source_of_project(wildcards):
    """Params: the targets, the commit, its date, and what is not as committed."""
    return plan.source(archived_targets(), checked_out())


def has_one_config():
    """Whether one file is all of the study's config."""
    return len(workflow.configfiles) == 1 and not snakemake_private.named_config(workflow)[1]


def study_config(wildcards):
    """Input: the study's one config file, or what Snakemake made of several and of --config."""
    return (
        os.path.relpath(workflow.configfiles[0]) if has_one_config() else "results/run_config.yaml"
    )


def archive_files(wildcards):
    """Input: the archive and the run record."""
    stem = f"results/archive/{archive_stem()}"
    return [f"{stem}.zip", f"{stem}-record.zip"]
