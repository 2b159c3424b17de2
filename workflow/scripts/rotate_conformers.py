"""Turn held-out conformers at random, and see how far an experiment's predictions spread."""

from functools import partial

import numpy as np

from confsym.conformers import ensemble, split
from confsym.energies import tables
from confsym.molecules.topology import Topology
from confsym.provenance.jobs import job
from confsym.storage import files
from confsym.study.experiments import claimed
from confsym.symmetry import rotations
from confsym.symmetry.composed import composed

with job(snakemake):
    name, settings = snakemake.wildcards.experiment, snakemake.params.rotations
    topology = Topology.from_description(files.read_json(snakemake.input.molecule))
    held_out = np.flatnonzero(files.read_csv(snakemake.input.split)["partition"] == split.TEST)
    conformers = held_out[: settings["conformers"]]
    energy = tables.read(snakemake.input.energies)
    targets = (energy - tables.read_baseline(snakemake.input.baseline, energy))[conformers]
    positions = ensemble.read(snakemake.input.ensemble).positions[conformers]
    experiments = composed(snakemake.params.study, [snakemake.input.model], topology)
    predict = partial(experiments.energies, name)
    turned = rotations.predictions(positions, predict, settings["rotations"], settings["seed"])
    row = {"experiment": name, "claimed": "rotation" in claimed(snakemake.params.study, name)}
    row |= {"conformers": len(positions), "rotations": settings["rotations"]}
    row |= rotations.spread(turned, targets)
    files.write_csv(snakemake.output[0], {column: [value] for column, value in row.items()})
