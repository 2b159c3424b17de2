"""Tabulate and draw what augmentation buys."""

from confsym.figures import augmentation as figure
from confsym.figures import drawing
from confsym.provenance.jobs import job
from confsym.storage import readable
from confsym.symmetry import augmentation

with job(snakemake):
    study = snakemake.params.study
    tables = map(readable.read_frame, snakemake.input.errors)
    table = augmentation.table(study, dict(zip(study["experiments"], tables, strict=True)))
    readable.write(
        table, augmentation.HEADINGS, snakemake.output.table, unit=snakemake.params.units
    )
    drawing.use_style(snakemake.input.style)
    drawn = figure.augmentation(table, snakemake.params.title)
    drawing.save(drawn, snakemake.output.figure, snakemake.params.columns)
