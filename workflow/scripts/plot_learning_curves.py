"""Draw the learning curves of all experiments in one figure."""

from confsym.figures import drawing, learning_curves
from confsym.provenance.jobs import job
from confsym.storage import readable

with job(snakemake):
    drawing.use_style(snakemake.input.style)
    paths = zip(snakemake.params.experiments, snakemake.input.curves, strict=True)
    curves = {experiment: readable.read_frame(path) for experiment, path in paths}
    figure = learning_curves.learning_curves(curves, snakemake.params.title)
    drawing.save(figure, snakemake.output, snakemake.params.columns)
