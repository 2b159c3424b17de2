"""Draw predicted against computed components of forces."""

import pandas as pd

from confsym.figures import drawing, force_parity
from confsym.provenance.jobs import job

with job(snakemake):
    drawing.use_style(snakemake.input.style)
    table = pd.read_parquet(snakemake.input.predictions)
    figure = force_parity.force_parity(table, snakemake.params.title)
    drawing.save(figure, snakemake.output, snakemake.params.columns)
