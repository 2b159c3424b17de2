"""Show linear regression by gradient descent."""

from confsym.concepts import linear_regression, page, sample
from confsym.figures import drawing
from confsym.figures.concepts import linear_regression as figure
from confsym.jobs import job

with job(snakemake.log[0]):
    drawing.use_style(snakemake.input.style)
    inputs, outputs = snakemake.input, snakemake.output
    conformers = sample.read(inputs.molecule, inputs.ensemble, inputs.energies, inputs.split)
    found = linear_regression.measure(conformers)
    page.write(
        found,
        linear_regression.TITLE,
        linear_regression.CAPTION,
        outputs.tables,
        outputs.numbers,
        outputs.page,
    )
    drawing.save(
        figure.draw(found.tables, snakemake.params.title), outputs.figure, snakemake.params.columns
    )
