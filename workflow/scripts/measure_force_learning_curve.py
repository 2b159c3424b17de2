"""Measure held-out errors of energies and of forces against number of training conformers."""

from functools import partial

from confsym.conformers.split import TRAIN
from confsym.evaluation import force_curves, labelled_sets
from confsym.models import fitted
from confsym.molecules.topology import Topology
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake) as log:
    topology = Topology.from_description(files.read_json(snakemake.input.molecule))
    conformers, further_sets = labelled_sets.read(snakemake.input, snakemake.params.tests)
    partitions = files.read_csv(snakemake.input.split)["partition"]
    settings, train = snakemake.params.learning_curves, sum(partitions == TRAIN)
    for size in settings["sizes"]:
        if size > train:
            log.warning("size %d left out: %d conformers train", size, train)
    kind = (snakemake.params[name] for name in ("function", "settings", "features"))
    fit = partial(fitted.fit_with_forces, *kind, topology, conformers.positions, conformers.labels)
    own_model = fitted.read(snakemake.input.model)
    splits = {
        "partitions": partitions,
        "split": snakemake.params.split,
        "own_model": own_model,
    } | settings
    tables = force_curves.learning_curves(fit, conformers, further_sets, **splits)
    for path, table in zip(snakemake.output, tables, strict=True):
        files.write_csv(path, table)
