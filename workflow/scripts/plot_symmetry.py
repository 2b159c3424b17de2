"""Draw the verdict on every experiment and symmetry."""

from confsym.evaluation.summary import held_out
from confsym.figures import drawing, symmetry
from confsym.provenance.jobs import job
from confsym.storage import readable

with job(snakemake):
    names = ("symmetry", "rotations", "summary")
    table, rotations, summary = (readable.read_frame(snakemake.input[name]) for name in names)
    drawing.use_style(snakemake.input.style)
    arguments = snakemake.params.transforms, snakemake.params.title
    figure = symmetry.symmetry(table, rotations, held_out(summary), *arguments)
    drawing.save(figure, snakemake.output, snakemake.params.columns)
