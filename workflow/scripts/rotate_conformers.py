"""Turn held-out conformers at random, and see how far each experiment's predictions spread."""

import numpy as np

from confsym.conformers import ensemble, split
from confsym.energies import tables
from confsym.molecules.topology import Topology
from confsym.provenance.jobs import job
from confsym.storage import files, readable
from confsym.symmetry import rotations

with job(snakemake):
    topology = Topology.from_description(files.read_json(snakemake.input.molecule))
    held_out = np.flatnonzero(files.read_csv(snakemake.input.split)["partition"] == split.TEST)
    study, settings = snakemake.params.study, snakemake.params.rotations
    chosen = held_out[: settings["conformers"]]
    levels = map(tables.read, snakemake.input.energies)
    energies = dict(zip(snakemake.params.levels, (level[chosen] for level in levels), strict=True))
    positions = ensemble.read(snakemake.input.ensemble).positions[chosen]
    table = rotations.table(study, snakemake.input.models, positions, topology, energies, settings)
    readable.write(table, rotations.HEADINGS, snakemake.output, unit=snakemake.params.units)
