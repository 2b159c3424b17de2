"""Fit one experiment's model to the geometries of the rounds so far, and measure its errors."""

import numpy as np

from confsym.acquisition import acquired, curves
from confsym.conformers.split import TEST
from confsym.evaluation import labelled_sets
from confsym.models import fitted
from confsym.molecules.topology import Topology
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake) as log:
    topology = Topology.from_description(files.read_json(snakemake.input.molecule))
    training = acquired.read(snakemake.input.labels)
    kind = (snakemake.params[name] for name in ("function", "settings", "features"))
    model = fitted.fit_with_forces(
        *kind, topology, training.positions, training.labels, np.arange(len(training))
    )
    conformers, _ = labelled_sets.read(snakemake.input, {})
    partition = files.read_csv(snakemake.input.split)["partition"]
    held_out = conformers.take(np.flatnonzero(partition == TEST))
    fitted.write(snakemake.output.model, model)
    files.write_csv(snakemake.output.errors, curves.point(model, training, held_out))
    log.info("%s", model)
