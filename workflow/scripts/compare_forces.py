"""Set the errors of forces side by side on all molecules."""

from confsym.evaluation import force_summary
from confsym.provenance.jobs import job
from confsym.storage import readable

with job(snakemake):
    molecules, tables = snakemake.params.molecules, snakemake.input.tables
    summaries = dict(zip(molecules, map(readable.read_frame, tables), strict=True))
    table = force_summary.comparison(summaries, snakemake.params.levels)
    headings, unit = force_summary.COMPARED_HEADINGS, snakemake.params.units
    readable.write(table, headings, snakemake.output, unit=unit)
