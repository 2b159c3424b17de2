"""Measure held-out error as embedded and in a random pose, on several splits."""

from functools import partial

from confsym import augmentation_gap, files, parquet
from confsym.energies import tables
from confsym.jobs import job
from confsym.models import fitted
from confsym.models.build import build

with job(snakemake.log[0]):
    rows, widths = parquet.read_training(snakemake.input.features, snakemake.input.copies)
    posed = parquet.read_feature_sets(snakemake.input.posed)[1]
    energy = tables.read(snakemake.input.energies)
    baseline = tables.read_baseline(snakemake.input.baseline, energy)
    own = fitted.read(snakemake.input.model)
    model = partial(build, snakemake.params.function, snakemake.params.settings, widths)
    settings = snakemake.params.split | {"repeats": snakemake.params.repeats, "own": own}
    table = augmentation_gap.repeats(model, rows, posed, energy, baseline, **settings)
    files.write_csv(snakemake.output[0], table)
