"""Draw the symmetry functions of one feature over the distances that the conformers have."""

from confsym.conformers import ensemble
from confsym.figures import drawing, symmetry_functions
from confsym.provenance.jobs import job

with job(snakemake):
    drawing.use_style(snakemake.input.style)
    figure = symmetry_functions.symmetry_functions(
        snakemake.params.settings,
        ensemble.read(snakemake.input.ensemble).positions,
        f"{snakemake.wildcards.molecule}, {snakemake.wildcards.feature}",
    )
    drawing.save(figure, snakemake.output, snakemake.params.columns)
