"""Measure how wide intervals around predictions have to be, and how often they are right."""

from confsym.evaluation import intervals
from confsym.provenance.jobs import job
from confsym.storage import parquet, readable

with job(snakemake.log[0]):
    params, files = snakemake.params, snakemake.input
    found = {}
    for experiment, path in zip(params.experiments, files.predictions, strict=True):
        table = parquet.read_parquet(path, intervals.OF_ENERGIES)
        found[experiment, intervals.ENERGY] = intervals.of_energies(table)
    for experiment, path in zip(params.with_forces, files.force_predictions, strict=True):
        table = parquet.read_parquet(path, intervals.OF_FORCES)
        found[experiment, intervals.FORCE] = intervals.of_forces(table)
    readable.write(intervals.table(found), intervals.HEADINGS, snakemake.output, unit=params.units)
