"""What goes into an archive, from the jobs that Snakemake plans."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from confsym.archive.checkout import Checkout, name
from confsym.archive.manifest import CONFIG, OWN
from confsym.errors import StudyError

WRITTEN = (CONFIG, *OWN)  # names of what an archive has of its own making


def files(jobs: Sequence[Any]) -> list[str]:
    """Every file that some jobs write."""
    return [path for job in jobs for path in job.output]


def own_names(files: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What an archive calls files of the user's, so that its config finds them there.

    Parameters
    ----------
    files
        Paths from the working directory, and from the archive's folder.

    Raises
    ------
    StudyError
        If a file lies outside the archive.
    """
    archive_names = []
    for path, path_from_config in sorted(files):
        normalised = os.path.normpath(path_from_config)
        if os.path.isabs(normalised) or ".." in Path(normalised).parts:
            raise StudyError(
                f"archive: {path} lies outside the folders of the config file and of the study, "
                "so that the archive could not find it; move it beside the config file."
            )
        archive_names.append((path, Path(normalised).as_posix()))
    return archive_names


def distinct_names(files: Iterable[tuple[str, str]], project: Mapping[str, Path]) -> dict[str, str]:
    """The user's files by their paths, and what the archive calls them.

    Parameters
    ----------
    files
        Path and name, of each time that the config names a file.
    project
        The project's files by name, which may be the user's too.

    Raises
    ------
    StudyError
        If one name were of two files, or one file had two names.
    """
    taken = dict(project) | dict.fromkeys(WRITTEN, None)
    archive_names: dict[str, str] = {}
    for path, archive_name in files:
        taken_by = taken.setdefault(archive_name, Path(path))
        if taken_by is None or os.path.realpath(taken_by) != os.path.realpath(path):
            raise StudyError(
                f"archive: {path} would be called {archive_name} in an archive, which is the name "
                "of another file there; rename yours."
            )
        if archive_names.setdefault(path, archive_name) != archive_name:
            raise StudyError(
                f"archive: {path} is named in two ways, so that an archive would need it as "
                f"{archive_names[path]} and as {archive_name}; let the config name a copy of it in "
                "one of them."
            )
    return archive_names


def given_names(files: Mapping[str, str]) -> dict[str, str]:
    """What an archive calls the user's files of geometries and molecules.

    Parameters
    ----------
    files
        For each path from the working directory what the config says, which starts from the folder
        of the config file.

    Raises
    ------
    StudyError
        If the archive, whose config stands in config/, could not have a file there, or two.
    """
    archive_names = {}
    for path, path_in_config in files.items():
        normalised = os.path.normpath(f"config/{path_in_config}")
        if os.path.isabs(path_in_config) or ".." in Path(normalised).parts:
            raise StudyError(
                f"archive: the config names {path_in_config}, and an archive cannot have a file "
                "there; move it beside the config file, or set archive.geometries to false."
            )
        if normalised in archive_names.values():
            raise StudyError(
                f"archive: two files of the study are called {path_in_config}, each beside a "
                "config file of its own; rename one of them, or set archive.geometries to false."
            )
        archive_names[path] = Path(normalised).as_posix()
    return archive_names


def job_entries(
    jobs: Sequence[Any],
    project: Path,
    archive_names: Mapping[str, str],
    code: Mapping[str, Iterable[Path]],
) -> list[dict[str, Any]]:
    """What each job reads, runs and writes; the project's files by their names in it.

    Parameters
    ----------
    jobs
        Snakemake's, from `planned_jobs`.
    project
        The project's folder.
    archive_names
        Names in the archive of the user's own files.
    code
        The files of code that a job reads, by the SHA-256 in its parameters.
    """
    names = {str(path): str(path) for path in files(jobs)} | dict(archive_names)

    def inputs(job: Any) -> list[str]:
        return [*job.input, *map(os.path.relpath, code[job.params.code])]

    return [
        {
            "rule": job.rule.name,
            "wildcards": dict(job.wildcards.items()),
            "script": f"workflow/scripts/{Path(job.rule.script).name}",
            "inputs": [_named(path, names, project) for path in inputs(job)],
            "outputs": list(map(str, job.output)),
            "params": dict(job.params.items()),
            "logs": list(map(str, job.log)),
            "timings": [str(job.benchmark)],
        }
        for job in jobs
    ]


def _named(path: str, names: Mapping[str, str], project: Path) -> str:
    return names.get(str(path)) or Path(os.path.relpath(path, project)).as_posix()


def stem(study: Mapping[str, Any], checkout: Checkout) -> str:
    """What an archive is called, after molecules and commit.

    Raises
    ------
    StudyError
        If something is not as committed and the study does not allow that.
    """
    if checkout.changes and not study["archive"]["allow_dirty"]:
        first_changes = ", ".join(checkout.changes[:5]) + (" ..." if checkout.changes[5:] else "")
        raise StudyError(
            f"archive: not as committed, so that no commit names the code: {first_changes}; commit "
            "or undo the changes, or set archive.allow_dirty to true."
        )
    return name(list(study["molecules"]), checkout.label)


def source(targets: Sequence[str], checkout: Checkout) -> dict[str, Any]:
    """The targets, the commit, its date, and what is not as committed."""
    return {
        "targets": list(targets),
        "commit": checkout.commit,
        "date": checkout.date,
        "uncommitted": list(checkout.changes),
        "config_as_committed": checkout.config_as_committed,
    }
