"""Measure how wide intervals around predictions have to be, and how often they are right."""

from confsym.evaluation import intervals
from confsym.provenance.jobs import job
from confsym.storage import readable

with job(snakemake):
    params, files = snakemake.params, snakemake.input
    errors = intervals.read(
        dict(zip(params.experiments, files.predictions, strict=True)),
        dict(zip(params.with_forces, files.force_predictions, strict=True)),
    )
    table = intervals.table(errors)
    readable.write(table, intervals.HEADINGS, snakemake.output, unit=params.units)
