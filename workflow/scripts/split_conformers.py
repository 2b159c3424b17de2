"""Choose which conformers train and which are held out."""

import numpy as np

from confsym import ensemble, files, split
from confsym.jobs import job

with job(snakemake.log[0]) as log:
    conformers = len(ensemble.read(snakemake.input.ensemble))
    partition = split.partition(
        conformers,
        snakemake.params.split["train"],
        snakemake.params.split["seed"],
        snakemake.wildcards.molecule,
    )
    log.info("%d train, %d held out", *(sum(partition == p) for p in (split.TRAIN, split.TEST)))
    files.write_csv(
        snakemake.output[0], {"conformer": np.arange(conformers), "partition": partition}
    )
