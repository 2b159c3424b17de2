"""Measure held-out error against number of training conformers."""

from functools import partial

from confsym import evaluation, files, parquet
from confsym.energies import tables
from confsym.jobs import job
from confsym.models import fitted
from confsym.models.build import build

with job(snakemake.log[0]) as log:
    rows, widths = parquet.read_training(snakemake.input.features, snakemake.input.copies)
    energy = tables.read(snakemake.input.energies)
    baseline = tables.read_baseline(snakemake.input.baseline, energy)
    settings, split = snakemake.params.learning_curves, snakemake.params.split
    for size in settings["sizes"]:
        if size > split["train"]:
            log.warning("size %d left out: split.train is %d", size, split["train"])
    own = fitted.read(snakemake.input.model)
    model = partial(build, snakemake.params.function, snakemake.params.settings, widths)
    table = evaluation.learning_curve(model, rows, energy, baseline, **split, **settings, own=own)
    files.write_csv(snakemake.output[0], table)
