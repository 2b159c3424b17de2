"""Predict every conformer, as embedded and as moved, and measure the errors."""

from functools import partial

from confsym import evaluation, files, parquet
from confsym.energies import tables
from confsym.jobs import job
from confsym.models import fitted

with job(snakemake.log[0]):
    predict = partial(fitted.predict, fitted.read(snakemake.input.model))
    energy = tables.read(snakemake.input.energies)
    baseline = tables.read_baseline(snakemake.input.baseline, energy)
    partition = files.read_csv(snakemake.input.split)["partition"]
    transforms, paths = snakemake.params.transforms, snakemake.input.features
    values = {
        transform: parquet.read_feature_sets(paths[place :: len(transforms)])[:2]
        for place, transform in enumerate(transforms)
    }
    probes = snakemake.params.probes
    table = evaluation.predictions(predict, values, energy, baseline, partition, probes)
    parquet.write_parquet(snakemake.output.predictions, table)
    files.write_csv(snakemake.output.metrics, evaluation.metrics(table))
