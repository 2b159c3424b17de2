"""Draw the parity figures of several experiments."""

from confsym import parquet
from confsym.figures import drawing, panels, parity
from confsym.jobs import job

with job(snakemake.log[0]):
    drawing.use_style(snakemake.input.style)
    figures = zip(snakemake.params.experiments, snakemake.input.predictions, strict=True)
    for number, (experiment, path) in enumerate(figures):
        chosen = panels.panels(
            parquet.read_parquet(path), experiment["home"], snakemake.params.moved
        )
        figure = parity.parity(chosen, experiment["title"])
        drawing.save(figure, [snakemake.output.svg[number], snakemake.output.pdf[number]])
