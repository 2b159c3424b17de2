"""Join the shards, prune, and say which stereoisomer each kept conformer is."""

import numpy as np

from confsym.conformers import ensemble, pruning
from confsym.molecules import molecule, stereo
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake) as log:
    description = files.read_json(snakemake.input.molecule)
    target = molecule.from_description(description)
    embedded = ensemble.concatenate([ensemble.read(path) for path in snakemake.input.shards])
    ensemble.require_conformers(embedded, description["name"])
    settings = snakemake.params.pruning
    matches = pruning.compared_atoms(target, settings["prune_atoms"])
    kept = embedded.take(pruning.prune(embedded.positions, matches, settings["prune_rms"]))
    log.info("%d of %d conformers kept", len(kept), len(embedded))
    labels = stereo.label(target, description, kept.positions, log)
    kept.write(snakemake.output.ensemble)
    counts = {"attempts": snakemake.params.attempts, "embedded": len(embedded), "kept": len(kept)}
    files.write_json(snakemake.output.counts, counts | settings)
    files.write_csv(
        snakemake.output.table,
        {"conformer": np.arange(len(kept)), "attempt": kept.attempt, "stereoisomer": labels},
    )
