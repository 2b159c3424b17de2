"""Measure held-out error against number of training conformers."""

from functools import partial

from confsym.conformers.split import TRAIN
from confsym.energies import tables
from confsym.evaluation import resplits
from confsym.evaluation.further_sets import read_further_sets
from confsym.models import fitted, training
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake) as log:
    rows, widths = training.read_training(snakemake.input.features, snakemake.input.copies)
    energy = tables.read(snakemake.input.energies)
    baseline = tables.read_baseline(snakemake.input.baseline, energy)
    partitions = files.read_csv(snakemake.input.split)["partition"]
    settings, train = snakemake.params.learning_curves, sum(partitions == TRAIN)
    for size in settings["sizes"]:
        if size > train:
            log.warning("size %d left out: %d conformers train", size, train)
    inputs = (snakemake.input[f"test_{what}"] for what in ("features", "energies", "baselines"))
    further = read_further_sets(snakemake.params.tests, *inputs)
    kind = (snakemake.params[name] for name in ("function", "takes", "settings"))
    fit = partial(fitted.fit, *kind, widths)
    splits = {"partitions": partitions, "split": snakemake.params.split} | settings
    splits["own_model"] = fitted.read(snakemake.input.model)
    table = resplits.learning_curve(fit, rows, energy, baseline, further, **splits)
    for size, note in sorted({*zip(table["size"], table["note"], strict=True)}):
        if note:
            log.info("size %d: %s", size, note)
    files.write_csv(snakemake.output[0], table)
