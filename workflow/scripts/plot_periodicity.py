"""Tabulate and draw what the crystals' predictions keep of each symmetry."""

from confsym.crystals import claims
from confsym.figures import drawing, periodicity
from confsym.provenance.jobs import job
from confsym.storage import parquet, readable

with job(snakemake):
    drawing.use_style(snakemake.input.style)
    predictions = parquet.read_parquet(snakemake.input.predictions)
    table = claims.symmetry(predictions)
    readable.write(table, claims.HEADINGS, snakemake.output.table)
    figure = periodicity.periodicity(predictions, table, snakemake.params.title)
    drawing.save(figure, snakemake.output.figure, snakemake.params.columns)
