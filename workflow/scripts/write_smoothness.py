"""Put what each experiment does along paths into one table."""

import pandas as pd

from confsym.provenance.jobs import job
from confsym.storage import parquet, readable
from confsym.symmetry.smoothness import HEADINGS

with job(snakemake):
    frames = (pd.DataFrame(parquet.read_parquet(path)) for path in snakemake.input)
    table = pd.concat(frames, ignore_index=True)
    readable.write(table, HEADINGS, snakemake.output)
