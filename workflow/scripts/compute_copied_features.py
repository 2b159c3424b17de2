"""Compute one feature table of the moved copies that an experiment trains on."""

import numpy as np

from confsym.conformers import ensemble
from confsym.features import tables
from confsym.molecules import molecule
from confsym.molecules.topology import Topology
from confsym.provenance.jobs import job
from confsym.storage import files, parquet
from confsym.transforms import copies

with job(snakemake):
    description = files.read_json(snakemake.input.molecule)
    target = molecule.from_description(description)
    topology = Topology.from_description(description)
    conformers = ensemble.read(snakemake.input.ensemble)
    name, params = snakemake.wildcards.feature, snakemake.params
    count, blocks = params.augmentation["copies"], []
    for copy in range(count):
        moved = copies.moved_copy(conformers, target, topology, params.augmentation, copy)
        names, values = tables.compute(name, params.function, params.settings, *moved)
        blocks.append(values)
    copied = np.tile(np.arange(len(conformers)), count)
    parquet.write_features(snakemake.output[0], copied, names, np.concatenate(blocks))
