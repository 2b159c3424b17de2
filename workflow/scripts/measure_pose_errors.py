"""Measure held-out error as embedded and in a random pose, on several splits."""

from functools import partial

from confsym.energies import tables
from confsym.evaluation import resplits
from confsym.models import fitted, training
from confsym.provenance.jobs import job
from confsym.storage import files, parquet

with job(snakemake):
    rows, widths = training.read_training(snakemake.input.features, snakemake.input.copies)
    posed = parquet.read_feature_sets(snakemake.input.posed)[1]
    energy = tables.read(snakemake.input.energies)
    baseline = tables.read_baseline(snakemake.input.baseline, energy)
    own_model = fitted.read(snakemake.input.model)
    kind = (snakemake.params[name] for name in ("function", "takes", "settings"))
    fit = partial(fitted.fit, *kind, widths)
    partitions = files.read_csv(snakemake.input.split)["partition"]
    splits = {"partitions": partitions, "split": snakemake.params.split, "own_model": own_model}
    splits |= {"repeats": snakemake.params.repeats}
    table = resplits.pose_errors(fit, rows, posed, energy, baseline, **splits)
    files.write_csv(snakemake.output[0], table)
