"""Draw the learning curves of all experiments in one figure."""

import pandas as pd

from confsym.figures import drawing, learning_curves
from confsym.jobs import job

with job(snakemake.log[0]):
    drawing.use_style(snakemake.input.style)
    paths = zip(snakemake.params.experiments, snakemake.input.curves, strict=True)
    curves = {experiment: pd.read_csv(path) for experiment, path in paths}
    figure = learning_curves.learning_curves(curves, snakemake.params.title)
    drawing.save(figure, snakemake.output, snakemake.params.columns)
