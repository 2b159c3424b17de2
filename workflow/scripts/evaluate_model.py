"""Predict every conformer, as embedded and as moved, and measure the errors."""

from functools import partial

from confsym.energies import tables
from confsym.evaluation import predictions
from confsym.evaluation.further_sets import each_transform, read_further_sets
from confsym.models import fitted
from confsym.provenance.jobs import job
from confsym.storage import files, parquet

with job(snakemake) as log:
    model = fitted.read(snakemake.input.model)
    predict = partial(fitted.predict, model, snakemake.params.deviation)
    energy = tables.read(snakemake.input.energies)
    baseline = tables.read_baseline(snakemake.input.baseline, energy)
    partition = files.read_csv(snakemake.input.split)["partition"]
    probes = [*snakemake.params.probes, *tables.broken_by_any(snakemake.input.levels)]
    values = each_transform(snakemake.input.features)
    table = predictions.one_by_one(predict, values, energy, baseline, partition, probes)
    note = predictions.remark_on(table, baseline)
    inputs = (snakemake.input[f"test_{what}"] for what in ("features", "energies", "baselines"))
    further = read_further_sets(snakemake.params.tests, *inputs)
    table = predictions.joined([table, *predictions.of_further_sets(predict, further)])
    parquet.write_parquet(snakemake.output.predictions, table)
    if note:
        alarm = log.info if snakemake.params.constant else log.warning
        alarm("experiments.%s: %s", snakemake.wildcards.experiment, note)
    if absurd := predictions.absurd(table):
        log.warning("experiments.%s: %s", snakemake.wildcards.experiment, absurd)
    metrics = predictions.metrics(table, note, fitted.approximation(model))
    files.write_csv(snakemake.output.metrics, metrics)
