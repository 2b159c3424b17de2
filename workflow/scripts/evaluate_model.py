"""Predict every conformer, as embedded and as moved, and measure the errors."""

from confsym import evaluation, files, parquet
from confsym.jobs import job
from confsym.models import fitted

with job(snakemake.log[0]):
    model = fitted.read(snakemake.input.model)
    energy = files.read_csv(snakemake.input.energies)["energy_kcal_mol"]
    partition = files.read_csv(snakemake.input.split)["partition"]
    paths = zip(snakemake.params.transforms, snakemake.input.features, strict=True)
    tables = {transform: parquet.read_features(path) for transform, path in paths}
    table = evaluation.predictions(model.predict, tables, energy, partition)
    parquet.write_parquet(snakemake.output.predictions, table)
    files.write_csv(snakemake.output.metrics, evaluation.metrics(table))
