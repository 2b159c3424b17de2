"""Fit one experiment's model to energies and forces of its training conformers."""

import numpy as np

from confsym.conformers import ensemble, split
from confsym.energies import labels
from confsym.models import fitted
from confsym.molecules.topology import Topology
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake) as log:
    topology = Topology.from_description(files.read_json(snakemake.input.molecule))
    names = ("energies", "gradients", "baseline", "baseline_gradients")
    targets = labels.read(*(snakemake.input[name] for name in names))
    positions = ensemble.read(snakemake.input.ensemble).positions
    train = files.read_csv(snakemake.input.split)["partition"] == split.TRAIN
    kind = (snakemake.params[name] for name in ("function", "settings", "features"))
    model = fitted.fit_with_forces(*kind, topology, positions, targets, np.flatnonzero(train))
    log.info("%s, fitted to %d conformers", model, train.sum())
    fitted.write(snakemake.output[0], model)
