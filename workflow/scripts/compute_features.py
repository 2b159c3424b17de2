"""Compute one feature table of the ensemble as embedded."""

import numpy as np

from confsym.conformers import ensemble
from confsym.features import tables
from confsym.molecules.bonds import require_bonds
from confsym.molecules.topology import Topology
from confsym.provenance.jobs import job
from confsym.storage import files, parquet

with job(snakemake) as log:
    description = files.read_json(snakemake.input.molecule)
    if snakemake.params.bonds:
        require_bonds(
            description, snakemake.wildcards.molecule, f"features.{snakemake.wildcards.feature}"
        )
    topology = Topology.from_description(description)
    conformers = ensemble.read(snakemake.input.ensemble)
    names, values = tables.compute(
        snakemake.wildcards.feature,
        snakemake.params.function,
        snakemake.params.settings,
        conformers.positions,
        topology,
    )
    log.info("%d conformers, %d features", *values.shape)
    parquet.write_features(snakemake.output[0], np.arange(len(values)), names, values)
