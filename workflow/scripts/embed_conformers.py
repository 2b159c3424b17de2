"""Embed one shard of the attempts."""

import numpy as np

from confsym import embedding, files, molecule
from confsym.ensemble import Ensemble
from confsym.jobs import job

with job(snakemake.log[0]) as log:
    target = molecule.from_description(files.read_json(snakemake.input.molecule))
    shard = snakemake.params.shard
    positions, attempt = embedding.embed(
        target, shard["first"], shard["count"], snakemake.params.embedding
    )
    log.info("%d of %d attempts gave a conformer", len(attempt), shard["count"])
    numbers = np.array([atom.GetAtomicNum() for atom in target.GetAtoms()])
    Ensemble(positions, numbers, attempt).write(snakemake.output[0])
