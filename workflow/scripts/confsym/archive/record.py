"""The record of a run: what differs from one run to the next, and so is no part of the archive."""

import csv
import json
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from confsym.provenance.snakemake_private import records

REPORT = Path("report.zip")


def members(jobs: Sequence[Mapping[str, Any]], prefix: str) -> dict[str, Path | bytes]:
    """Report, logs, benchmark files, run times and Snakemake's records of the study's jobs.

    Parameters
    ----------
    jobs
        Entries `outputs`, `logs`, `timings`.
    prefix
        What leads from the study's folder to the project's ("" or "../project/"). In Snakemake's
        records it is taken away, as the archive has both in one folder.
    """
    files = [REPORT, *(Path(name) for job in jobs for name in (*job["logs"], *job["timings"]))]
    archive_files: dict[str, Path | bytes] = {str(path): path for path in files if path.is_file()}
    times = []
    outputs = {name for job in jobs for name in job["outputs"]}
    for output, path in records(outputs):
        record = json.loads(path.read_text(encoding="utf-8"))
        archive_files[path.as_posix()] = json.dumps(without_prefix(record, prefix)).encode()
        start, end = record["starttime"], record["endtime"]
        times.append([output, record["rule"], start, end, round(end - start, 3)])
    table = StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerows([["file", "rule", "start_unix_s", "end_unix_s", "s"], *sorted(times)])
    archive_files["run_times.csv"] = table.getvalue().encode()
    return archive_files


def without_prefix(record: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """A record of Snakemake's as if the job had run in the project's own folder."""
    checksums = {name.removeprefix(prefix): sum for name, sum in record["input_checksums"].items()}
    inputs = sorted(name.removeprefix(prefix) for name in record["input"])
    return {**record, "input": inputs, "input_checksums": checksums}
