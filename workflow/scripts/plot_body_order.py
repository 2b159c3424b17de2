"""Tabulate and draw held-out error against body order."""

from confsym.evaluation import body_order
from confsym.figures import body_order as figure
from confsym.figures import drawing
from confsym.provenance.jobs import job
from confsym.storage import readable

with job(snakemake):
    drawing.use_style(snakemake.input.style)
    curves = map(readable.read_frame, snakemake.input.curves)
    table = body_order.table(
        snakemake.params.study, dict(zip(snakemake.params.experiments, curves, strict=True))
    )
    readable.write(table, body_order.HEADINGS, snakemake.output.table, unit=snakemake.params.units)
    plot = figure.body_order(table, snakemake.params.title)
    drawing.save(plot, snakemake.output.figure, snakemake.params.columns)
