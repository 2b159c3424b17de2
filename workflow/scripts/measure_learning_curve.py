"""Measure held-out error against number of training conformers."""

from functools import partial

from confsym.energies import tables
from confsym.evaluation import resplits
from confsym.models import fitted, training
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake.log[0]) as log:
    rows, widths = training.read_training(snakemake.input.features, snakemake.input.copies)
    energy = tables.read(snakemake.input.energies)
    baseline = tables.read_baseline(snakemake.input.baseline, energy)
    settings, split = snakemake.params.learning_curves, snakemake.params.split
    for size in settings["sizes"]:
        if size > split["train"]:
            log.warning("size %d left out: split.train is %d", size, split["train"])
    own = fitted.read(snakemake.input.model)
    kind = (snakemake.params[name] for name in ("function", "takes", "settings"))
    fit = partial(fitted.fit, *kind, widths)
    table = resplits.learning_curve(fit, rows, energy, baseline, **split, **settings, own=own)
    for size, note in sorted({*zip(table["size"], table["note"], strict=True)}):
        if note:
            log.info("size %d: %s", size, note)
    files.write_csv(snakemake.output[0], table)
