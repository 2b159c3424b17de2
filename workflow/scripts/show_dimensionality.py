"""Show the curse of dimensionality in cubes and in this study's features."""

from confsym.concepts import dimensionality, page, sample
from confsym.figures import drawing
from confsym.figures.concepts import dimensionality as figure
from confsym.jobs import job

with job(snakemake.log[0]):
    drawing.use_style(snakemake.input.style)
    inputs, outputs = snakemake.input, snakemake.output
    conformers = sample.read(inputs.molecule, inputs.ensemble, inputs.energies, inputs.split)
    found = dimensionality.measure(conformers)
    page.write(
        found,
        dimensionality.TITLE,
        dimensionality.CAPTION,
        outputs.tables,
        outputs.numbers,
        outputs.page,
    )
    drawing.save(
        figure.draw(found.tables, snakemake.params.title), outputs.figure, snakemake.params.columns
    )
