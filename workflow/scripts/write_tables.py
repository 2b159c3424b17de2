"""Write the summary and symmetry tables."""

import pandas as pd

from confsym import comparison, readable
from confsym.jobs import job

with job(snakemake.log[0]):
    study = snakemake.params.study
    metrics, curves = (
        dict(zip(study["experiments"], map(pd.read_csv, paths), strict=True))
        for paths in (snakemake.input.metrics, snakemake.input.curves)
    )
    readable.write(
        comparison.summary(study, metrics, curves),
        comparison.SUMMARY_HEADINGS,
        snakemake.output.summary,
    )
    readable.write(
        comparison.symmetry(study, metrics),
        comparison.SYMMETRY_HEADINGS,
        snakemake.output.symmetry,
    )
