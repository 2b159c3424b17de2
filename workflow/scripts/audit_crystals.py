"""Count the verdicts on the crystals' symmetries; stop where a claim is broken."""

import pandas as pd

from confsym import readable
from confsym.crystals import audit
from confsym.jobs import job

with job(snakemake.log[0]):
    counts = audit.verdicts(pd.read_csv(snakemake.input.table))
    readable.write(counts, {}, snakemake.output)
