"""Draw held-out errors against labels, of chosen geometries and of random ones."""

from confsym.figures import acquisition, drawing
from confsym.provenance.jobs import job
from confsym.storage import readable

with job(snakemake):
    drawing.use_style(snakemake.input.style)
    curve = readable.read_frame(snakemake.input.curve)
    figure = acquisition.acquisition(curve, snakemake.params.title)
    drawing.save(figure, snakemake.output, snakemake.params.columns)
