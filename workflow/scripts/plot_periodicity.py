"""Tabulate and draw what the crystals' predictions keep of each symmetry."""

from confsym import parquet, readable
from confsym.crystals import audit
from confsym.figures import drawing, periodicity
from confsym.jobs import job

with job(snakemake.log[0]):
    drawing.use_style(snakemake.input.style)
    predictions = parquet.read_parquet(snakemake.input.predictions)
    table = audit.symmetry(predictions)
    readable.write(table, audit.HEADINGS, snakemake.output.table)
    figure = periodicity.periodicity(predictions, table, snakemake.params.title)
    drawing.save(figure, snakemake.output.figure, snakemake.params.columns)
