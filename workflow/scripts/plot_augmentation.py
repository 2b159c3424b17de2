"""Tabulate and draw what augmentation buys."""

import pandas as pd

from confsym import augmentation_gap, readable
from confsym.figures import augmentation, drawing
from confsym.jobs import job

with job(snakemake.log[0]):
    study = snakemake.params.study
    tables = map(pd.read_csv, snakemake.input.errors)
    table = augmentation_gap.table(study, dict(zip(study["experiments"], tables, strict=True)))
    readable.write(table, augmentation_gap.HEADINGS, snakemake.output.table)
    drawing.use_style(snakemake.input.style)
    drawn = augmentation.augmentation(table, snakemake.params.title)
    drawing.save(drawn, snakemake.output.figure, snakemake.params.columns)
