"""What goes into an archive: the project, the results of the study's jobs, and what proves them."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from confsym.archive import crate
from confsym.archive.manifest import CONFIG, CRATE, MANIFEST, README, SUMS

ENVIRONMENT = "results/environment.json"

TEXT = """# {title}

A finished run of the study and all that made it. {commit}

| file | what it is |
|---|---|
| `results/` | tables, figures, models, conformers and energies: see `docs/results.md` |
| `{config}` | the study |
| `Snakefile`, `workflow/`, `requirements.lock`, ... | the code, and every package with its hash |
| `{sums}` | SHA-256 of every file: `sha256sum --check {sums}` |
| `{manifest}` | commit, molecules, what was left out, and the commands that bring it back |
| `{crate}` | who made what from what: a Provenance Run Crate 0.5, a job an action |
| `CITATION.cff`, `LICENSE` | how to cite it, and what you may do with it |

Run it again and compare file by file, with Python 3.11 or newer and this archive's zip file:

```
make reproduce ARCHIVE=path/to/the/archive.zip
```

or, which is the same, `PYTHONPATH=workflow/scripts python3 -m confsym.archive.reproduce
path/to/the/archive.zip`. What the exit status means stands at the top of that module.

To go on working with it, unpack the run record (`...-record.zip`: logs, times, report, Snakemake's
own records) into the same folder and `make env`. Then `.venv/bin/snakemake --dry-run` has nothing
to do, and an edit of `{config}` reruns what depends on it.

{left_out}
"""


def split(
    jobs: Sequence[Mapping[str, Any]], intermediate: Iterable[str]
) -> tuple[dict[str, Path], list[dict[str, Any]]]:
    """Sort the files that jobs wrote into those that go in and those that are left out.

    Parameters
    ----------
    jobs
        Entries `rule`, `outputs` and others.
    intermediate
        Names of the rules whose files are left out.

    Returns
    -------
    kept : dict of str to Path
    left_out : list of dict
        `file`, `bytes`, `sha256`, `rule`, and `comes_back_with`, a command.
    """
    kept, left_out, names = {}, [], set(intermediate)
    for job in jobs:
        for output in job["outputs"]:
            kept[output] = Path(output)
            if job["rule"] in names:
                entry = {"file": output, "bytes": kept[output].stat().st_size}
                entry["sha256"] = sha256(kept.pop(output))
                command = f"snakemake --cores all {output}"
                left_out.append(entry | {"rule": job["rule"], "comes_back_with": command})
    return kept, sorted(left_out, key=lambda entry: entry["file"])


def orphans(jobs: Sequence[Mapping[str, Any]], results: Path) -> list[str]:
    """Files under results/ that these jobs did not write; earlier archives do not count."""
    written = {output for job in jobs for output in job["outputs"]}
    present = (path for path in results.rglob("*") if path.is_file())
    names = (path.as_posix() for path in present if results / "archive" not in path.parents)
    return sorted(name for name in names if name not in written)


def members(
    jobs: Sequence[Mapping[str, Any]],
    project: Mapping[str, Path],
    config: Path,
    source: Mapping[str, Any],
    intermediate: Iterable[str],
) -> dict[str, Path | bytes]:
    """Everything that stands in an archive, by its name there.

    Parameters
    ----------
    jobs
        The study's jobs, with `rule`, `wildcards`, `script`, `inputs`, `outputs`, `params`.
    project
        The project's files, by their names in the project.
    config
        The study's config, which becomes the archive's own.
    source
        `targets`, `commit`, `date`, `uncommitted` and `config_as_committed`.
    intermediate
        Rules whose files are left out.
    """
    kept, left_out = split(jobs, intermediate)
    archive_files: dict[str, Path | bytes] = {**project, **kept}
    archive_files[CONFIG] = config
    is_project_config = CONFIG in project and project[CONFIG].read_bytes() == config.read_bytes()
    citation = _citation(project)
    manifest = {
        "title": citation["title"],
        "molecules": sorted({job["wildcards"].get("molecule") for job in jobs} - {None}),
        **{key: source[key] for key in ("targets", "commit", "date", "uncommitted")},
        "config_as_committed": is_project_config and source["config_as_committed"],
        "jobs": len(jobs),
        "project": sorted({*project, CONFIG}),
        "left_out": left_out,
    }
    archive_files[MANIFEST] = _json(manifest)
    archive_files[README] = _readme(manifest).encode()
    sizes = {name: _size(content) for name, content in archive_files.items()}
    packages = json.loads(kept[ENVIRONMENT].read_text("utf-8"))["packages"]
    archive_files[CRATE] = _json(
        crate.metadata(jobs, sizes, manifest, citation, packages["snakemake"])
    )
    sums = (f"{sha256(content)}  {name}\n" for name, content in sorted(archive_files.items()))
    archive_files[SUMS] = "".join(sums).encode()
    return archive_files


def sha256(content: Path | bytes) -> str:
    """SHA-256 of a file or of bytes, in hexadecimal."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _size(content: Path | bytes) -> int:
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def _json(content: Any) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _citation(project: Mapping[str, Path]) -> dict[str, Any]:
    if "CITATION.cff" not in project:
        return {"title": "confsym", "authors": [{"name": "The confsym developers"}]}
    return yaml.safe_load(project["CITATION.cff"].read_text(encoding="utf-8"))


def _readme(manifest: Mapping[str, Any]) -> str:
    commit = "No commit names its code, which came without git."
    if manifest["commit"]:
        commit = f"The code is of commit {manifest['commit']}."
    if manifest["uncommitted"]:
        commit += f" Not as committed: {', '.join(manifest['uncommitted'])}."
    if not manifest["config_as_committed"]:
        commit += f" `{CONFIG}` is the study's own, which is not the project's."
    left_out = "Nothing was left out."
    if entries := manifest["left_out"]:
        size = sum(entry["bytes"] for entry in entries) / 1e6
        left_out = (
            f"{len(entries)} intermediate files ({size:.0f} MB) were left out: shards, moved\n"
            f"conformers and feature tables. `{MANIFEST}` has their SHA-256, and for each of them\n"
            "the command that computes it again from what is here."
        )
    names = {"config": CONFIG, "sums": SUMS, "manifest": MANIFEST, "crate": CRATE}
    return TEXT.format(title=manifest["title"], commit=commit, left_out=left_out, **names)
