"""Fit one experiment's model to its training conformers."""

import numpy as np

from confsym.conformers import split
from confsym.energies import tables
from confsym.models import fitted, training
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake) as log:
    rows, widths = training.read_training(snakemake.input.features, snakemake.input.copies)
    energy = tables.read(snakemake.input.energies)
    target = energy - tables.read_baseline(snakemake.input.baseline, energy)
    train = files.read_csv(snakemake.input.split)["partition"] == split.TRAIN
    conformer, values = rows.of(np.flatnonzero(train))
    kind = (snakemake.params[name] for name in ("function", "takes", "settings"))
    arguments = target[conformer], f"{snakemake.output[0]}.checkpoint"
    model = fitted.fit(*kind, widths, conformer, values, *arguments)
    log.info("%s, fitted to %d rows", model, len(values))
    fitted.write(snakemake.output[0], model)
