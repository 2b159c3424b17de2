"""Show what models lean on, column by column and place by place."""

from confsym.concepts import feature_importance, page, sample
from confsym.figures import drawing
from confsym.figures.concepts import feature_importance as figure
from confsym.jobs import job

with job(snakemake.log[0]):
    drawing.use_style(snakemake.input.style)
    inputs, outputs = snakemake.input, snakemake.output
    conformers = sample.read(inputs.molecule, inputs.ensemble, inputs.energies, inputs.split)
    found = feature_importance.measure(conformers)
    page.write(
        found,
        feature_importance.TITLE,
        feature_importance.CAPTION,
        outputs.tables,
        outputs.numbers,
        outputs.page,
    )
    drawing.save(
        figure.draw(found.tables, snakemake.params.title), outputs.figure, snakemake.params.columns
    )
