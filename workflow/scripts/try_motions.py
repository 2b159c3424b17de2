"""Turn held-out conformers, and follow paths between them: what one experiment makes of both."""

from functools import partial

import numpy as np

from confsym.conformers import ensemble, split
from confsym.energies import tables
from confsym.molecules.topology import Topology
from confsym.provenance.jobs import job
from confsym.storage import files, parquet
from confsym.study.experiments import claimed
from confsym.symmetry import paths, rotations
from confsym.symmetry.composed import composed
from confsym.symmetry.smoothness import smoothness

with job(snakemake):
    found, output, settings = snakemake.input, snakemake.output, snakemake.params.rotations
    study, name = snakemake.params.study, snakemake.wildcards.experiment
    description, rows = files.read_json(found.molecule), files.read_csv(found.split)
    topology = Topology.from_description(description)
    chosen = np.flatnonzero(rows["partition"] == split.TEST)[: settings["conformers"]]
    positions = ensemble.read(found.ensemble).positions[chosen]
    energy = tables.read(found.energies)
    targets = (energy - tables.read_baseline(found.baseline, energy))[chosen]
    experiments = composed(study, [found.model], topology)
    turning = positions, partial(experiments.energies, name)
    turned = rotations.predictions(*turning, settings["rotations"], settings["seed"])
    row = {"experiment": name, "claimed": "rotation" in claimed(study, name)}
    row |= rotations.spread(turned, targets)
    files.write_csv(output.rotations, {column: [row[column]] for column in row})
    isomers = files.read_csv(found.isomers)["stereoisomer"][chosen]
    ways = paths.paths(positions, chosen, isomers, topology, description)
    for kind, frame in smoothness(study, experiments, ways)._asdict().items():
        parquet.write_parquet(output[kind], {column: frame[column].to_numpy() for column in frame})
