"""Fit one experiment's model to its training conformers."""

from confsym import files, parquet, split
from confsym.energies import tables
from confsym.jobs import job
from confsym.models import fitted
from confsym.models.build import build

with job(snakemake.log[0]) as log:
    conformer, values, widths = parquet.read_feature_sets(snakemake.input.features)
    energy = tables.read(snakemake.input.energies)
    target = (energy - tables.read_baseline(snakemake.input.baseline, energy))[conformer]
    train = files.read_csv(snakemake.input.split)["partition"][conformer] == split.TRAIN
    model = build(snakemake.params.function, snakemake.params.settings, widths)
    fitted.fit(model, values[train], target[train], f"{snakemake.output[0]}.checkpoint")
    log.info("%s", model)
    fitted.write(snakemake.output[0], model)
