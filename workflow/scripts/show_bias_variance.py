"""Show the trade-off of bias and variance."""

from confsym.concepts import bias_variance, page, sample
from confsym.figures import drawing
from confsym.figures.concepts import bias_variance as figure
from confsym.jobs import job

with job(snakemake.log[0]):
    drawing.use_style(snakemake.input.style)
    inputs, outputs = snakemake.input, snakemake.output
    conformers = sample.read(inputs.molecule, inputs.ensemble, inputs.energies, inputs.split)
    found = bias_variance.measure(conformers)
    page.write(
        found,
        bias_variance.TITLE,
        bias_variance.CAPTION,
        outputs.tables,
        outputs.numbers,
        outputs.page,
    )
    drawing.save(
        figure.draw(found.tables, snakemake.params.title), outputs.figure, snakemake.params.columns
    )
