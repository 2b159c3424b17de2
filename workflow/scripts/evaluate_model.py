"""Predict every conformer, as embedded and as moved, and measure the errors."""

from functools import partial
from pathlib import Path

from confsym.energies import tables
from confsym.evaluation import predictions
from confsym.models import fitted
from confsym.provenance.jobs import job
from confsym.storage import files, parquet

with job(snakemake.log[0]) as log:
    predict = partial(
        fitted.predict, fitted.read(snakemake.input.model), snakemake.params.deviation
    )
    energy = tables.read(snakemake.input.energies)
    baseline = tables.read_baseline(snakemake.input.baseline, energy)
    partition = files.read_csv(snakemake.input.split)["partition"]
    values = {}
    for transform in snakemake.params.transforms:
        paths = [path for path in snakemake.input.features if Path(path).stem == transform]
        values[transform] = parquet.read_feature_sets(paths)[:2]
    probes = [*snakemake.params.probes, *tables.read_broken(snakemake.input.level)]
    table = predictions.predictions(predict, values, energy, baseline, partition, probes)
    parquet.write_parquet(snakemake.output.predictions, table)
    if note := predictions.remark_on(table, baseline):
        alarm = log.info if snakemake.params.constant else log.warning
        alarm("experiments.%s: %s", snakemake.wildcards.experiment, note)
    files.write_csv(snakemake.output.metrics, predictions.metrics(table, note))
