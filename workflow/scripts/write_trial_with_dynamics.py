"""Put the verdicts of dynamics below all others."""

import pandas as pd

from confsym.dynamics import verdicts
from confsym.provenance.jobs import job
from confsym.storage import readable
from confsym.symmetry import trial

with job(snakemake):
    others, dynamics = map(readable.read_frame, (snakemake.input.trial, snakemake.input.dynamics))
    table = trial.table(others, pd.DataFrame(verdicts.trial_rows(dynamics)))
    readable.write(table, trial.HEADINGS, snakemake.output)
