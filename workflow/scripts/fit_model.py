"""Fit one experiment's model to its training conformers."""

import numpy as np

from confsym import files, parquet, split
from confsym.energies import tables
from confsym.jobs import job
from confsym.models import fitted
from confsym.models.build import build

with job(snakemake.log[0]) as log:
    rows, widths = parquet.read_training(snakemake.input.features, snakemake.input.copies)
    energy = tables.read(snakemake.input.energies)
    target = energy - tables.read_baseline(snakemake.input.baseline, energy)
    train = files.read_csv(snakemake.input.split)["partition"] == split.TRAIN
    conformer, values = rows.of(np.flatnonzero(train))
    model = build(snakemake.params.function, snakemake.params.settings, widths)
    fitted.fit(model, values, target[conformer], f"{snakemake.output[0]}.checkpoint")
    log.info("%s, fitted to %d rows", model, len(values))
    fitted.write(snakemake.output[0], model)
