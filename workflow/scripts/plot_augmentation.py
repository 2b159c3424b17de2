"""Tabulate and draw what augmentation buys."""

import pandas as pd

from confsym import augmentation_gap, readable
from confsym.figures import augmentation, drawing
from confsym.jobs import job

with job(snakemake.log[0]):
    errors = dict(
        zip(snakemake.params.experiments, map(pd.read_csv, snakemake.input.errors), strict=True)
    )
    table = augmentation_gap.table(snakemake.params.study, errors)
    readable.write(table, augmentation_gap.HEADINGS, snakemake.output.table)
    drawing.use_style(snakemake.input.style)
    drawing.save(augmentation.augmentation(table, snakemake.params.title), snakemake.output.figure)
