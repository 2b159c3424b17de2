"""Show the risk on a sample against the risk itself."""

from confsym.concepts import empirical_risk, page, sample
from confsym.figures import drawing
from confsym.figures.concepts import empirical_risk as figure
from confsym.jobs import job

with job(snakemake.log[0]):
    drawing.use_style(snakemake.input.style)
    inputs, outputs = snakemake.input, snakemake.output
    conformers = sample.read(inputs.molecule, inputs.ensemble, inputs.energies, inputs.split)
    found = empirical_risk.measure(conformers)
    page.write(
        found,
        empirical_risk.TITLE,
        empirical_risk.CAPTION,
        outputs.tables,
        outputs.numbers,
        outputs.page,
    )
    drawing.save(
        figure.draw(found.tables, snakemake.params.title), outputs.figure, snakemake.params.columns
    )
