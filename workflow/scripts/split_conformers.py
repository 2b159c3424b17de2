"""Choose which conformers train and which are held out."""

import numpy as np

from confsym.conformers import ensemble, split
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake.log[0]) as log:
    conformers = len(ensemble.read(snakemake.input.ensemble))
    partition = split.partition(
        conformers,
        snakemake.params.split["train"],
        snakemake.params.split["seed"],
        snakemake.wildcards.molecule,
        files.read_json(snakemake.input.counts),
    )
    log.info("%d train, %d held out", *(sum(partition == p) for p in (split.TRAIN, split.TEST)))
    files.write_csv(
        snakemake.output[0], {"conformer": np.arange(conformers), "partition": partition}
    )
