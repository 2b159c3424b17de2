"""Draw the interactive parity figures of all experiments."""

from confsym.figures import panels, parity_page
from confsym.provenance.jobs import job
from confsym.storage import files, parquet

with job(snakemake):
    parity_page.write_plotly(snakemake.output.script)
    figures = zip(
        snakemake.params.experiments,
        snakemake.input.predictions,
        snakemake.output.html,
        strict=True,
    )
    for experiment, path, page in figures:
        shown = panels.panels(
            parquet.read_parquet(path), experiment["trained_on"], snakemake.params.moved
        )
        files.write_text(page, parity_page.parity_page(shown, experiment["title"]))
