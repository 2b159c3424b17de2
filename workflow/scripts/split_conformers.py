"""Choose which conformers train and which are held out."""

import numpy as np

from confsym.conformers import ensemble, split
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake) as log:
    conformers = len(ensemble.read(snakemake.input.ensemble))
    settings, name = snakemake.params.split, snakemake.wildcards.molecule
    counts = files.read_json(snakemake.input.counts)
    match "nothing" if snakemake.params.tested else settings["by"]:
        case "nothing":
            partition = np.full(conformers, split.TEST)
        case split.SHUFFLE:
            arguments = settings["train"], settings["seed"], name, counts
            partition = split.partition(conformers, *arguments)
        case split.ORDER:
            partition = split.in_order(conformers, settings["train"], name, counts)
        case split.COLUMN:
            values = files.read_csv(snakemake.input.table)["split_by"]
            training, column = settings["training_values"], settings["column"]
            partition = split.by_column(values, training, column, name)
    log.info("%d train, %d held out", *(sum(partition == p) for p in (split.TRAIN, split.TEST)))
    files.write_csv(
        snakemake.output[0], {"conformer": np.arange(conformers), "partition": partition}
    )
