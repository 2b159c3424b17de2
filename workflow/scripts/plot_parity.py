"""Draw the parity figures of several experiments."""

from confsym.figures import drawing, panels, parity
from confsym.provenance.jobs import job
from confsym.storage import parquet

with job(snakemake):
    drawing.use_style(snakemake.input.style)
    figures = zip(
        snakemake.params.experiments,
        snakemake.input.predictions,
        snakemake.output.svg,
        snakemake.output.pdf,
        snakemake.output.png,
        strict=True,
    )
    for experiment, path, *files in figures:
        chosen = panels.panels(
            parquet.read_parquet(path), experiment["home"], snakemake.params.moved
        )
        figure = parity.parity(chosen, experiment["title"])
        drawing.save(figure, files, snakemake.params.columns)
