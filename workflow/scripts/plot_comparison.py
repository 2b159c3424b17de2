"""Draw the error of each experiment on each molecule."""

from confsym.figures import comparison, drawing
from confsym.provenance.jobs import job
from confsym.storage import readable

with job(snakemake):
    drawing.use_style(snakemake.input.style)
    errors, ranks = map(readable.read_frame, (snakemake.input.errors, snakemake.input.ranks))
    figure = comparison.comparison(errors, ranks, snakemake.params.title)
    drawing.save(figure, snakemake.output, snakemake.params.columns)
