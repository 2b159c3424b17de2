"""Tabulate and draw errors with and without a cheaper level beneath."""

from confsym.evaluation import baselines as evaluation
from confsym.figures import baselines, drawing
from confsym.provenance.jobs import job
from confsym.storage import readable

with job(snakemake):
    drawing.use_style(snakemake.input.style)
    paths = zip(snakemake.params.experiments, snakemake.input.curves, strict=True)
    curves = {name: readable.read_frame(path) for name, path in paths}
    table = evaluation.table(snakemake.params.pairs, curves)
    readable.write(table, evaluation.HEADINGS, snakemake.output.table, unit=snakemake.params.units)
    figure = baselines.baselines(table, snakemake.params.title)
    drawing.save(figure, snakemake.output.figure, snakemake.params.columns)
