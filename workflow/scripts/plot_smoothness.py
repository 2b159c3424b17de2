"""Draw where predicted energies jump along a path, and how jumps shrink with the spacing."""

import pandas as pd

from confsym.figures import drawing, smoothness
from confsym.provenance.jobs import job
from confsym.storage import parquet, readable

with job(snakemake):
    table = readable.read_frame(snakemake.input.table)
    drawn = [
        pd.concat(pd.DataFrame(parquet.read_parquet(path)) for path in paths)
        for paths in (snakemake.input.curves, snakemake.input.misfits)
    ]
    drawing.use_style(snakemake.input.style)
    figure = smoothness.smoothness(table, *drawn, snakemake.params.title)
    drawing.save(figure, snakemake.output, snakemake.params.columns)
