"""Fit one experiment's model to its training conformers."""

from confsym import files, parquet, split
from confsym.jobs import job
from confsym.models import fitted
from confsym.registry import arguments, resolve

with job(snakemake.log[0]) as log:
    conformer, values = parquet.read_features(snakemake.input.features)
    energy = files.read_csv(snakemake.input.energies)["energy_kcal_mol"][conformer]
    train = files.read_csv(snakemake.input.split)["partition"][conformer] == split.TRAIN
    model = resolve(snakemake.params.function)(**arguments(snakemake.params.settings))
    model.fit(values[train], energy[train])
    log.info("%s", model)
    fitted.write(snakemake.output[0], model)
