"""Show that a kernel does the work of its columns, and what each costs."""

from confsym.concepts import kernel_trick, page, sample
from confsym.figures import drawing
from confsym.figures.concepts import kernel_trick as figure
from confsym.jobs import job

with job(snakemake.log[0]):
    drawing.use_style(snakemake.input.style)
    inputs, outputs = snakemake.input, snakemake.output
    conformers = sample.read(inputs.molecule, inputs.ensemble, inputs.energies, inputs.split)
    found = kernel_trick.measure(conformers)
    page.write(
        found,
        kernel_trick.TITLE,
        kernel_trick.CAPTION,
        outputs.tables,
        outputs.numbers,
        outputs.page,
    )
    drawing.save(
        figure.draw(found.tables, snakemake.params.title), outputs.figure, snakemake.params.columns
    )
