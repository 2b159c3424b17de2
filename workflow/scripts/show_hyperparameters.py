"""Show how hyper-parameters are searched, and the leak of tuning on test data."""

from confsym.concepts import hyperparameters, page, sample
from confsym.figures import drawing
from confsym.figures.concepts import hyperparameters as figure
from confsym.jobs import job

with job(snakemake.log[0]):
    drawing.use_style(snakemake.input.style)
    inputs, outputs = snakemake.input, snakemake.output
    conformers = sample.read(inputs.molecule, inputs.ensemble, inputs.energies, inputs.split)
    found = hyperparameters.measure(conformers)
    page.write(
        found,
        hyperparameters.TITLE,
        hyperparameters.CAPTION,
        outputs.tables,
        outputs.numbers,
        outputs.page,
    )
    drawing.save(
        figure.draw(found.tables, snakemake.params.title), outputs.figure, snakemake.params.columns
    )
