"""Show ways to select features, and the bias of selecting them outside the fold."""

from confsym.concepts import feature_selection, page, sample
from confsym.figures import drawing
from confsym.figures.concepts import feature_selection as figure
from confsym.jobs import job

with job(snakemake.log[0]):
    drawing.use_style(snakemake.input.style)
    inputs, outputs = snakemake.input, snakemake.output
    conformers = sample.read(inputs.molecule, inputs.ensemble, inputs.energies, inputs.split)
    found = feature_selection.measure(conformers)
    page.write(
        found,
        feature_selection.TITLE,
        feature_selection.CAPTION,
        outputs.tables,
        outputs.numbers,
        outputs.page,
    )
    drawing.save(
        figure.draw(found.tables, snakemake.params.title), outputs.figure, snakemake.params.columns
    )
