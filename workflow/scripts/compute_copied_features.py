"""Compute one feature table of the moved copies that an experiment trains on."""

import numpy as np

from confsym import augmentation, ensemble, files, molecule, parquet
from confsym.features import tables
from confsym.jobs import job
from confsym.topology import Topology

with job(snakemake.log[0]):
    description = files.read_json(snakemake.input.molecule)
    target, topology = (
        molecule.from_description(description),
        Topology.from_description(description),
    )
    conformers = ensemble.read(snakemake.input.ensemble)
    copies = snakemake.params.augmentation["copies"]
    name, params = snakemake.wildcards.feature, snakemake.params
    found = []
    for copy in range(copies):
        moved = augmentation.moved_copy(conformers, target, topology, params.augmentation, copy)
        names, values = tables.compute(name, params.function, params.settings, *moved)
        found.append(values)
    copied = np.tile(np.arange(len(conformers)), copies)
    parquet.write_features(snakemake.output[0], copied, names, np.concatenate(found))
