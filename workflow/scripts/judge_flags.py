"""Hold what says that a force field is far from its training geometries against its errors."""

from confsym.evaluation import flags
from confsym.provenance.jobs import job
from confsym.storage import files, readable

with job(snakemake):
    params = snakemake.params
    named = zip(params.experiments, snakemake.input.scans, strict=True)
    scans = {experiment: files.read_csv(path) for experiment, path in named}
    readable.write(flags.flags(scans), flags.HEADINGS, snakemake.output, unit=params.units)
