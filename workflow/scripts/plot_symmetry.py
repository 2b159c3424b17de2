"""Draw the verdict on every experiment and symmetry."""

from confsym.figures import drawing, symmetry
from confsym.provenance.jobs import job
from confsym.storage import readable

with job(snakemake.log[0]):
    names = ("symmetry", "rotations", "summary")
    tables = [readable.read_frame(snakemake.input[name]) for name in names]
    drawing.use_style(snakemake.input.style)
    figure = symmetry.symmetry(*tables, snakemake.params.transforms, snakemake.params.title)
    drawing.save(figure, snakemake.output, snakemake.params.columns)
