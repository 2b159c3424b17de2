"""Measure held-out error against number of training conformers."""

from functools import partial

from confsym import evaluation, files, parquet
from confsym.jobs import job
from confsym.registry import arguments, resolve

with job(snakemake.log[0]) as log:
    conformer, values = parquet.read_features(snakemake.input.features)
    energy = files.read_csv(snakemake.input.energies)["energy_kcal_mol"][conformer]
    settings, split = snakemake.params.learning_curves, snakemake.params.split
    for size in settings["sizes"]:
        if size > split["train"]:
            log.warning("size %d left out: split.train is %d", size, split["train"])
    build = partial(resolve(snakemake.params.function), **arguments(snakemake.params.settings))
    table = evaluation.learning_curve(build, values, energy, **split, **settings)
    files.write_csv(snakemake.output[0], table)
