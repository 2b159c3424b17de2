"""Put how far the predictions of each experiment spread over rotations into one table."""

import pandas as pd

from confsym.provenance.jobs import job
from confsym.storage import readable
from confsym.symmetry import rotations

with job(snakemake):
    table = pd.concat(map(readable.read_frame, snakemake.input), ignore_index=True)
    readable.write(table, rotations.HEADINGS, snakemake.output, unit=snakemake.params.units)
