"""Draw the parity figure of an experiment."""

from confsym.figures import drawing, panels, parity
from confsym.provenance.jobs import job
from confsym.storage import parquet

with job(snakemake):
    drawing.use_style(snakemake.input.style)
    table = parquet.read_parquet(snakemake.input.predictions)
    experiment = snakemake.params.experiment
    shown = panels.panels(table, experiment["trained_on"], snakemake.params.moved)
    figure = parity.parity(shown, experiment["title"])
    drawing.save(figure, snakemake.output, snakemake.params.columns)
