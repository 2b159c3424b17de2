"""Embed one shard of the attempts."""

import numpy as np

from confsym.conformers import embeddable, embedding
from confsym.conformers.ensemble import Ensemble
from confsym.molecules import molecule
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake) as log:
    description = files.read_json(snakemake.input.molecule)
    target = molecule.from_description(description)
    shard, options = snakemake.params.shard, snakemake.params.embedding
    embeddable.require_embeddable(target, description["name"], **shard, options=options)
    positions, attempt = embedding.embed(target, **shard, options=options)
    log.info("%d of %d attempts gave a conformer", len(attempt), shard["count"])
    numbers = np.array([atom.GetAtomicNum() for atom in target.GetAtoms()])
    Ensemble(positions, numbers, attempt).write(snakemake.output[0])
